import FoundationEssentials
import Kernel
import Postgres

/// Every statement about organisations, homes and accounts.
///
/// Nothing outside this module's stores names the `accounts` schema, but for foreign keys.
struct AccountsStore: Sendable {
    // MARK: Organisations

    func insert(_ organisation: NewOrganisation, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO accounts.organisation (tenant_id, id, name, created_at)
            VALUES (app.tid(), \(organisation.id.uuid), \(organisation.name), \(now))
            """)
        try self.insert(organisation.homes, in: tx)
    }

    func insert(_ homes: [NewHome], in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO accounts.home (tenant_id, id, name, tint, type, time_zone, position)
            SELECT app.tid(), id, name, tint, nullif(type, ''), zone, position
            FROM unnest(\(homes.map(\.id.uuid)), \(homes.map(\.name)), \(homes.map(\.tint)),
                \(homes.map { $0.type?.rawValue ?? "" }), \(homes.map(\.timeZone)))
                WITH ORDINALITY AS new (id, name, tint, type, zone, position)
            """)
        let units = homes.flatMap { home in home.units.map { (home.id, $0) } }
        try tx.execute(
            """
            INSERT INTO accounts.unit (tenant_id, id, home_id, name, position)
            SELECT app.tid(), id, home, name, position
            FROM unnest(\(units.map(\.1.id.uuid)), \(units.map(\.0.uuid)), \(units.map(\.1.name)))
                WITH ORDINALITY AS new (id, home, name, position)
            """)
    }

    func rename(_ name: String, in tx: borrowing Transaction) throws {
        try tx.execute("UPDATE accounts.organisation SET name = \(name) WHERE tenant_id = app.tid()")
    }

    func homes(_: Decision<ListHomes>, in tx: borrowing Transaction) throws -> [HomeRecord] {
        try self.homes(where: "true", in: tx)
    }

    func home(_ home: Identifier<Home>, in tx: borrowing Transaction) throws -> HomeRecord? {
        try self.homes(where: "home.id = \(home.uuid)", in: tx).first
    }

    private func homes(where condition: SQL, in tx: borrowing Transaction) throws -> [HomeRecord] {
        try tx.execute(
            """
            SELECT home.id, home.name, home.tint, home.type, home.time_zone, coalesce((
                SELECT json_agg(json_build_object('id', unit.id, 'name', unit.name)
                    ORDER BY unit.position, unit.name)
                FROM accounts.unit WHERE unit.tenant_id = app.tid() AND unit.home_id = home.id), '[]') AS units
            FROM accounts.home WHERE home.tenant_id = app.tid() AND \(fragment: condition)
            ORDER BY home.position, home.name
            """
        ).map { row in
            HomeRecord(
                id: Identifier(try row.read("id")), name: try row.read("name"), tint: try row.read("tint"),
                type: try row.readIfPresent("type", as: String.self).flatMap { HomeType(rawValue: $0) },
                timeZone: try row.read("time_zone"),
                units: try JSONDecoder.columns.decode(
                    [UnitRecord].self, from: Data(try row.read("units", as: String.self).utf8)))
        }
    }

    /// What the organisation's places are called, which nobody's password may be made of.
    var placeNames: SQL {
        """
        SELECT name FROM accounts.organisation WHERE tenant_id = app.tid()
        UNION SELECT name FROM accounts.home WHERE tenant_id = app.tid()
        UNION SELECT name FROM accounts.unit WHERE tenant_id = app.tid()
        """
    }

    func placeNames(in tx: borrowing Transaction) throws -> [String] {
        try tx.execute(self.placeNames).map { try $0.read("name") }
    }

    /// Those of a name; organisations choose names without knowing of each other.
    func organisations(named name: String) -> SQL { "SELECT * FROM accounts.organisations_named(\(name))" }

    func setOrganisation(isOpen: Bool, in tx: borrowing Transaction) throws {
        let state = isOpen ? "active" : "suspended"
        try tx.execute("UPDATE accounts.organisation SET state = \(state) WHERE tenant_id = app.tid()")
    }

    /// The name and the homes of the organisation, if there is only one.
    var onlyOrganisation: SQL { "SELECT name, homes FROM accounts.only_organisation()" }

    // MARK: Accounts

    func insert(_ accounts: [NewAccount], at now: Date, in tx: borrowing Transaction) throws {
        do {
            try tx.execute(
                """
                INSERT INTO accounts.account (tenant_id, id, person_id, username, email, password_hash, created_at)
                SELECT app.tid(), id, person, username, nullif(email, ''), hash, \(now)
                FROM unnest(\(accounts.map(\.id.uuid)), \(accounts.map(\.person.uuid)),
                    \(accounts.map(\.username.text)), \(accounts.map { $0.email?.text ?? "" }),
                    \(accounts.map(\.password.text))) AS new (id, person, username, email, hash)
                """)
        } catch {
            guard error.code == .uniqueViolation else { throw error }
            throw AccountsError.usernameTaken
        }
    }

    /// A unit brings its home along.
    func insert(
        _ grants: [NewGrant], by person: Identifier<Person>?, at now: Date, in tx: borrowing Transaction
    ) throws {
        for (until, grants) in Dictionary(grouping: grants, by: \.until) {
            try tx.execute(
                """
                INSERT INTO accounts.role_grant (tenant_id, id, account_id, role, scope_kind, home_id, unit_id,
                    valid_from, valid_until, granted_by)
                SELECT app.tid(), new.id, account, role, scope, coalesce(unit.home_id, nullif(home, '')::uuid),
                    nullif(new.unit, '')::uuid, \(now), \(until), \(person?.uuid)
                FROM unnest(\(grants.map(\.id.uuid)), \(grants.map(\.account.uuid)),
                    \(grants.map(\.grant.role.rawValue)), \(grants.map(\.grant.reach.scope)),
                    \(grants.map { $0.grant.reach.homeNamed?.description ?? "" }),
                    \(grants.map { $0.grant.reach.unitNamed?.description ?? "" }))
                    AS new (id, account, role, scope, home, unit)
                LEFT JOIN accounts.unit ON unit.tenant_id = app.tid() AND unit.id = nullif(new.unit, '')::uuid
                """)
        }
    }

    func own(_ decision: Decision<ReadOwnAccount>, in tx: borrowing Transaction) throws -> OwnAccount? {
        try tx.execute(
            """
            SELECT username, email, organisation.name FROM accounts.account
            JOIN accounts.organisation ON organisation.tenant_id = app.tid()
            WHERE account.tenant_id = app.tid() AND account.id = \(decision.object.uuid)
            """
        ).first.map { row in
            OwnAccount(
                username: try row.read("username"), email: try row.readIfPresent("email"),
                organisation: try row.read("name"))
        }
    }

    // MARK: The first administrator

    /// How things stand once nobody else in this installation is making one.
    func hold(in tx: borrowing Transaction) throws -> Founding {
        try tx.execute("SELECT pg_advisory_xact_lock(724010)")
        return try self.founding(try tx.execute(self.founding))
    }

    func founding(_ rows: PostgresRows) throws -> Founding {
        guard let row = rows.first else { throw PostgresError(.decoding, message: "no founding") }
        guard let tenant = try row.readIfPresent("tenant_id", as: UUID.self) else {
            return Founding(isSetUp: try row.read("is_set_up"), invitation: nil)
        }
        return Founding(
            isSetUp: try row.read("is_set_up"),
            invitation: Founding.Invitation(
                organisation: Identifier(tenant), id: Identifier(try row.read("invitation_id")),
                name: try row.read("organisation"), hash: Data(try row.read("secret_hash", as: Blob.self).bytes),
                expiresAt: try row.read("expires_at")))
    }

    var founding: SQL { "SELECT * FROM accounts.first_administrator()" }

    func insert(_ invitation: Founding.Invitation, at now: Date, in tx: borrowing Transaction) throws {
        // The newest is the only one that counts; the others end here all the same.
        try tx.execute(
            """
            UPDATE accounts.invitation SET expires_at = least(expires_at, \(now))
            WHERE tenant_id = app.tid() AND used_at IS NULL
            """)
        try tx.execute(
            """
            INSERT INTO accounts.invitation (tenant_id, id, secret_hash, created_at, expires_at)
            VALUES (app.tid(), \(invitation.id.uuid), \(Blob(invitation.hash)), \(now), \(invitation.expiresAt))
            """)
    }

    func use<Kind>(_ invitation: Identifier<Kind>, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.invitation SET used_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(invitation.uuid)
            """)
    }
}

/// Whether anybody can sign in, and who is invited to be the first if not.
struct Founding: Sendable {
    struct Invitation: Sendable {
        let organisation: Identifier<Organisation>
        let id: Identifier<Invitation>
        let name: String
        let hash: Data
        let expiresAt: Date
    }
    let isSetUp: Bool
    let invitation: Invitation?
}

extension Reach {
    fileprivate var scope: String {
        switch self {
        case .organisation: "organisation"
        case .home: "home"
        case .unit: "unit"
        }
    }
    fileprivate var homeNamed: Identifier<Home>? { if case .home(let home) = self { home } else { nil } }
    fileprivate var unitNamed: Identifier<Unit>? { if case .unit(let unit) = self { unit } else { nil } }
}
