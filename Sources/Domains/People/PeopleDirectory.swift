package import FoundationEssentials
package import Kernel
package import Postgres

/// What other modules may know of people, in their own transaction: who somebody is, and how they stand to a resident.
package struct PeopleDirectory: Sendable {
    let store: PeopleStore

    /// - Parameter now: The clock by which what was opened in an emergency is over.
    package init(now: @escaping @Sendable () -> Date = { Date() }) { self.store = PeopleStore(now: now) }

    package func summaries(
        of people: Set<Identifier<Person>>, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>: PersonSummary] {
        try self.store.summaries(of: people, in: tx)
    }

    /// Who these people are, and who of them is here now, as far as that is their reader's to know.
    ///
    /// Without a reader it is nobody's.
    package func company(
        of people: Set<Identifier<Person>>, for reader: Principal?, in tx: borrowing Transaction
    ) throws -> Company {
        try self.store.company(of: people, isNoted: reader?.isStaff == true, in: tx)
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
            needs: try self.store.needs(decision, in: tx), nhsNumber: row.nhsNumber, version: row.version,
            emergencyEndsAt: decision.isEmergency ? try self.store.emergencyEnd(decision, in: tx) : nil)
    }

    /// Whether somebody has a resident's record open in an emergency, for a condition of another module's own.
    ///
    /// `resident` is the column with whose record it is.
    package static func openedInEmergency(
        by person: Identifier<Person>, of resident: SQL, at now: Date
    ) -> SQL {
        PeopleStore.openedInEmergency(by: person, of: resident, at: now)
    }

    /// What somebody has open in an emergency now; every page of theirs says so.
    package func openEmergencies(of principal: Principal, in tx: borrowing Transaction) throws -> [OpenEmergency] {
        guard !EmergencyAccess.roles.isDisjoint(with: principal.roles) else { return [] }
        return try self.store.openEmergencies(of: principal.person, in: tx)
    }

    /// Those of these people who are on the staff, or were, by name, and who of them is here now.
    ///
    /// For whoever knows already whom their reader, who is on the staff, may see.
    package func staff(
        among people: [Identifier<Person>], matching search: String?, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> (page: Page<PersonSummary>, here: Set<Identifier<Person>>) {
        try self.store.staff(among: people, matching: search, after: after, limit: limit + 1, in: tx).page(limit: limit)
    }

    /// Says whether somebody works here, once that is decided where accounts are.
    package func set(
        isCurrent: Bool, _ person: Identifier<Person>, in tx: borrowing Transaction
    ) throws {
        try self.store.set(isCurrent: isCurrent, person, in: tx)
    }

    /// Whether somebody lets colleagues see that they are here.
    package func showsPresence(_ person: Identifier<Person>, in tx: borrowing Transaction) throws -> Bool {
        try self.store.showsPresence(person, in: tx)
    }

    /// Says whether they do, once that is decided where accounts are.
    package func set(
        showsPresence: Bool, _ person: Identifier<Person>, in tx: borrowing Transaction
    ) throws {
        try self.store.set(showsPresence: showsPresence, person, in: tx)
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

    /// Brings in what was written down about residents, likewise.
    package func record(
        _ needs: [NeedArchive], _ contacts: [ContactArchive], _ professionals: [ProfessionalArchive],
        source: Source = Source(), in tx: borrowing Transaction
    ) throws {
        try self.store.insert(needs, source: source, in: tx)
        try self.store.insert(contacts, source: source, in: tx)
        try self.store.insert(professionals, source: source, in: tx)
    }
}
