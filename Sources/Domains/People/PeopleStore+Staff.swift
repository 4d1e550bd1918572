import Kernel
import Postgres
import Web

/// Somebody on the staff, and whether they are here.
typealias FoundColleague = (person: PersonSummary, isHere: Bool)

extension [FoundColleague] {
    /// By name, from one more than the page holds.
    func page(limit: Int) -> (page: Page<PersonSummary>, here: Set<Identifier<Person>>) {
        let page = Page(self.map(\.person), limit: limit) { Keyset($0.name, $0.id.description) }
        return (page, Set(self.filter(\.isHere).map(\.person.id)))
    }
}

/// Those who work here, for the module that knows in which roles.
extension PeopleStore {
    func staff(
        among people: [Identifier<Person>], matching search: String?, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [FoundColleague] {
        try tx.execute(
            """
            SELECT person.id, full_name, preferred_name, job_title, true AS is_staff, NULL::text AS room,
                staff.home_id, \(fragment: self.isHere) AS is_here
            FROM people.staff
            JOIN people.person ON person.tenant_id = app.tid() AND person.id = staff.person_id
            WHERE staff.tenant_id = app.tid() AND staff.person_id = ANY (\(people.map(\.uuid)))
                \(fragment: self.naming(search)) \(fragment: try self.following(after))
            ORDER BY full_name, person.id LIMIT \(limit)
            """
        ).map { (try self.summary($0), try $0.read("is_here")) }
    }

    /// Whether a row of `people.staff` is of somebody who has the product open and lets colleagues see it.
    ///
    /// Whoever has left is not here, even while their last stream is only just being ended.
    var isHere: SQL {
        """
        (staff.status = 'current' AND staff.shows_presence AND \(fragment: PresenceStore().isHere("staff.person_id")))
        """
    }

    func showsPresence(_ person: Identifier<Person>, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            "SELECT shows_presence FROM people.staff WHERE tenant_id = app.tid() AND person_id = \(person.uuid)"
        ).first.map { try $0.read("shows_presence") } ?? false
    }

    func set(showsPresence: Bool, _ person: Identifier<Person>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE people.staff SET shows_presence = \(showsPresence)
            WHERE tenant_id = app.tid() AND person_id = \(person.uuid)
            """)
    }

    func set(isCurrent: Bool, _ person: Identifier<Person>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE people.staff SET status = \(isCurrent ? "current" : "left")
            WHERE tenant_id = app.tid() AND person_id = \(person.uuid)
            """)
    }
}
