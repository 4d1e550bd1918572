import FoundationEssentials
package import Kernel
package import Postgres
package import Web

/// Reading the security log; each look is in the audit.
package struct SecurityService: Sendable {
    let database: Database
    let audit: Audit
    let directory: AuditDirectory
    let source: Source
    private let store = SecurityStore()

    package init(database: Database, audit: Audit, directory: AuditDirectory, source: Source = Source()) {
        self.database = database
        self.audit = audit
        self.directory = directory
        self.source = source
    }

    package func events(
        _ filter: SecurityFilter = SecurityFilter(), after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<SecurityEvent> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadSecurityLog.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.page(decision, filter, after: after, limit: limit, in: tx)
        }
    }

    /// What in it needs a look and is new to whoever asks.
    package func alerts(for principal: Principal) async throws -> [SecurityAlert] {
        let since = self.source.now().addingTimeInterval(-7 * 24 * 60 * 60)
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadSecurityLog.self, principal.membership)
            self.audit.record(decision, in: tx)
            let rows = try self.store.alerts(decision, since: since, in: tx)
            let people = try self.directory.names(Set(rows.compactMap(\.person)), tx)
            return rows.map { row in
                SecurityAlert(
                    kind: row.kind, person: row.person.map { people[$0] ?? .unknown($0) }, count: row.count, at: row.at)
            }
        }
    }

    /// What came until then needs no look any more by whoever says so; others look for themselves.
    package func mark(_ seen: SecuritySeen, by principal: Principal, once: Once? = nil) async throws {
        // Nobody has seen what is to come.
        let until = min(seen.until, self.source.now())
        _ = try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(MarkAlertsSeen.self, principal.membership)
        } _: { tx, decision in
            try self.store.mark(seen: until, decision, in: tx)
            self.audit.record(decision, in: tx)
            return true
        }
    }

    /// Everything that is found, to take away; it is on record before the first line leaves.
    package func export(
        _ filter: SecurityFilter, for principal: Principal
    ) async throws -> @Sendable (_ after: String?) async throws -> Page<SecurityEvent> {
        let decision = try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ExportSecurityLog.self, principal.membership)
            self.audit.record(decision, in: tx)
            return decision
        }
        return { after in
            let after = try after.map { try Keyset($0, parts: 2) }
            return try await self.database.read(as: principal) { tx in
                try self.page(decision, filter, after: after, limit: 1_000, in: tx)
            }
        }
    }

    private func page<Act: Permission>(
        _ decision: Decision<Act>, _ filter: SecurityFilter, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> Page<SecurityEvent> {
        let rows = try self.store.events(decision, filter, after: after, limit: limit + 1, in: tx)
        let page = Page(rows, limit: limit, key: SecurityStore.key)
        let people = try self.directory.names(
            Set(page.items.flatMap { [$0.person, $0.subject] }.compactMap { $0 }), tx)
        func person(_ id: Identifier<Person>?) -> AuditedPerson? { id.map { people[$0] ?? .unknown($0) } }
        return page.map { row in
            SecurityEvent(
                id: Identifier(row.id), at: row.at, kind: row.kind, by: person(row.person), about: person(row.subject),
                rule: row.rule, address: row.address, request: row.request, count: row.count)
        }
    }
}

extension AuditedPerson {
    static func unknown(_ id: Identifier<Person>) -> Self {
        AuditedPerson(id: id, name: "Somebody who is not on record", title: "")
    }
}
