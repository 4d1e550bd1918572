import FoundationEssentials
import Kernel
import Postgres

/// How the organisation is divided.
extension AccountsStore {
    func organisation(in tx: borrowing Transaction) throws -> OrganisationRecord? {
        let homes = try tx.execute(
            """
            SELECT home.id, home.name, home.tint, home.type, home.time_zone, home.position, home.version, coalesce((
                SELECT json_agg(json_build_object('id', unit.id, 'name', unit.name, 'position', unit.position,
                    'version', unit.version) ORDER BY unit.position, unit.name)
                FROM accounts.unit WHERE unit.tenant_id = app.tid() AND unit.home_id = home.id), '[]') AS units
            FROM accounts.home WHERE home.tenant_id = app.tid() ORDER BY home.position, home.name
            """
        ).map { row in
            HomeEntry(
                id: Identifier(try row.read("id")), name: try row.read("name"), tint: try row.read("tint"),
                type: try row.readIfPresent("type", as: String.self).flatMap { HomeType(rawValue: $0) },
                timeZone: try row.read("time_zone"), position: try row.read("position"),
                version: try row.read("version"),
                units: try JSONDecoder.columns.decode(
                    [UnitEntry].self, from: Data(try row.read("units", as: String.self).utf8)))
        }
        return try tx.execute("SELECT id, name, version FROM accounts.organisation WHERE tenant_id = app.tid()").first
            .map { row in
                OrganisationRecord(
                    id: Identifier(try row.read("id")), name: try row.read("name"), version: try row.read("version"),
                    homes: homes)
            }
    }

    func rename(_ decision: Decision<RenameOrganisation>, to name: String, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.organisation SET name = \(name), version = version + 1
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    func insert(
        _ home: HomeDetails, _ id: Identifier<Home>, _: Decision<AddHome>, in tx: borrowing Transaction
    ) throws {
        try self.naming {
            try tx.execute(
                """
                INSERT INTO accounts.home (tenant_id, id, name, tint, type, time_zone, position)
                SELECT app.tid(), \(id.uuid), \(home.name), \(home.tint.rawValue), \(home.type?.rawValue),
                    \(home.timeZone), coalesce(\(home.position), max(position) + 1, 1)
                FROM accounts.home WHERE tenant_id = app.tid()
                """)
        }
    }

    func update(
        _ home: HomeDetails, _ decision: Decision<ChangeHome>, in tx: borrowing Transaction
    ) throws {
        try self.naming {
            try tx.execute(
                """
                UPDATE accounts.home SET name = \(home.name), tint = \(home.tint.rawValue),
                    type = \(home.type?.rawValue), time_zone = \(home.timeZone),
                    position = coalesce(\(home.position), position), version = version + 1
                WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
                """)
        }
    }

    func insert(
        _ unit: UnitDetails, _ id: Identifier<Unit>, _ decision: Decision<ChangeUnits>, in tx: borrowing Transaction
    ) throws {
        try self.naming {
            try tx.execute(
                """
                INSERT INTO accounts.unit (tenant_id, id, home_id, name, position)
                SELECT app.tid(), \(id.uuid), \(decision.object.uuid), \(unit.name),
                    coalesce(\(unit.position), max(position) + 1, 1)
                FROM accounts.unit WHERE tenant_id = app.tid() AND home_id = \(decision.object.uuid)
                """)
        }
    }

    func update(
        _ unit: UnitDetails, _ id: Identifier<Unit>, _ decision: Decision<ChangeUnits>, in tx: borrowing Transaction
    ) throws {
        try self.naming {
            try tx.execute(
                """
                UPDATE accounts.unit SET name = \(unit.name), position = coalesce(\(unit.position), position),
                    version = version + 1
                WHERE tenant_id = app.tid() AND home_id = \(decision.object.uuid) AND id = \(id.uuid)
                """)
        }
    }

    /// What the database found, in words for the form.
    private func naming(_ write: () throws -> Void) throws {
        do {
            try write()
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw AccountsError.invalid([.init("/name", "Another one has this name already")])
        }
    }
}
