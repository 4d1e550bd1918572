import Foundation
import Kernel
import Logging
import NIOConcurrencyHelpers
import Postgres
import TestKit

@testable import Jobs

struct Count: Job {
    static let kind = "tests.count"
    let number: Int
}

/// A queue, and workers that note what they ran.
struct JobsKit: Sendable {
    let database = TestDatabase.current.open()
    let jobs = Jobs(source: Source())
    let tenant = Identifier<Organisation>.any()
    let seen = NIOLockedValueBox<[Int]>([])

    func worker(
        lease: Duration = .seconds(60), concurrency: Int = 16, poll: Duration = .milliseconds(50), jobs: Jobs? = nil,
        _ body: (@Sendable (Int, LeasedJob) async throws -> Void)? = nil
    ) -> JobWorker {
        var handlers = JobHandlers()
        handlers.on(Count.self) { job, leased in
            self.seen.withLockedValue { $0.append(job.number) }
            try await body?(job.number, leased)
        }
        var settings = JobWorker.Settings()
        settings.lease = lease
        settings.poll = poll
        settings.concurrency = concurrency
        settings.backoff = .milliseconds(1)
        return JobWorker(
            database: self.database, jobs: jobs ?? self.jobs, handlers: handlers, settings: settings, logger: .quiet)
    }

    func enqueue(
        _ numbers: some Sequence<Int> & Sendable, key: String? = nil, by tenant: Identifier<Organisation>? = nil
    ) async throws {
        try await self.database.transaction(as: .tenant(tenant ?? self.tenant)) { tx in
            for number in numbers { try self.jobs.enqueue(Count(number: number), key: key, in: tx) }
        }
    }

    func states() async throws -> [String] {
        try await self.database.read(as: .tenant(self.tenant), "SELECT state FROM jobs.job ORDER BY id").map {
            try $0.read("state")
        }
    }
}
