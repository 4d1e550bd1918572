import FoundationEssentials
package import Kernel
package import Postgres

/// Reading what was written down; each look is written down too, before anything is shown.
package struct AuditService: Sendable {
    let database: Database
    let audit: Audit
    let directory: AuditDirectory
    let catalogue: ActCatalogue
    private let store = AuditStore()

    /// - Parameters:
    ///   - database: Where it is.
    ///   - audit: Where a look is written down.
    ///   - directory: Who people are.
    ///   - acts: Everything that can be in it.
    package init(database: Database, audit: Audit, directory: AuditDirectory, acts: [any Act.Type]) {
        self.database = database
        self.audit = audit
        self.directory = directory
        self.catalogue = ActCatalogue(acts)
    }

    /// What was done in the organisation, newest first.
    ///
    /// `time` is the clock by which its days are meant.
    package func search(
        _ search: AuditSearch, in time: LocalTime, after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> AuditFindings {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(SearchAudit.self, principal.membership)
            let wanted = try self.wanted(search, in: time)
            self.audit.record(decision, about: search.resident, in: tx)
            let rows = try self.store.entries(decision, wanted, after: after, limit: limit + 1, in: tx)
            return try self.findings(rows, limit: limit, asked: [search.person, search.resident], in: tx)
        }
    }

    /// Who has looked at a resident's record, and what was done, newest first.
    package func about(
        _ resident: Identifier<Person>, _ search: AuditSearch = AuditSearch(), in time: LocalTime,
        after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> AuditFindings {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadResidentAudit.self, self.directory.standing(principal, resident, tx))
            let wanted = try self.wanted(search, in: time)
            self.audit.record(decision, about: resident, in: tx)
            let rows = try self.store.entries(decision, wanted, after: after, limit: limit + 1, in: tx)
            return try self.findings(rows, limit: limit, asked: [search.person, resident], in: tx)
        }
    }

    /// Everything that is found, to take away; it is on record before the first line leaves.
    package func export(
        _ search: AuditSearch, in time: LocalTime, for principal: Principal
    ) async throws -> AuditExport {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ExportAudit.self, principal.membership)
            let wanted = try self.wanted(search, in: time)
            self.audit.record(decision, about: search.resident, in: tx)
            return AuditExport(service: self, decision: decision, wanted: wanted)
        }
    }

    fileprivate func page(
        _ decision: Decision<ExportAudit>, _ wanted: AuditStore.Wanted, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> Page<RecordedAct> {
        let rows = try self.store.entries(decision, wanted, after: after, limit: limit + 1, in: tx)
        return try self.findings(rows, limit: limit, asked: [], in: tx).page
    }

    private func wanted(_ search: AuditSearch, in time: LocalTime) throws(AuditError) -> AuditStore.Wanted {
        guard search.faults.isEmpty else { throw .invalid(search.faults) }
        let (since, before) = search.span(in: time)
        return AuditStore.Wanted(
            since: since, before: before, person: search.person, actions: try self.catalogue.actions(search),
            resident: search.resident, object: search.object, request: search.request?.uuidString.lowercased())
    }

    private func findings(
        _ rows: [AuditStore.Row], limit: Int, asked: [Identifier<Person>?], in tx: borrowing Transaction
    ) throws -> AuditFindings {
        let page = Page(rows, limit: limit, key: AuditStore.key)
        let named = page.items.flatMap { [$0.person, $0.resident] } + asked
        let people = try self.directory.names(Set(named.compactMap { $0 }), tx)
        func person(_ id: Identifier<Person>?) -> AuditedPerson? {
            id.map { people[$0] ?? AuditedPerson(id: $0, name: "Somebody who is not on record", title: "") }
        }
        return AuditFindings(
            page: page.map { row in
                RecordedAct(
                    id: Identifier(row.id), at: row.at, by: person(row.person), action: row.action,
                    words: self.catalogue.words(row.action), kind: row.kind, objectId: row.object,
                    about: person(row.resident), request: row.request, signInId: row.signIn, rule: row.rule)
            }, people: people)
    }
}

/// Entries that are taken away page by page, so that they never are in memory as a whole.
package struct AuditExport: Sendable {
    let service: AuditService
    let decision: Decision<ExportAudit>
    let wanted: AuditStore.Wanted

    /// The next lines, and where it goes on.
    package func page(after: String?, limit: Int = 1_000) async throws -> Page<RecordedAct> {
        let after = try after.map { try Keyset($0, parts: 2) }
        return try await self.service.database.read(as: self.decision.principal) { tx in
            try self.service.page(self.decision, self.wanted, after: after, limit: limit, in: tx)
        }
    }
}
