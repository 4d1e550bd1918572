import Foundation
import Jobs
import Kernel
import Logging
import NIOConcurrencyHelpers
import Postgres
import TestKit
import Testing
import Web

@testable import Announcements

/// Everybody is told exactly once, whatever dies meanwhile.
///
/// Workers claim jobs across tenants, so each test has a database to itself.
@Suite struct TellingTests {
    struct Killed: Error {}

    /// Tells a chunk; the control does it carelessly.
    typealias Teller = @Sendable (AnnouncementsKit, TellPeople) async throws -> Void

    private static let careful: Teller = { kit, job in
        _ = try await kit.announcements.tell(job, in: kit.organisation.id)
    }

    /// As `tell`, but that what it did and how far it is by that are two transactions.
    private static let careless: Teller = { kit, job in
        let service = kit.announcements
        try await kit.database.transaction(as: .tenant(kit.organisation.id)) { tx in
            guard let row = try service.store.row(job.announcement, for: nil, in: tx) else { return }
            let people = try service.accounts.next(
                row.audience, after: row.toldThrough, limit: service.chunk, in: tx)
            try tx.execute(
                """
                INSERT INTO announcements.receipt (tenant_id, announcement_id, person_id, told_at)
                SELECT app.tid(), \(row.id.uuid), person, now() FROM unnest(\(people.map(\.uuid))) AS person
                ON CONFLICT DO NOTHING
                """)
            service.inbox.deliver(
                Notice("announcements.announced", row.id), to: Set(people), in: kit.organisation.id, at: tx)
        }
        if Bool.random() { throw Killed() }
        try await kit.database.transaction(as: .tenant(kit.organisation.id)) { tx in
            guard let row = try service.store.row(job.announcement, for: nil, holding: true, in: tx) else { return }
            let people = try service.accounts.next(
                row.audience, after: row.toldThrough, limit: service.chunk, in: tx)
            try tx.execute(
                """
                UPDATE announcements.announcement SET chunks = chunks + 1, told = told + \(people.count),
                    told_through = coalesce(\(people.last?.uuid), told_through)
                WHERE id = \(row.id.uuid)
                """)
            if people.count == service.chunk {
                let next = TellPeople(announcement: row.id, chunk: job.chunk + 1)
                try service.jobs.enqueue(next, key: next.key, in: tx)
            }
        }
    }

    /// Announces to some people and has several workers tell them, each of which may die before, in or after a chunk,
    /// or be one of two with the same; says what is wrong in the end.
    private func faults(people: Int, chunk: Int, telling: @escaping Teller) async throws -> [String] {
        let database = TestDatabase.current.open(), admin = TestDatabase.current.open(as: "postgres", size: 1)
        let kit = try await AnnouncementsKit(database, chunk: chunk)
        let author = try await kit.employ(.registeredManager)
        var all: Set<Identifier<Person>> = []
        for _ in 0..<people { all.insert(try await kit.employ(.careAssistant).person) }
        let id = try await kit.announcements.announce(kit.draft(), by: author).value.id

        var handlers = JobHandlers()
        handlers.on(TellPeople.self) { job, _ in
            switch Int.random(in: 0..<6) {
            case 0: throw Killed()
            case 1:
                try await telling(kit, job)
                throw Killed()
            case 2:
                async let one: Void = telling(kit, job)
                async let other: Void = telling(kit, job)
                _ = try await (one, other)
            default: try await telling(kit, job)
            }
        }
        var settings = JobWorker.Settings()
        // So short that a worker that is still at it loses its job to another.
        settings.lease = .milliseconds(5)
        settings.backoff = .milliseconds(1)
        let workers = (0..<3).map { _ in
            JobWorker(
                database: database, jobs: Jobs(source: Source()), handlers: handlers, settings: settings,
                logger: .quiet)
        }
        let isOver = NIOLockedValueBox(false)
        let isDone = try await withThrowingTaskGroup(of: Bool.self) { group in
            for worker in workers {
                group.addTask {
                    while !isOver.withLockedValue({ $0 }) { _ = await worker.runBatch() }
                    return true
                }
            }
            group.addTask {
                // Connections die too, in the middle of whatever they do.
                while !isOver.withLockedValue({ $0 }) {
                    try? await Task.sleep(for: .milliseconds(.random(in: 5...40)))
                    _ = try? await admin.read(
                        as: .system("test"),
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND usename = 'wcc_app' AND state <> 'idle'
                        ORDER BY random() LIMIT 1
                        """)
                }
                return true
            }
            group.addTask {
                defer { isOver.withLockedValue { $0 = true } }
                return try await eventually(within: .seconds(120)) {
                    // Whoever looks after the system replays what has died too often.
                    try await admin.transaction(as: .tenant(kit.organisation.id)) { tx in
                        _ = try Jobs(source: Source()).replay(nil, in: tx)
                    }
                    return try await admin.read(
                        as: .system("test"), "SELECT count(*) AS n FROM jobs.job WHERE state <> 'done'"
                    ).first?.read("n", as: Int.self) == 0
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        var faults = isDone ? [] : ["something is left to do"]
        let told = try await kit.told(id), notices = try await kit.notices(id, "announcements.announced")
        if Set(told) != all || told.count != all.count { faults.append("\(told.count) of \(all.count) receipts") }
        if all.contains(where: { notices[$0] == nil }) { faults.append("somebody was not told") }
        if all.contains(where: { notices[$0, default: 0] > 1 }) { faults.append("somebody was told twice") }
        let progress = try await kit.announcements.open(id, by: author).progress
        if progress?.told != all.count { faults.append("told \(progress?.told ?? -1) of \(all.count)") }
        await database.shutDown()
        await admin.shutDown()
        return faults
    }

    @Test(.database, .timeLimit(.minutes(5)), arguments: [(23, 3), (12, 4), (40, 7)])
    func `whoever is killed, everybody is told exactly once`(_ people: Int, _ chunk: Int) async throws {
        let faults = try await self.faults(people: people, chunk: chunk, telling: Self.careful)
        #expect(faults == [])
    }

    @Test(.database, .timeLimit(.minutes(5)))
    func `the control: to note how far it is in a transaction of its own is found out`() async throws {
        let faults = try await self.faults(people: 40, chunk: 3, telling: Self.careless)
        #expect(!faults.isEmpty)
    }

    @Test(.database) func `a chunk that was told already is not told again, nor one out of turn`() async throws {
        let database = TestDatabase.current.open()
        let kit = try await AnnouncementsKit(database, chunk: 2)
        let author = try await kit.employ(.registeredManager)
        for _ in 0..<4 { _ = try await kit.employ(.careAssistant) }
        let id = try await kit.announcements.announce(kit.draft(), by: author).value.id
        for (chunk, isTold) in [
            (1, false), (0, true), (0, false), (2, false), (1, true), (1, false), (2, true), (3, false),
        ] {
            let wasTold = try await kit.announcements.tell(
                TellPeople(announcement: id, chunk: chunk), in: kit.organisation.id)
            #expect(wasTold == isTold, "\(chunk)")
        }
        #expect(try await kit.told(id).count == 4)
        // One job for each chunk; the last of them finds nobody and ends it.
        #expect(try await kit.jobs("announcements.tell") == 3)
        await database.shutDown()
    }

    @Test(.database) func `a reminder goes to each who has not confirmed, chunk by chunk`() async throws {
        let database = TestDatabase.current.open()
        let kit = try await AnnouncementsKit(database, chunk: 2)
        let author = try await kit.employ(.registeredManager)
        var people: [Principal] = []
        for _ in 0..<6 { people.append(try await kit.employ(.careAssistant)) }
        let id = try await kit.announce(kit.draft(), by: author).id
        _ = try await kit.announcements.confirm(id, by: people[0])
        _ = try await kit.announcements.remind(id, by: author)
        var handlers = JobHandlers()
        kit.announcements.register(on: &handlers)
        let worker = JobWorker(
            database: database, jobs: Jobs(source: Source()), handlers: handlers, logger: .quiet)
        while await worker.runBatch() > 0 {}
        let notices = try await kit.notices(id, "announcements.changed")
        for person in people.dropFirst() { #expect(notices[person.person] == 1) }
        // That they have confirmed, and nothing since.
        #expect(notices[people[0].person] == 1)
        await database.shutDown()
    }
}
