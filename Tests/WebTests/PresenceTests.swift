import Foundation
import Kernel
import Logging
import NIOConcurrencyHelpers
import Postgres
import TestKit
import Testing

@testable import Web

/// A process and those who have the product open in it.
private struct Process: Sendable {
    let id = Identifier<ServerProcess>.any()
    let presence: Presence
    private let open: NIOLockedValueBox<[Recipient: Int]>

    init(_ database: Database, logger: Logger = .quiet) {
        let open = NIOLockedValueBox<[Recipient: Int]>([:])
        self.open = open
        self.presence = Presence(database: database, process: self.id, logger: logger) {
            open.withLockedValue { Set($0.filter { $0.value > 0 }.keys) }
        }
    }

    var here: Set<Recipient> { self.open.withLockedValue { Set($0.filter { $0.value > 0 }.keys) } }
    func change(_ one: Recipient, by step: Int) {
        self.open.withLockedValue { $0[one] = max(0, $0[one, default: 0] + step) }
    }
}

@Suite(.database, .timeLimit(.minutes(3))) struct PresenceTests {
    let database = TestDatabase.current.open(size: 2)
    private let start = ContinuousClock.now

    /// Who of these is here, as a page would ask.
    private func here(_ people: [Recipient]) async throws -> Set<Recipient> {
        var here: Set<Recipient> = []
        for (tenant, people) in Dictionary(grouping: people, by: \.tenant) {
            let rows = try await self.database.read(
                as: .tenant(tenant),
                """
                SELECT person FROM unnest(\(people.map(\.person))) AS person
                WHERE \(fragment: PresenceStore().isHere("person"))
                """)
            for row in rows { here.insert(Recipient(Identifier(try row.read("person")), in: tenant)) }
        }
        return here
    }

    /// Lets the clock of a process run on, seen from the others: it is silent for so long.
    private func silence(_ process: Process, for seconds: Double) async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute(
                """
                UPDATE web.process SET seen_at = seen_at - make_interval(secs => \(seconds))
                WHERE id = \(process.id.uuid)
                """)
        }
        await admin.shutDown()
    }

    @Test func `however people come and go over two processes, in the end those are here who are`() async throws {
        let processes = [Process(self.database), Process(self.database)]
        let tenants = [Identifier<Organisation>.any(), .any()]
        let people = (0..<6).map { Recipient(.any(), in: tenants[$0 % 2]) }
        var now = self.start
        for round in 0..<40 {
            for _ in 0..<Int.random(in: 0...5) {
                guard let one = people.randomElement(), let process = processes.randomElement() else { continue }
                process.change(one, by: Bool.random() ? 1 : -1)
            }
            now += .seconds(Int.random(in: 0...15))
            for process in processes { await process.presence.tick(at: now) }
            // As after a crash of the server.
            if round % 13 == 12 {
                let admin = TestDatabase.current.open(as: "postgres", size: 1)
                try await admin.transaction(as: .system("test")) { tx in
                    try tx.execute("DELETE FROM web.process WHERE tenant_id = ANY (\(tenants))")
                }
                await admin.shutDown()
            }
        }
        for seconds in [60, 120] {
            for process in processes { await process.presence.tick(at: now + .seconds(seconds)) }
        }
        let truth = processes.reduce(into: Set<Recipient>()) { $0.formUnion($1.here) }
        #expect(try await self.here(people) == truth)
        for one in people { for process in processes { process.change(one, by: -100) } }
        for seconds in [180, 240] {
            for process in processes { await process.presence.tick(at: now + .seconds(seconds)) }
        }
        #expect(try await self.here(people).isEmpty)
        await self.database.shutDown()
    }

    @Test func `whoever came through a process that died fades, and is swept away`() async throws {
        let alive = Process(self.database), dead = Process(self.database)
        let ann = Recipient(.any(), in: .any()), ben = Recipient(.any(), in: ann.tenant)
        alive.change(ann, by: 1)
        dead.change(ben, by: 1)
        for process in [alive, dead] { await process.presence.tick(at: self.start) }
        #expect(try await self.here([ann, ben]) == [ann, ben])
        try await self.silence(dead, for: 30)
        #expect(try await self.here([ann, ben]) == [ann, ben])
        try await self.silence(dead, for: 46)
        #expect(try await self.here([ann, ben]) == [ann])
        try await self.silence(dead, for: 600)
        try await Housekeeping(WebModule.chores, database: self.database, source: Source(), logger: .quiet).clean()
        let left = try await self.database.read(
            as: .tenant(ann.tenant), "SELECT person_id FROM web.presence")
        let ids: [UUID] = try left.map { try $0.read("person_id") }
        #expect(ids == [ann.person.uuid])
        // It was only asleep.
        await dead.presence.tick(at: self.start + .seconds(40))
        #expect(try await self.here([ann, ben]) == [ann, ben])
        await self.database.shutDown()
    }

    @Test func `somebody with two pages in two processes goes with the last of them`() async throws {
        let one = Process(self.database), other = Process(self.database)
        let ann = Recipient(.any(), in: .any())
        one.change(ann, by: 2)
        other.change(ann, by: 1)
        for process in [one, other] { await process.presence.tick(at: self.start) }
        one.change(ann, by: -1)
        other.change(ann, by: -1)
        for seconds in [1, 12] {
            for process in [one, other] { await process.presence.tick(at: self.start + .seconds(seconds)) }
        }
        #expect(try await self.here([ann]) == [ann])
        one.change(ann, by: -1)
        for seconds in [13, 24] { await one.presence.tick(at: self.start + .seconds(seconds)) }
        #expect(try await self.here([ann]).isEmpty)
        await self.database.shutDown()
    }

    @Test func `nobody sees who is here in another organisation`() async throws {
        let process = Process(self.database)
        let ann = Recipient(.any(), in: .any())
        process.change(ann, by: 1)
        await process.presence.tick(at: self.start)
        #expect(try await self.here([ann]) == [ann])
        #expect(try await self.here([Recipient(ann.person, in: .any())]).isEmpty)
        await self.database.shutDown()
    }

    @Test func `those who stay cost a statement a beat, and nothing else`() async throws {
        let process = Process(self.database), tenant = Identifier<Organisation>.any()
        for _ in 0..<200 { process.change(Recipient(.any(), in: tenant), by: 1) }
        await process.presence.tick(at: self.start)
        let (_, idle) = await Tally.count {
            for second in 1..<24 { await process.presence.tick(at: self.start + .seconds(second)) }
        }
        #expect(idle.statements.isEmpty, "\(idle.statements)")
        let (_, beat) = await Tally.count { await process.presence.tick(at: self.start + .seconds(37)) }
        #expect(beat.statements.count == 1 && beat.transactions == 1, "\(beat.statements)")
        await self.database.shutDown()
    }

    @Test func `a database that is away is left alone for a while`() async throws {
        let gone = TestDatabase.current.open(size: 1), logs = RecordedLogs()
        await gone.shutDown()
        let process = Process(gone, logger: logs.logger)
        process.change(Recipient(.any(), in: .any()), by: 1)
        func failures(after seconds: Int) async -> Int {
            await process.presence.tick(at: self.start + .seconds(seconds))
            return logs.lines.count { $0.contains("presence could not be written") }
        }
        #expect(await failures(after: 0) == 1)
        #expect(await failures(after: 1) == 1)
        #expect(await failures(after: 4) == 1)
        #expect(await failures(after: 6) == 2)
        await self.database.shutDown()
    }
}
