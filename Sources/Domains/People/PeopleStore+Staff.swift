import Kernel
import Postgres

/// Those who work here, for the module that knows in which roles.
extension PeopleStore {
    func staff(
        among people: [Identifier<Person>], matching search: String?, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [PersonSummary] {
        try tx.execute(
            """
            SELECT person.id, full_name, preferred_name, job_title, true AS is_staff, NULL::text AS room,
                staff.home_id
            FROM people.staff
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = staff.person_id
            WHERE staff.tenant_id = app.tid() AND staff.person_id = ANY (\(people.map(\.uuid)))
                \(fragment: self.naming(search)) \(fragment: try self.following(after))
            ORDER BY full_name, person.id LIMIT \(limit)
            """
        ).map(self.summary)
    }

    func set(isCurrent: Bool, _ person: Identifier<Person>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE people.staff SET status = \(isCurrent ? "current" : "left")
            WHERE tenant_id = app.tid() AND person_id = \(person.uuid)
            """)
    }
}
