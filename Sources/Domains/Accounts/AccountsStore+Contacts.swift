import FoundationEssentials
import Kernel
import People
import Postgres

/// Residents' contacts who are invited, and whose sign-in ends.
extension AccountsStore {
    func insert(
        _ id: Identifier<ColleagueInvitation>, of contact: Contact, as role: Role, at home: Identifier<Home>,
        hash: Data, until expiry: Date, _ decision: Decision<InviteContact>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO accounts.invitation (tenant_id, id, secret_hash, created_at, expires_at, full_name, role,
                scope_kind, home_id, invited_by, resident_id, contact_id)
            VALUES (app.tid(), \(id.uuid), \(Blob(hash)), \(now), \(expiry), left(\(contact.fullName), 100),
                \(role.rawValue), 'home', \(home.uuid), \(decision.person.uuid), \(decision.object.uuid),
                \(contact.id.uuid))
            """)
    }

    /// The open invitations of a resident's contacts: until when each opens anything.
    func contactInvitations(
        of resident: Identifier<Person>, in tx: borrowing Transaction
    ) throws -> [(contact: Identifier<Contact>, expiresAt: Date)] {
        try tx.execute(
            """
            SELECT contact_id, expires_at FROM accounts.invitation
            WHERE tenant_id = app.tid() AND resident_id = \(resident.uuid) AND contact_id IS NOT NULL
                AND used_at IS NULL AND withdrawn_at IS NULL
            ORDER BY contact_id
            """
        ).map { (Identifier(try $0.read("contact_id")), try $0.read("expires_at")) }
    }

    /// Ends a contact's open invitation; `false` if there is none.
    @discardableResult func withdraw(
        of contact: Identifier<Contact>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.invitation SET withdrawn_at = \(now)
            WHERE tenant_id = app.tid() AND contact_id = \(contact.uuid) AND used_at IS NULL
                AND withdrawn_at IS NULL
            """
        ).affected > 0
    }

    /// Which account somebody has.
    func account(of person: Identifier<Person>, in tx: borrowing Transaction) throws -> Identifier<Account>? {
        try tx.execute(
            "SELECT id FROM accounts.account WHERE tenant_id = app.tid() AND person_id = \(person.uuid)"
        ).first.map { Identifier(try $0.read("id")) }
    }

    /// Takes away every role of an account.
    func endRoles(
        of account: Identifier<Account>, by person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.role_grant SET valid_until = greatest(valid_from, \(now)), version = version + 1,
                ended_by = \(person.uuid)
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid)
                AND (valid_until IS NULL OR valid_until > \(now))
            """)
    }
}
