import Kernel
import Postgres

/// Who is here already, for those who bring in a list.
extension PeopleStore {
    /// Waits until no other list is being brought into this organisation.
    func holdImports(_ decision: Decision<ImportResidents>, in tx: borrowing Transaction) throws {
        try tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(\("people.import \(decision.object)"), 0))")
    }

    /// Everybody who works here now, by name.
    func workers(in tx: borrowing Transaction) throws -> [PersonSummary] {
        try tx.execute(
            """
            SELECT person.id, full_name, preferred_name, job_title, true AS is_staff, NULL::text AS room,
                staff.home_id
            FROM people.staff
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = staff.person_id
            WHERE staff.tenant_id = app.tid() AND staff.status = 'current'
            """
        ).map(self.summary)
    }

    /// Every mark of those who are in these homes, and every NHS number, by which somebody new would be known already.
    func marks(in homes: [Identifier<Home>], _ tx: borrowing Transaction) throws -> Set<String> {
        let rows = try tx.execute(
            """
            SELECT home_id, full_name, date_of_birth, room, nhs_number, home_id = ANY (\(homes.map(\.uuid))) AS is_near
            FROM people.resident
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = resident.person_id
            WHERE resident.tenant_id = app.tid()
                AND (home_id = ANY (\(homes.map(\.uuid))) OR nhs_number IS NOT NULL)
            """)
        var marks: Set<String> = []
        for row in rows {
            if let number = try row.readIfPresent("nhs_number", as: String.self) { marks.insert(number) }
            guard try row.read("is_near") else { continue }
            marks.insert(
                ResidentMark.name(
                    try row.read("full_name"), born: try row.readIfPresent("date_of_birth"),
                    room: try row.read("room"), in: try row.read("home_id")))
        }
        return marks
    }
}
