import FoundationEssentials
import Kernel
import Postgres

/// Every statement about rotas.
struct RotasStore: Sendable {
    struct ShiftRow: Sendable {
        let id: Identifier<Shift>
        let home: Identifier<Home>
        let unit: Identifier<Unit>?
        let person: Identifier<Person>
        let kind: Shift.Kind
        let startsAt: Date
        let endsAt: Date
        let position: Int

        /// Whether the same person would be in the same part twice at once.
        func meets(_ other: ShiftRow) -> Bool {
            self.person == other.person && self.kind == other.kind && self.startsAt < other.endsAt
                && other.startsAt < self.endsAt
        }
    }

    private static let columns: SQL =
        "shift.id, shift.home_id, shift.unit_id, shift.person_id, shift.kind, shift.starts_at, shift.ends_at, shift.position"

    private static func shift(_ row: PostgresRow) throws -> ShiftRow {
        guard let kind = Shift.Kind(rawValue: try row.read("kind")) else {
            throw PostgresError(.decoding, message: "a shift's kind")
        }
        return ShiftRow(
            id: Identifier(try row.read("id")), home: Identifier(try row.read("home_id")),
            unit: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) },
            person: Identifier(try row.read("person_id")), kind: kind, startsAt: try row.read("starts_at"),
            endsAt: try row.read("ends_at"), position: try row.read("position"))
    }

    /// The shifts of a home that begin in a span of time.
    func shifts<Act: Permission>(
        _ decision: Decision<Act>, from: Date, until: Date, in tx: borrowing Transaction
    ) throws -> [ShiftRow] where Act.Object == Home {
        try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM rotas.shift
            WHERE tenant_id = app.tid() AND home_id = \(decision.object.uuid) AND removed_at IS NULL
                AND starts_at >= \(from) AND starts_at < \(until)
            ORDER BY starts_at, kind DESC, position, id
            """
        ).map(Self.shift)
    }

    /// Who is on in a home at an instant, in the order in which they are asked: those of the unit first.
    func onDuty(
        _ kind: Shift.Kind, home: Identifier<Home>, unit: Identifier<Unit>?, at now: Date,
        in tx: borrowing Transaction
    ) throws -> [ShiftRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM rotas.shift
            WHERE tenant_id = app.tid() AND home_id = \(home.uuid) AND kind = \(kind.rawValue) AND removed_at IS NULL
                -- No shift is longer than a day, so the index finds them.
                AND starts_at <= \(now) AND starts_at > \(now)::timestamptz - interval '24 hours' AND ends_at > \(now)
            ORDER BY CASE WHEN unit_id = \(unit?.uuid) THEN 0 WHEN unit_id IS NULL THEN 1 ELSE 2 END, position,
                starts_at, id
            """
        ).map(Self.shift)
    }

    /// Nobody else plans in this organisation until the commit: what is looked at for overlaps stays as it is.
    func holdPlanning(in tx: borrowing Transaction) throws {
        try tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('rotas ' || app.tid()::text, 0))")
    }

    /// What some people are down for in a span of time, in any home.
    func shifts(
        of people: Set<Identifier<Person>>, from: Date, until: Date, in tx: borrowing Transaction
    ) throws -> [ShiftRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM rotas.shift
            WHERE tenant_id = app.tid() AND person_id = ANY (\(people.map(\.uuid))) AND removed_at IS NULL
                AND starts_at < \(until) AND starts_at > \(from)::timestamptz - interval '24 hours' AND ends_at > \(from)
            """
        ).map(Self.shift)
    }

    func insert<Act: Permission>(
        _ shifts: [ShiftRow], _ decision: Decision<Act>, at now: Date, in tx: borrowing Transaction
    ) throws where Act.Object == Home {
        if shifts.isEmpty { return }
        try tx.execute(
            """
            INSERT INTO rotas.shift (tenant_id, id, home_id, unit_id, person_id, kind, starts_at, ends_at, position,
                planned_by, planned_at)
            SELECT app.tid(), id, \(decision.object.uuid), nullif(unit, '')::uuid, person, kind, starts_at, ends_at,
                position, \(decision.person.uuid), \(now)
            FROM unnest(\(shifts.map(\.id.uuid)), \(shifts.map { $0.unit?.description ?? "" }),
                \(shifts.map(\.person.uuid)), \(shifts.map(\.kind.rawValue)), \(shifts.map(\.startsAt)),
                \(shifts.map(\.endsAt)), \(shifts.map(\.position)))
                AS new (id, unit, person, kind, starts_at, ends_at, position)
            """)
    }

    /// Takes it off; `nil` if there is none such.
    func remove(
        _ shift: Identifier<Shift>, _ decision: Decision<RemoveShift>, at now: Date, in tx: borrowing Transaction
    ) throws -> ShiftRow? {
        try tx.execute(
            """
            UPDATE rotas.shift SET removed_at = \(now), removed_by = \(decision.person.uuid)
            WHERE tenant_id = app.tid() AND id = \(shift.uuid) AND home_id = \(decision.object.uuid)
                AND removed_at IS NULL
            RETURNING \(fragment: Self.columns)
            """
        ).first.map(Self.shift)
    }
}
