import Foundation
import Kernel
import NIOConcurrencyHelpers
import Postgres
import ServiceLifecycle
import TestKit
import Testing

@testable import Jobs

/// What the queue promises of its order, its cost and its slots.
@Suite struct QueueTests {
    /// What nobody but an administrator may do.
    private func administer(_ statement: SQL) async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1, limits: .none)
        try await admin.transaction(as: .system("test")) { tx in try tx.execute(statement) }
        await admin.shutDown()
    }

    /// Runs `body` while another transaction sees, and holds, what was there when it began.
    private func holdingTheHorizon(_ body: () async throws -> Void) async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 2, limits: .none)
        let reading = Task { try await admin.read(as: .system("test"), "SELECT pg_sleep(600)") }
        let isReading = try await eventually {
            try await admin.read(
                as: .system("test"),
                """
                SELECT 1 AS yes FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%pg_sleep(600)%' AND backend_xmin IS NOT NULL
                    AND pid <> pg_backend_pid()
                """
            ).first != nil
        }
        try #require(isReading)
        try await body()
        reading.cancel()
        _ = await reading.result
        await admin.shutDown()
    }

    /// How many entries of the index the next claim of `worker` walks over.
    private func stepsOfNextClaim(_ worker: JobWorker, _ kit: JobsKit) async throws -> Int {
        let claim = try #require(worker.desk.ask(kinds: [Count.kind], lease: .seconds(60)))
        // Of this connection, whatever it did before.
        let steps: SQL = """
            SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0)::bigint AS steps FROM pg_index
            WHERE indrelid::regclass::text LIKE 'jobs.job\\__' AND pg_get_expr(indpred, indrelid) LIKE '%leased%'
            """
        return try await kit.database.transaction(as: .system("test")) { tx in
            let before = try tx.execute(steps).first?.read("steps", as: Int.self) ?? 0
            let claimed = try worker.store.claim(claim, in: tx)
            #expect(claimed.jobs.count == 1)
            return try tx.execute(steps).first.map { try $0.read("steps") - before } ?? 0
        }
    }

    @Test(.database) func `what is done costs a claim nothing, though a long transaction keeps it`() async throws {
        let kit = JobsKit()
        try await self.holdingTheHorizon {
            let worn = kit.worker(poll: .seconds(3600))
            for batch in 0..<20 {
                try await kit.enqueue(batch * 100..<(batch + 1) * 100)
                while await worn.runBatch() > 0 {}
            }
            #expect(kit.seen.withLockedValue { Set($0).count } == 2_000)
            try await kit.enqueue([-1])
            let onward = try await self.stepsOfNextClaim(worn, kit)
            try await kit.enqueue([-2])
            // Who begins at the front walks over all of it.
            try await self.administer("UPDATE jobs.job SET state = 'done', finished_at = now() WHERE state = 'leased'")
            let everything = try await self.stepsOfNextClaim(kit.worker(), kit)
            #expect(onward < 20)
            #expect(everything > 1_500)
        }
        await kit.database.shutDown()
    }

    @Test(.database) func `a job that appears behind others is found by looking back`() async throws {
        let kit = JobsKit()
        let looksBack = kit.worker(poll: .zero), doesNot = kit.worker(poll: .seconds(3600))
        try await kit.enqueue([1, 2])
        for worker in [looksBack, doesNot] { while await worker.runBatch() > 0 {} }
        try await kit.enqueue([3])
        // As if its transaction had begun before those that are done, and had taken three seconds to commit.
        try await self.administer("UPDATE jobs.job SET due_at = due_at - interval '3 s' WHERE state = 'ready'")
        #expect(await doesNot.runBatch() == 0)
        #expect(try await eventually(within: .seconds(60)) { await looksBack.runBatch() == 1 })
        #expect(kit.seen.withLockedValue { $0.sorted() } == [1, 2, 3])
        await kit.database.shutDown()
    }

    @Test(.database) func `a full lane leaves room for the others in each claim`() async throws {
        let kit = JobsKit(), other = Identifier<Organisation>.any()
        let worker = kit.worker(concurrency: 8)
        try await kit.enqueue(0..<400)
        try await kit.enqueue([-1], by: other)
        #expect(await worker.runBatch() == 7)
        #expect(kit.seen.withLockedValue { $0.contains(-1) })
        // And the full one is not held back when it is alone.
        while await worker.runBatch() > 0 {}
        #expect(kit.seen.withLockedValue { $0.count } == 401)
        await kit.database.shutDown()
    }

    @Test(.database, .timeLimit(.minutes(1)))
    func `long jobs of one organisation do not keep another's waiting`() async throws {
        let kit = JobsKit(), other = Identifier<Organisation>.any()
        let isOver = NIOLockedValueBox(false)
        let worker = kit.worker(concurrency: 8) { number, _ in
            while number >= 0, !isOver.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        }
        let group = ServiceGroup(configuration: .init(services: [.init(service: worker)], logger: .quiet))
        let running = Task { try await group.run() }
        try await kit.enqueue(0..<100)
        #expect(try await eventually { kit.seen.withLockedValue { $0.count } == 6 })
        try await kit.enqueue([-1], by: other)
        #expect(try await eventually { kit.seen.withLockedValue { $0.contains(-1) } })
        #expect(kit.seen.withLockedValue { $0.count } == 7)
        isOver.withLockedValue { $0 = true }
        #expect(try await eventually(within: .seconds(30)) { kit.seen.withLockedValue { $0.count } == 101 })
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(try await Set(kit.states()) == ["done"])
        await kit.database.shutDown()
    }

    @Test(.database, .timeLimit(.minutes(2)))
    func `many organisations, several workers: each job runs once, however the commits fall`() async throws {
        let kit = JobsKit()
        // As in three processes: each has a doorbell of its own, and finds the others' jobs when it polls.
        let workers = (0..<3).map { _ in
            kit.worker(concurrency: 4, poll: .milliseconds(20), jobs: Jobs(source: Source()))
        }
        let group = ServiceGroup(
            configuration: .init(services: workers.map { .init(service: $0) }, logger: .quiet))
        let running = Task { try await group.run() }
        try await withThrowingDiscardingTaskGroup { writers in
            for lane in 0..<8 {
                let tenant = Identifier<Organisation>.any()
                writers.addTask {
                    var next = lane * 60
                    while next < (lane + 1) * 60 {
                        let end = min(next + Int.random(in: 1...12), (lane + 1) * 60)
                        try await kit.enqueue(next..<end, by: tenant)
                        next = end
                        if Bool.random() { try await Task.sleep(for: .milliseconds(Int.random(in: 0...10))) }
                    }
                }
            }
        }
        _ = try await eventually(within: .seconds(60)) { kit.seen.withLockedValue { $0.count } >= 480 }
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(kit.seen.withLockedValue { $0.sorted() } == Array(0..<480))
        await kit.database.shutDown()
    }

    @Test(.database) func `a slot is emptied when its turn comes, and what is not done moves`() async throws {
        let kit = JobsKit()
        try await kit.enqueue([1, 2, 3, 4])
        let worker = kit.worker { number, _ in
            if number == 1 { throw PermanentFailure("no") }
            if number == 2 { try await self.turn(kit) }
        }
        #expect(await worker.runBatch() == 4)
        // The second ran while its slot was emptied, and could still report; the dead one is there to be looked at.
        #expect(try await kit.states().sorted() == ["dead", "done"])
        let inTomorrow = try await kit.database.read(
            as: .tenant(kit.tenant), "SELECT 1 AS one FROM jobs.job WHERE slot = jobs.slot(now() + interval '1 day')")
        #expect(inTomorrow.first == nil)
        await kit.database.shutDown()
    }

    private func turn(_ kit: JobsKit) async throws {
        // When the others have been reported.
        let areDone = try await eventually { try await kit.states().sorted() == ["dead", "done", "done", "leased"] }
        try #require(areDone)
        try await self.administer("UPDATE jobs.job SET slot = jobs.slot(now() + interval '1 day')")
        await kit.worker().keepHouse()
    }

    @Test(.database) func `a slot that somebody reads is emptied another time`() async throws {
        let kit = JobsKit()
        try await kit.enqueue([1])
        _ = await kit.worker().runBatch()
        try await self.administer("UPDATE jobs.job SET slot = jobs.slot(now() + interval '1 day')")
        let reader = TestDatabase.current.open(as: "postgres", size: 1, limits: .none)
        let isRead = NIOLockedValueBox(false), mayGo = NIOLockedValueBox(false)
        async let reading: Void = reader.transaction(as: .system("test")) { tx in
            try tx.execute("LOCK TABLE jobs.job IN ACCESS SHARE MODE")
            isRead.withLockedValue { $0 = true }
            while !mayGo.withLockedValue({ $0 }) { Thread.sleep(forTimeInterval: 0.005) }
        }
        try #require(try await eventually { isRead.withLockedValue { $0 } })
        await kit.worker().keepHouse()
        #expect(try await kit.states() == ["done"])
        mayGo.withLockedValue { $0 = true }
        try await reading
        await kit.worker().keepHouse()
        #expect(try await kit.states() == [])
        await reader.shutDown()
        await kit.database.shutDown()
    }
}
