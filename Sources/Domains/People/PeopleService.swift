package import Audit
package import Images
package import Kernel
package import Postgres

/// Which residents a list shows, of those it may show.
package struct ResidentFilter: Sendable {
    package var home: Identifier<Home>?
    package var search: String?
    /// Only those whom the reader cares for by name.
    package var isMine = false
    /// Without those who moved out or have died.
    package var isHere = false
    package var unit: Identifier<Unit>?
    package var status: Resident.Status?
    package init() {}
}

/// What can be asked about residents and staff; what can be done is in its extensions.
package struct PeopleService: Sendable {
    let database: Database
    let audit: Audit
    let directory: PeopleDirectory
    let source: Source
    let portraits: PortraitMaker
    let store: PeopleStore
    /// So that conversations follow the care team, in the transaction that changes it.
    var onCareTeam: @Sendable (CareTeamChange, borrowing Transaction) throws -> Void = { _, _ in }
    /// So that a contact's sign-in and conversations end with it.
    var onContact: @Sendable (ContactClosed, borrowing Transaction) throws -> Void = { _, _ in }

    /// So that those in charge hear of a record that was opened in an emergency.
    var onEmergency: @Sendable (EmergencyAccess, Principal, borrowing Transaction) throws -> Void = { _, _, _ in }

    package init(
        database: Database, audit: Audit, directory: PeopleDirectory, source: Source = Source(),
        portraits: PortraitMaker = PortraitMaker()
    ) {
        self.database = database
        self.audit = audit
        self.directory = directory
        self.source = source
        self.store = PeopleStore(now: source.now)
        self.portraits = portraits
    }

    package func residents(
        _ filter: ResidentFilter = ResidentFilter(), after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<Resident> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListResidents.self, principal.membership)
            let found = try self.store.residents(decision, filter, after: after, limit: limit + 1, in: tx)
            self.audit.record(decision, in: tx)
            return Page(found, limit: limit) { Keyset($0.fullName, $0.id.description) }
        }
    }

    package func resident(_ resident: Identifier<Person>, for principal: Principal) async throws -> ResidentRecord {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadResident.self, self.store.standing(of: principal, to: resident, in: tx))
            let record = try self.directory.resident(decision, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return record
        }
    }

    package func staff(
        matching search: String? = nil, home: Identifier<Home>? = nil, after: Keyset? = nil, limit: Int = 100,
        for principal: Principal
    ) async throws -> Page<PersonSummary> {
        try await self.company(matching: search, home: home, after: after, limit: limit, for: principal).page
    }

    /// With who of them is here, for whoever chooses whom to write to.
    package func company(
        matching search: String? = nil, home: Identifier<Home>? = nil, after: Keyset? = nil, limit: Int = 100,
        for principal: Principal
    ) async throws -> (page: Page<PersonSummary>, here: Set<Identifier<Person>>) {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListStaff.self, principal.membership)
            let found = try self.store.staff(
                decision, matching: search, home: home, after: after, limit: limit + 1, in: tx)
            self.audit.record(decision, in: tx)
            return found.page(limit: limit)
        }
    }
}
