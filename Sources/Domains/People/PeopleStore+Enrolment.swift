import FoundationEssentials
import Kernel
import Postgres

/// Bringing people in, many at a time.
extension PeopleStore {
    func insert(_ people: [NewPerson], in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO people.person (tenant_id, id, full_name, preferred_name, date_of_birth)
            SELECT app.tid(), id, full_name, preferred_name, nullif(born, '')::date
            FROM unnest(\(people.map(\.id.uuid)), \(people.map(\.fullName)), \(people.map(\.preferredName)),
                \(people.map { $0.dateOfBirth?.description ?? "" })) AS new (id, full_name, preferred_name, born)
            """)
    }

    func insert(_ staff: [NewStaff], in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO people.staff (tenant_id, person_id, home_id, unit_id, job_title)
            SELECT app.tid(), id, nullif(home, '')::uuid, nullif(unit, '')::uuid, title
            FROM unnest(\(staff.map(\.person.id.uuid)), \(staff.map { $0.home?.description ?? "" }),
                \(staff.map { $0.unit?.description ?? "" }), \(staff.map(\.jobTitle))) AS new (id, home, unit, title)
            """)
    }

    func insert(_ residents: [NewResident], in tx: borrowing Transaction) throws {
        do {
            try tx.execute(
                """
                INSERT INTO people.resident (tenant_id, person_id, home_id, unit_id, room, status, moved_in_on, died_on,
                    key_worker_id, nhs_number)
                SELECT app.tid(), id, home, unit, room, status, moved, died, worker, number
                FROM unnest(\(residents.map(\.person.id.uuid)), \(residents.map(\.home.uuid)),
                    \(residents.map { $0.unit?.uuid }), \(residents.map(\.room)),
                    \(residents.map(\.status.rawValue)), \(residents.map(\.movedInOn)), \(residents.map(\.diedOn)),
                    \(residents.map { $0.keyWorker?.uuid }), \(residents.map { $0.nhsNumber?.digits }))
                    AS new (id, home, unit, room, status, moved, died, worker, number)
                """)
        } catch {
            throw Self.explain(error)
        }
        let teams = residents.flatMap { resident in resident.careTeam.map { (resident.person.id, $0) } }
        try tx.execute(
            """
            INSERT INTO people.care_team (tenant_id, resident_id, person_id)
            SELECT app.tid(), resident, carer
            FROM unnest(\(teams.map(\.0.uuid)), \(teams.map(\.1.uuid))) AS new (resident, carer)
            """)
    }

    /// What the database found, in words for the form; whose number it is already is not told.
    static func explain(_ error: PostgresError) -> any Error {
        guard error.code == .uniqueViolation, error.constraint == "resident_nhs_number" else { return error }
        return PeopleError.invalid("/nhs_number", "Another resident has this NHS number already")
    }
}
