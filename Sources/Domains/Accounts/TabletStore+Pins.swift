import FoundationEssentials
import Kernel
import Postgres

/// PINs: the places that are taken before any is looked at, and what opens once one was right.
extension TabletStore {
    /// Takes a place of the device; false if there is none in this hour.
    ///
    /// The first statement of the transaction, so that those who try together on a tablet come one after the other.
    func take(_ tablet: Identifier<Tablet>, at now: Date, in tx: borrowing Transaction) throws -> Bool {
        let begin = now.advanced(by: .zero - PinLimit.window)
        return try tx.execute(
            """
            UPDATE accounts.tablet SET
                tries = CASE WHEN tries_since > \(begin) THEN tries + 1 ELSE 1 END,
                tries_since = CASE WHEN tries_since > \(begin) THEN tries_since ELSE \(now) END
            WHERE tenant_id = app.tid() AND id = \(tablet.uuid) AND ended_at IS NULL
                AND (tries < \(PinLimit.device) OR tries_since IS NULL OR tries_since <= \(begin))
            """
        ).affected == 1
    }

    /// Takes a place of somebody who has signed in fully here; `nil` if they have none, or no PIN.
    func take(
        of person: Identifier<Person>, on tablet: Identifier<Tablet>, since begin: Date, at now: Date,
        in tx: borrowing Transaction
    ) throws -> (account: Identifier<Account>, pin: Data, left: Int)? {
        try tx.execute(
            """
            UPDATE accounts.tablet_person SET tries = tries + 1 FROM accounts.account
            WHERE tablet_person.tenant_id = app.tid() AND tablet_person.tablet_id = \(tablet.uuid)
                AND account.tenant_id = app.tid() AND account.id = tablet_person.account_id
                AND account.person_id = \(person.uuid) AND tablet_person.pin IS NOT NULL
                AND tablet_person.tries < \(PinLimit.person)
                AND EXISTS (SELECT FROM accounts.sign_in WHERE sign_in.tenant_id = app.tid()
                    AND sign_in.account_id = account.id AND sign_in.tablet_id = tablet_person.tablet_id
                    AND sign_in.ended_at IS NULL AND sign_in.created_at > \(begin) AND sign_in.absolute_until > \(now))
            RETURNING account.id, tablet_person.pin, tablet_person.tries
            """
        ).first.map { row in
            (
                Identifier(try row.read("id")), try row.read("pin"),
                PinLimit.person - (try row.read("tries", as: Int.self))
            )
        }
    }

    /// The same for a password that is asked for in place of a second factor; false if there is no place.
    func take(
        of account: Identifier<Account>, on tablet: Identifier<Tablet>, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.tablet_person SET tries = tries + 1
            WHERE tenant_id = app.tid() AND tablet_id = \(tablet.uuid) AND account_id = \(account.uuid)
                AND tries < \(PinLimit.person)
            """
        ).affected == 1
    }

    /// Gives back what a right one took, or one that was not looked at.
    func giveBack(
        _ account: Identifier<Account>, on tablet: Identifier<Tablet>, wasRight: Bool, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.tablet SET tries = greatest(tries - 1, 0)
            WHERE tenant_id = app.tid() AND id = \(tablet.uuid)
            """)
        try tx.execute(
            """
            UPDATE accounts.tablet_person SET tries = CASE WHEN \(wasRight) THEN 0 ELSE greatest(tries - 1, 0) END
            WHERE tenant_id = app.tid() AND tablet_id = \(tablet.uuid) AND account_id = \(account.uuid)
            """)
    }

    /// False if they have not signed in fully on it.
    func set(
        _ pin: Data, on tablet: Identifier<Tablet>, _ decision: Decision<SetTabletPin>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.tablet_person SET pin = \(Blob(pin)), set_at = \(now), tries = 0
            WHERE tenant_id = app.tid() AND tablet_id = \(tablet.uuid) AND account_id = \(decision.object.uuid)
            """
        ).affected == 1
    }

    func hasPin(_ account: Identifier<Account>, on tablet: Identifier<Tablet>, in tx: borrowing Transaction) throws
        -> Bool
    {
        try tx.execute(
            """
            SELECT FROM accounts.tablet_person WHERE tenant_id = app.tid() AND tablet_id = \(tablet.uuid)
                AND account_id = \(account.uuid) AND pin IS NOT NULL
            """
        ).first != nil
    }

    /// Goes on with somebody's own sign-in on a tablet, under another secret; false if there is none to go on with.
    ///
    /// When it began, when its code and its password were shown stays as it was: a PIN shows none of it.
    func resume(
        _ account: Identifier<Account>, on tablet: Identifier<Tablet>, as renewed: Identifier<SignIn>, hash: Data,
        since begin: Date, at now: Date, idleUntil: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            WITH earlier AS (
                UPDATE accounts.sign_in SET ended_at = \(now), end_reason = 'replaced'
                WHERE tenant_id = app.tid() AND tablet_id = \(tablet.uuid) AND account_id = \(account.uuid)
                    AND ended_at IS NULL AND created_at > \(begin) AND absolute_until > \(now)
                    AND (code_at IS NOT NULL OR NOT accounts.has_factor(app.tid(), account_id))
                RETURNING created_at, absolute_until, address_prefix, agent_hash, device, code_at, password_at
            )
            INSERT INTO accounts.sign_in (tenant_id, id, account_id, secret_hash, created_at, last_act_at, idle_until,
                absolute_until, address_prefix, agent_hash, device, code_at, password_at, tablet_id)
            SELECT app.tid(), \(renewed.uuid), \(account.uuid), \(Blob(hash)), created_at, \(now), \(idleUntil),
                absolute_until, address_prefix, agent_hash, device, code_at, password_at, \(tablet.uuid)
            FROM earlier ORDER BY absolute_until DESC LIMIT 1
            """
        ).affected == 1
    }
}
