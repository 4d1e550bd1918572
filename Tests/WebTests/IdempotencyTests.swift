import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOConcurrencyHelpers
import NIOCore
import Postgres
import TestKit
import Testing

@testable import Web

/// A request that is sent again and again, in every way that happens.
///
/// One after the other: what forgets old keys forgets those of all organisations.
@Suite(.database, .serialized, .timeLimit(.minutes(2))) struct IdempotencyTests {
    private enum Count: Permission {
        typealias Object = Organisation
        static let name = "tests.count"
        static let kind = ActKind.create
        static let summary = "Count"
        static let rules = [Rule(Role.care, [.place], while: ["open"])]
    }

    private let database = TestDatabase.current.open(size: 16)
    private let principal = Principal.someone(.careAssistant)

    private func prepare() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            // The tests of a suite run at once, and PostgreSQL does not like two to make the same thing.
            try tx.execute("SELECT pg_advisory_xact_lock(1)")
            try tx.execute("CREATE TABLE IF NOT EXISTS public.effect (organisation uuid, body text)")
            try tx.execute("GRANT ALL ON public.effect TO wcc_app")
        }
        await admin.shutDown()
    }

    private func effects(of organisation: Identifier<Organisation>? = nil) async throws -> Int {
        let organisation = (organisation ?? self.principal.organisation).uuid
        let rows = try await self.database.read(
            as: self.principal, "SELECT count(*) AS count FROM public.effect WHERE organisation = \(organisation)")
        return try rows.first?.read("count") ?? -1
    }

    /// Has an effect, and says how many there are.
    @discardableResult
    private func act(
        _ body: String, key: String?, as principal: Principal? = nil, holding: Duration = .zero, fails: Bool = false
    ) async throws -> Replayable<Int> {
        let principal = principal ?? self.principal
        let once = try key.map { try Once(key: $0, operation: "POST /effects", input: ["body": body]) }
        struct Stop: Error {}
        return try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(Count.self, Standing(principal.organisation, [], at: Place(home: nil), state: "open"))
        } _: { tx, _ in
            try tx.execute("INSERT INTO public.effect VALUES (\(principal.organisation.uuid), \(body))")
            if holding > .zero { try tx.execute("SELECT pg_sleep(\("\(holding / .seconds(1))")::float8)") }
            if fails { throw Stop() }
            return try tx.execute("SELECT count(*) AS count FROM public.effect").first?.read("count") ?? 0
        }
    }

    private static let key = "0123456789abcdef"

    @Test func `the same request has its effect once, and the same answer`() async throws {
        try await self.prepare()
        let first = try await self.act("a", key: Self.key), second = try await self.act("a", key: Self.key)
        #expect(!first.isReplay && second.isReplay)
        #expect(first.value == second.value)
        #expect(try await self.effects() == 1)
        try await self.act("a", key: nil)
        try await self.act("a", key: "another-key-0123456789")
        #expect(try await self.effects() == 3)
        await self.database.shutDown()
    }

    @Test func `the same key for something else is refused`() async throws {
        try await self.prepare()
        try await self.act("a", key: Self.key)
        let problem = await #expect(throws: Problem.self) { try await self.act("b", key: Self.key) }
        #expect(problem?.kind == .invalidRequest)
        #expect(try await self.effects() == 1)
        await self.database.shutDown()
    }

    @Test func `a key is a person's own`() async throws {
        try await self.prepare()
        let colleague = Principal.someone(.careAssistant, in: self.principal.organisation)
        let stranger = Principal.someone(.careAssistant)
        try await self.act("a", key: Self.key)
        #expect(try await self.act("b", key: Self.key, as: colleague).isReplay == false)
        #expect(try await self.act("c", key: Self.key, as: stranger).isReplay == false)
        await self.database.shutDown()
    }

    @Test func `what failed may be tried again`() async throws {
        try await self.prepare()
        await #expect(throws: (any Error).self) { try await self.act("a", key: Self.key, fails: true) }
        #expect(try await self.effects() == 0)
        #expect(try await self.act("a", key: Self.key).isReplay == false)
        #expect(try await self.effects() == 1)
        await self.database.shutDown()
    }

    @Test func `who may not any more does not get the old answer either`() async throws {
        try await self.prepare()
        try await self.act("a", key: Self.key)
        let demoted = Principal(
            person: self.principal.person, organisation: self.principal.organisation,
            grants: [Grant(.housekeeping, .organisation)])
        await #expect(throws: Problem.self) { try await self.act("a", key: Self.key, as: demoted) }
        await self.database.shutDown()
    }

    @Test func `a hundred at once have one effect, and those that do not wait for it are told to come back`()
        async throws
    {
        try await self.prepare()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    do {
                        let outcome = try await self.act("a", key: Self.key, holding: .milliseconds(50))
                        return outcome.isReplay ? "replay" : "first"
                    } catch let problem as Problem {
                        return problem.kind == .conflict && problem.retryAfter == 1 ? "conflict" : "\(problem)"
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes["first"] == 1)
        #expect(Set(outcomes.keys).isSubset(of: ["first", "replay", "conflict"]), "\(outcomes)")
        #expect(try await self.effects() == 1)
        await self.database.shutDown()
    }

    @Test func `one that is still being worked on is a conflict`() async throws {
        try await self.prepare()
        let slow = Task { try await self.act("a", key: Self.key, holding: .seconds(2)) }
        // Until the first holds the key.
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        #expect(
            try await eventually {
                try await admin.read(
                    as: .system("test"),
                    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND state = 'active'"
                ).count > 1
            })
        let problem = await #expect(throws: Problem.self) { try await self.act("a", key: Self.key) }
        #expect(problem?.kind == .conflict && problem?.retryAfter == 1)
        #expect(try await slow.value.isReplay == false)
        #expect(try await self.act("a", key: Self.key).isReplay)
        await admin.shutDown()
        await self.database.shutDown()
    }

    @Test func `keys are forgotten after two days, and not before; notices after two weeks`() async throws {
        try await self.prepare()
        let inbox = Inbox { _ in }
        try await self.act("a", key: Self.key)
        for _ in 0..<3 {
            try await self.database.transaction(as: self.principal) { tx in
                inbox.deliver(
                    Notice("tests.sent", Identifier<Organisation>.any()), to: [self.principal.person],
                    in: self.principal.organisation, at: tx)
            }
        }
        func clean(after days: Double) async throws {
            let source = Source(now: { Date(timeIntervalSinceNow: days * 86_400) })
            try await Housekeeping(
                WebModule.chores, database: self.database, source: source, batch: 1, logger: .quiet
            ).clean()
        }
        func bounds() async throws -> [Int] {
            let row = try await self.database.read(as: self.principal, InboxStore().bounds).first
            let left = try await self.database.read(
                as: self.principal, InboxStore().after([self.principal.person], [0], page: 10)
            ).count
            return [try #require(row).read("floor"), try #require(row).read("last"), left]
        }
        try await clean(after: 1.9)
        #expect(try await self.act("a", key: Self.key).isReplay)
        try await clean(after: 2.1)
        #expect(try await self.act("a", key: Self.key).isReplay == false)
        #expect(try await bounds() == [0, 3, 3])
        try await clean(after: 14.1)
        #expect(try await bounds() == [3, 3, 0])
        await self.database.shutDown()
    }
}
