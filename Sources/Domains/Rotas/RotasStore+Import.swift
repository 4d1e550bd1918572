package import FoundationEssentials
package import Kernel
package import Postgres

/// Brings in a rota that was planned elsewhere, or never: the demonstration's.
///
/// It asks no policy, because nobody is signed in yet.
package struct RotaImport: Sendable {
    package struct Entry: Sendable {
        package let id: Identifier<Shift>
        package let home: Identifier<Home>
        package let unit: Identifier<Unit>?
        package let person: Identifier<Person>
        package let kind: Shift.Kind
        package let startsAt: Date
        package let endsAt: Date
        package let position: Int
        package let plannedBy: Identifier<Person>

        package init(
            id: Identifier<Shift>, home: Identifier<Home>, unit: Identifier<Unit>?, person: Identifier<Person>,
            kind: Shift.Kind, startsAt: Date, endsAt: Date, position: Int, plannedBy: Identifier<Person>
        ) {
            self.id = id
            self.home = home
            self.unit = unit
            self.person = person
            self.kind = kind
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.position = position
            self.plannedBy = plannedBy
        }
    }

    package init() {}

    package func bringIn(_ entries: [Entry], at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO rotas.shift (tenant_id, id, home_id, unit_id, person_id, kind, starts_at, ends_at, position,
                planned_by, planned_at)
            SELECT app.tid(), id, home, nullif(unit, '')::uuid, person, kind, starts_at, ends_at, position,
                planner, \(now)
            FROM unnest(\(entries.map(\.id.uuid)), \(entries.map(\.home.uuid)),
                \(entries.map { $0.unit?.description ?? "" }), \(entries.map(\.person.uuid)),
                \(entries.map(\.kind.rawValue)), \(entries.map(\.startsAt)), \(entries.map(\.endsAt)),
                \(entries.map(\.position)), \(entries.map(\.plannedBy.uuid)))
                AS new (id, home, unit, person, kind, starts_at, ends_at, position, planner)
            """)
    }
}
