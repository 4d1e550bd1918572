import FoundationEssentials
import Kernel
import Postgres

/// Every statement about shared tablets, and about what was typed on a page whose sign-in was over.
struct TabletStore: Sendable {
    // MARK: Devices

    func shown(_ hash: Data) -> SQL { "SELECT * FROM accounts.tablet_shown(\(Blob(hash)))" }

    func shown(_ row: PostgresRow) throws -> ShownTablet {
        ShownTablet(
            organisation: Identifier(try row.read("tenant_id")), id: Identifier(try row.read("id")),
            name: try row.read("name"), home: try row.read("home"))
    }

    func insert(
        _ id: Identifier<Tablet>, named name: String, hash: Data, _ decision: Decision<EnrolTablet>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO accounts.tablet (tenant_id, id, home_id, name, secret_hash, enrolled_by, enrolled_at)
            VALUES (app.tid(), \(id.uuid), \(decision.object.uuid), \(name), \(Blob(hash)), \(decision.person.uuid),
                \(now))
            """)
    }

    /// Those that are in use in these homes, by the homes' order.
    func all(
        _: Decision<ListTablets>, in homes: [Identifier<Home>], tx: borrowing Transaction
    ) throws -> [TabletRecord] {
        try tx.execute(
            """
            SELECT tablet.id, tablet.home_id, home.name AS home, tablet.name, tablet.enrolled_at, tablet.last_used_at
            FROM accounts.tablet
            JOIN accounts.home ON home.tenant_id = app.tid() AND home.id = tablet.home_id
            WHERE tablet.tenant_id = app.tid() AND tablet.ended_at IS NULL AND tablet.home_id = ANY (\(homes))
            ORDER BY home.position, home.name, tablet.name, tablet.id LIMIT 500
            """
        ).map { try self.record($0) }
    }

    func tablet(_ id: Identifier<Tablet>, in tx: borrowing Transaction) throws -> TabletRecord? {
        try tx.execute(
            """
            SELECT tablet.id, tablet.home_id, home.name AS home, tablet.name, tablet.enrolled_at, tablet.last_used_at
            FROM accounts.tablet
            JOIN accounts.home ON home.tenant_id = app.tid() AND home.id = tablet.home_id
            WHERE tablet.tenant_id = app.tid() AND tablet.id = \(id.uuid) AND tablet.ended_at IS NULL
            """
        ).first.map { try self.record($0) }
    }

    private func record(_ row: PostgresRow) throws -> TabletRecord {
        TabletRecord(
            id: Identifier(try row.read("id")), homeId: Identifier(try row.read("home_id")),
            home: try row.read("home"), name: try row.read("name"), enrolledAt: try row.read("enrolled_at"),
            lastUsedAt: try row.readIfPresent("last_used_at"))
    }

    /// Ends a tablet with every sign-in on it; says whose they were.
    func end(
        _ tablet: Identifier<Tablet>, _: Decision<EndTablet>, at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try tx.execute(
            """
            UPDATE accounts.tablet SET ended_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(tablet.uuid) AND ended_at IS NULL
            """)
        return try self.persons(
            """
            UPDATE accounts.sign_in SET ended_at = \(now), end_reason = 'ended_by_other' FROM accounts.account
            WHERE sign_in.tenant_id = app.tid() AND sign_in.tablet_id = \(tablet.uuid) AND sign_in.ended_at IS NULL
                AND account.tenant_id = app.tid() AND account.id = sign_in.account_id
            RETURNING account.person_id
            """, in: tx)
    }

    // MARK: Who is on it

    /// Those who have signed in fully on it and may come back, the last one first.
    func guests(
        of tablet: Identifier<Tablet>, since begin: Date, at now: Date, in tx: borrowing Transaction
    ) throws -> [(person: Identifier<Person>, hasPin: Bool)] {
        try tx.execute(
            """
            SELECT account.person_id,
                tablet_person.pin IS NOT NULL AND tablet_person.tries < \(PinLimit.person) AS has_pin
            FROM accounts.sign_in
            JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = sign_in.account_id
            JOIN accounts.tablet_person ON tablet_person.tenant_id = app.tid()
                AND tablet_person.tablet_id = sign_in.tablet_id AND tablet_person.account_id = account.id
            WHERE sign_in.tenant_id = app.tid() AND sign_in.tablet_id = \(tablet.uuid) AND sign_in.ended_at IS NULL
                AND sign_in.created_at > \(begin) AND sign_in.absolute_until > \(now)
                AND (sign_in.code_at IS NOT NULL OR NOT accounts.has_factor(app.tid(), account.id))
                AND accounts.refusal(account.id, \(now)) IS NULL
            ORDER BY sign_in.last_act_at DESC LIMIT 100
            """
        ).map { (Identifier(try $0.read("person_id")), try $0.read("has_pin")) }
    }

    /// The tablet that a sign-in belongs to, once all that is asked for was shown.
    func tablet(of signIn: Identifier<SignIn>, in tx: borrowing Transaction) throws -> Identifier<Tablet>? {
        try tx.execute(
            """
            SELECT tablet_id FROM accounts.sign_in
            WHERE tenant_id = app.tid() AND id = \(signIn.uuid) AND ended_at IS NULL AND tablet_id IS NOT NULL
                AND (code_at IS NOT NULL OR NOT accounts.has_factor(app.tid(), account_id))
            """
        ).first.map { Identifier(try $0.read("tablet_id")) }
    }

    /// Somebody has signed in fully: the PIN of theirs is looked at again, and an earlier sign-in of theirs here ends.
    func arrive(
        _ account: Identifier<Account>, on tablet: Identifier<Tablet>, through signIn: Identifier<SignIn>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO accounts.tablet_person (tenant_id, tablet_id, account_id)
            VALUES (app.tid(), \(tablet.uuid), \(account.uuid))
            ON CONFLICT (tenant_id, tablet_id, account_id) DO UPDATE SET tries = 0
            """)
        try tx.execute(
            """
            UPDATE accounts.sign_in SET ended_at = \(now), end_reason = 'replaced'
            WHERE tenant_id = app.tid() AND tablet_id = \(tablet.uuid) AND account_id = \(account.uuid)
                AND ended_at IS NULL AND id <> \(signIn.uuid)
            """)
    }

    /// One is in use, and the others are put aside; says whose they were.
    func putAside(
        besides signIn: Identifier<SignIn>, on tablet: Identifier<Tablet>, at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try tx.execute(
            """
            UPDATE accounts.tablet SET last_used_at = \(now) WHERE tenant_id = app.tid() AND id = \(tablet.uuid)
            """)
        return try self.persons(
            """
            UPDATE accounts.sign_in SET idle_until = \(now) FROM accounts.account
            WHERE sign_in.tenant_id = app.tid() AND sign_in.tablet_id = \(tablet.uuid) AND sign_in.ended_at IS NULL
                AND sign_in.idle_until > \(now) AND sign_in.id <> \(signIn.uuid)
                AND account.tenant_id = app.tid() AND account.id = sign_in.account_id
            RETURNING account.person_id
            """, in: tx)
    }

    /// Locks one; false if it is of no tablet, or over.
    func lock(_ decision: Decision<LockTablet>, at now: Date, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET idle_until = \(now)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid) AND ended_at IS NULL
                AND tablet_id IS NOT NULL AND idle_until > \(now)
            """
        ).affected == 1
    }

    private func persons(_ statement: SQL, in tx: borrowing Transaction) throws -> [Identifier<Person>] {
        Array(Set(try tx.execute(statement).map { Identifier(try $0.read("person_id")) }))
    }

    // MARK: What was typed

    func overByTime(_ hash: Data, at now: Date) -> SQL { "SELECT * FROM accounts.over_by_time(\(Blob(hash)), \(now))" }

    /// Keeps the last few of somebody's.
    func keep(
        _ id: Identifier<KeptForm>, _ content: Data, of account: Identifier<Account>, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO accounts.kept_form (tenant_id, id, account_id, content, kept_at)
            VALUES (app.tid(), \(id.uuid), \(account.uuid), \(Blob(content)), \(now))
            """)
        try tx.execute(
            """
            DELETE FROM accounts.kept_form WHERE tenant_id = app.tid() AND id IN (
                SELECT id FROM accounts.kept_form WHERE tenant_id = app.tid() AND account_id = \(account.uuid)
                ORDER BY kept_at DESC, id DESC OFFSET 10)
            """)
    }

    func standing(
        of principal: Principal, to form: Identifier<KeptForm>, in tx: borrowing Transaction
    ) throws -> Standing<KeptForm>? {
        try tx.execute(
            """
            SELECT FROM accounts.kept_form
            JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = kept_form.account_id
            WHERE kept_form.tenant_id = app.tid() AND kept_form.id = \(form.uuid)
                AND account.person_id = \(principal.person.uuid)
            """
        ).first.map { _ in Standing(form, [.own], at: nil, state: "kept") }
    }

    func content(_ decision: Decision<ReadKeptForm>, in tx: borrowing Transaction) throws -> Data? {
        try tx.execute(
            "SELECT content FROM accounts.kept_form WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)"
        ).first.map { try $0.read("content") }
    }

    func drop(_ decision: Decision<DropKeptForm>, in tx: borrowing Transaction) throws {
        try tx.execute(
            "DELETE FROM accounts.kept_form WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)")
    }

    func forgetForms(before: Date, atMost batch: Int) -> SQL {
        "SELECT accounts.forget_kept_forms(\(before), \(batch)) AS count"
    }
}
