package import Audit
package import Jobs
package import Kernel
import People
package import Postgres
package import Web

/// What those who look after the installation can see and do.
package struct OperationsService: Sendable {
    let database: Database
    let audit: Audit
    let jobs: Jobs

    package init(database: Database, audit: Audit, jobs: Jobs) {
        self.database = database
        self.audit = audit
        self.jobs = jobs
    }

    package func failedJobs(
        after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<FailedJob> {
        let last = after.flatMap { $0.parts.first }.flatMap { Identifier<any Job>($0) }
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListFailedJobs.self, principal.membership)
            self.audit.record(decision, in: tx)
            return Page(try self.jobs.dead(limit + 1, before: last, in: tx).map(FailedJob.init), limit: limit) {
                Keyset($0.id.description)
            }
        }
    }

    /// Those that are not dead, or another organisation's, are passed over.
    package func retry(
        _ retry: JobRetry, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<RetriedJobs> {
        try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(RetryJobs.self, principal.membership)
        } _: { tx, decision in
            self.audit.record(decision, in: tx)
            return RetriedJobs(count: try self.jobs.replay(retry.jobIds, in: tx))
        }
    }
}
