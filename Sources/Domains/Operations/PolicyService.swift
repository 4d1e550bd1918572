package import Audit
package import Kernel
package import Postgres
import Web

/// Tells who can do what.
package struct PolicyService: Sendable {
    let database: Database
    let audit: Audit
    let table: PolicyTable

    package init(database: Database, audit: Audit, permissions: [any Permission.Type]) {
        self.database = database
        self.audit = audit
        self.table = PolicyTable(permissions)
    }

    /// The whole table, or what concerns one role.
    package func table(about role: Role? = nil, for principal: Principal) async throws -> PolicyTable {
        try await self.database.transaction(as: principal) { tx in
            self.audit.record(try principal.decide(ReadPolicy.self, principal.membership), in: tx)
        }
        return role.map(self.table.narrowed) ?? self.table
    }
}
