import Foundation
import Jobs
import Kernel
import Logging
import NIOConcurrencyHelpers
import Postgres
import ServiceLifecycle

/// Jobs that do nothing, through the queue as it is.
struct JobLoad: Sendable {
    private struct Nothing: Job {
        static let kind = "bench.nothing"
        let number: Int
    }

    let conninfo: String

    func measure(jobs count: Int) async throws -> [String: Int] {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let database = Database(conninfo: self.conninfo, size: 8, logger: logger)
        let jobs = Jobs(source: Source())
        let tenants = (0..<4).map { _ in Identifier<Organisation>(UUID()) }
        let done = NIOLockedValueBox(0)
        var handlers = JobHandlers()
        handlers.on(Nothing.self) { _, _ in done.withLockedValue { $0 += 1 } }
        let worker = JobWorker(database: database, jobs: jobs, handlers: handlers, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: worker)], logger: logger))
        let running = Task { try await group.run() }
        let began = ContinuousClock.now
        // Queued and run at the same time, fifty to a transaction.
        try await withThrowingDiscardingTaskGroup { writers in
            for tenant in tenants {
                writers.addTask {
                    for batch in stride(from: 0, to: count / tenants.count, by: 50) {
                        try await database.transaction(as: .tenant(tenant)) { tx in
                            for number in batch..<batch + 50 { try jobs.enqueue(Nothing(number: number), in: tx) }
                        }
                    }
                }
            }
        }
        let queued = ContinuousClock.now - began
        while done.withLockedValue({ $0 }) < count / 200 * 200 { try await Task.sleep(for: .milliseconds(2)) }
        let took = ContinuousClock.now - began
        await group.triggerGracefulShutdown()
        try await running.value
        await database.shutDown()
        return [
            "jobs": done.withLockedValue { $0 }, "queued_ms": Int(queued / .milliseconds(1)),
            "milliseconds": Int(took / .milliseconds(1)),
        ]
    }
}
