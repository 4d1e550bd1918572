import FoundationEssentials
import Kernel
import People
import Postgres

/// Colleagues who are invited, and come.
extension AccountsStore {
    /// An invitation as it is stored, by somebody who is still to be named.
    struct InvitationRow: Sendable {
        let id: Identifier<ColleagueInvitation>
        let name: String
        let role: Role
        let place: Place
        let until: Date?
        let invitedBy: Identifier<Person>
        let expiresAt: Date
        /// Neither used nor withdrawn.
        let isOpen: Bool
        /// Whose contact it is for, and which, unless it is for a colleague.
        let contact: (resident: Identifier<Person>, id: Identifier<Contact>)?

        /// For acts about it, which lie where the role is to reach.
        var standing: Standing<ColleagueInvitation> {
            Standing(self.id, [], at: self.place, state: self.role.rawValue)
        }
    }

    func insert(
        _ invitation: NewInvitation, _ id: Identifier<ColleagueInvitation>, at place: Place, hash: Data,
        until expiry: Date,
        _ decision: Decision<InviteColleague>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try self.insert(invitation, id, at: place, hash: hash, until: expiry, by: decision.person, at: now, in: tx)
    }

    /// For one that is brought in, too.
    func insert(
        _ invitation: NewInvitation, _ id: Identifier<ColleagueInvitation>, at place: Place, hash: Data,
        until expiry: Date, by person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO accounts.invitation (tenant_id, id, secret_hash, created_at, expires_at, full_name, role,
                scope_kind, home_id, unit_id, role_until, invited_by)
            VALUES (app.tid(), \(id.uuid), \(Blob(hash)), \(now), \(expiry), \(invitation.name.trimmed),
                \(invitation.role.rawValue), \(place.scope.rawValue), \(place.home?.uuid), \(place.unit?.uuid),
                \(invitation.until), \(person.uuid))
            """)
    }

    /// With `holding`, nobody else comes with it, renews it or withdraws it until the commit.
    func invitation(
        _ id: Identifier<ColleagueInvitation>, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> InvitationRow? {
        let lock: SQL = holding ? "FOR UPDATE" : ""
        return try tx.execute(
            """
            \(fragment: self.invitations) WHERE tenant_id = app.tid() AND id = \(id.uuid) AND role IS NOT NULL
                AND contact_id IS NULL
            \(fragment: lock)
            """
        ).first.flatMap(self.invitation)
    }

    /// The one that somebody comes with, a colleague's or a contact's.
    func invitation(
        of welcome: Welcome, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> InvitationRow? {
        let lock: SQL = holding ? "FOR UPDATE" : ""
        return try tx.execute(
            """
            \(fragment: self.invitations) WHERE tenant_id = app.tid() AND id = \(welcome.invitation.uuid)
                AND role IS NOT NULL
            \(fragment: lock)
            """
        ).first.flatMap(self.invitation)
    }

    /// The open ones that somebody may withdraw, the newest first.
    func invitations(
        _ decision: Decision<ListInvitations>, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [InvitationRow] {
        let visible = WithdrawInvitation.predicate(for: decision.principal, state: "role") { reach in
            switch reach {
            case .organisation: "true"
            case .home(let home): "home_id = \(home.uuid)"
            case .unit(let unit): "unit_id = \(unit.uuid)"
            }
        } relation: { _ in
            "false"
        }
        let before: SQL =
            try after.map { key in
                guard let id = key.parts.first.flatMap({ Identifier<ColleagueInvitation>($0) }) else {
                    throw Problem(.badRequest, "This page of the list cannot be found")
                }
                return "AND id < \(id.uuid)"
            } ?? ""
        return try tx.execute(
            """
            \(fragment: self.invitations) WHERE tenant_id = app.tid() AND used_at IS NULL AND withdrawn_at IS NULL
                AND role IS NOT NULL AND contact_id IS NULL AND \(fragment: visible) \(fragment: before)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).compactMap(self.invitation)
    }

    private var invitations: SQL {
        """
        SELECT id, full_name, role, home_id, unit_id, role_until, invited_by, expires_at, resident_id, contact_id,
            used_at IS NULL AND withdrawn_at IS NULL AS is_open
        FROM accounts.invitation
        """
    }

    private func invitation(_ row: PostgresRow) throws -> InvitationRow? {
        guard let role = Role(rawValue: try row.read("role")) else { return nil }
        let resident = try row.readIfPresent("resident_id", as: UUID.self).map { Identifier<Person>($0) }
        let contact = try row.readIfPresent("contact_id", as: UUID.self).map { Identifier<Contact>($0) }
        return InvitationRow(
            id: Identifier(try row.read("id")), name: try row.read("full_name"), role: role,
            place: Place(
                home: try row.readIfPresent("home_id", as: UUID.self).map { Identifier($0) },
                unit: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) }),
            until: try row.readIfPresent("role_until"), invitedBy: Identifier(try row.read("invited_by")),
            expiresAt: try row.read("expires_at"), isOpen: try row.read("is_open"),
            contact: resident.flatMap { resident in contact.map { (resident, $0) } })
    }

    /// Another secret takes the place of the one before, which opens nothing any more.
    func renew(
        _ decision: Decision<RenewInvitation>, hash: Data, until expiry: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.invitation SET secret_hash = \(Blob(hash)), expires_at = \(expiry),
                invited_by = \(decision.person.uuid)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    func withdraw(
        _ decision: Decision<WithdrawInvitation>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.invitation SET withdrawn_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid) AND withdrawn_at IS NULL
            """)
    }

    // MARK: Coming with it

    func invited(_ secret: Secret, at now: Date) -> SQL {
        "SELECT * FROM accounts.invited(\(Blob(secret.hash)), \(now))"
    }

    func welcome(_ row: PostgresRow) throws -> Welcome? {
        guard let role = Role(rawValue: try row.read("role")) else { return nil }
        return Welcome(
            organisation: Identifier(try row.read("tenant_id")), invitation: Identifier(try row.read("id")),
            organisationName: try row.read("organisation"), name: try row.read("full_name"), role: role,
            place: try row.readIfPresent("place"))
    }

    /// Whether this is still the secret of it.
    func isSecret(
        _ secret: Secret, of invitation: Identifier<ColleagueInvitation>, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            SELECT FROM accounts.invitation
            WHERE tenant_id = app.tid() AND id = \(invitation.uuid) AND secret_hash = \(Blob(secret.hash))
            """
        ).count == 1
    }
}
