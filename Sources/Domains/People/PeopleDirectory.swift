package import Kernel
package import Postgres

/// What other modules may know of people, in their own transaction: who somebody is, and how they stand to a resident.
package struct PeopleDirectory: Sendable {
    let store = PeopleStore()

    package init() {}

    package func summaries(
        of people: Set<Identifier<Person>>, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>: PersonSummary] {
        try self.store.summaries(of: people, in: tx)
    }

    package func standing(
        of principal: Principal, to resident: Identifier<Person>, in tx: borrowing Transaction
    ) throws -> Standing<Person>? {
        try self.store.standing(of: principal, to: resident, in: tx)
    }

    package func resident<Act: Permission>(
        _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> ResidentRecord where Act.Object == Person {
        guard let row = try self.store.resident(decision, in: tx) else { throw PeopleError.notFound }
        return ResidentRecord(
            resident: row.resident, careTeam: try self.store.careTeam(decision, in: tx),
            needs: try self.store.needs(decision, in: tx), nhsNumber: row.nhsNumber, version: row.version)
    }

    /// Brings people in.
    ///
    /// For whoever sets an organisation up: the first administrator, the demonstration. It asks no policy, because
    /// nobody is signed in yet.
    package func enrol(
        staff: [NewStaff], residents: [NewResident] = [], in tx: borrowing Transaction
    ) throws {
        try self.store.insert(staff.map(\.person) + residents.map(\.person), in: tx)
        try self.store.insert(staff, in: tx)
        if !residents.isEmpty { try self.store.insert(residents, in: tx) }
    }
}
