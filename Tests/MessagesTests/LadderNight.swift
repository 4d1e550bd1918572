import Foundation
import Kernel
import NIOConcurrencyHelpers
import Postgres
import Rotas
import TestKit
import Web

@testable import Jobs
@testable import Messages

/// The same numbers for the same seed, so that a night that fails can be lived again.
struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64
    init(_ seed: Int) { self.state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A night on which the clocks change, in which many urgent messages climb and workers are killed.
///
/// Every message is a seed of its own: what befalls each run of each of its steps is thrown from that.
struct LadderNight: Sendable {
    /// What is written down by hand, in UTC, and not by the code that is tested.
    struct Plan: Sendable, CustomStringConvertible {
        let description: String
        /// The evening by the clock on the wall, and the instants at which the rota changes.
        let evening: String, morning: String
        let dusk: String, first: String, second: String, dawn: String

        static let march = Plan(
            description: "29 March 2026", evening: "2026-03-28", morning: "2026-03-29",
            dusk: "2026-03-28T20:00:00Z", first: "2026-03-29T00:30:00Z", second: "2026-03-29T02:00:00Z",
            dawn: "2026-03-29T07:00:00Z")
        static let october = Plan(
            description: "25 October 2026", evening: "2026-10-24", morning: "2026-10-25",
            dusk: "2026-10-24T19:00:00Z", first: "2026-10-24T23:30:00Z", second: "2026-10-25T03:00:00Z",
            dawn: "2026-10-25T08:00:00Z")
    }

    /// What befalls a worker that runs a step.
    enum Fate: String, CaseIterable, Sendable {
        case none
        /// Killed before it began.
        case killedBefore
        /// Killed in the transaction: after the step, those asked or the next job was written, or at the commit.
        case killedAtStep, killedAtAsked, killedAtJob, killedAtCommit
        /// Killed when all was committed, before it could say so.
        case killedAfter
        /// So slow that its lease ran out, and it and the one that took over run at the same time.
        case outlived
    }

    struct Seed: Sendable {
        let message: Identifier<Message>
        let author: Identifier<Person>
        let listener: Principal
        let conversation: Identifier<Conversation>
        let sentAt: Date
        /// When somebody answers, if anybody does.
        let answerAt: Date?
    }

    static let policy = LadderPolicy(stepMinutes: 10, shiftSteps: 2, repeatMinutes: 7, repeats: 2)
    static let lease = 90.0
    /// A job is dead after ten runs; a worker that is killed more often than this in a row is not what this is about.
    static let mostDeaths = 4

    let kit: LadderKit
    let plan: Plan
    let admin: Database
    let hands: [Principal], managers: [Principal], inCharge: Set<Identifier<Person>>, nurses: [Principal]
    let conversations: [Identifier<Conversation>]
    private let seeds = NIOLockedValueBox<[Seed]>([])
    private let held = NIOLockedValueBox<[Identifier<any Job>: LeasedJob]>([:])
    let fates = NIOLockedValueBox<[Fate: Int]>([:])

    var all: [Seed] { self.seeds.withLockedValue { $0 } }

    init(_ database: Database, _ admin: Database, _ plan: Plan) async throws {
        self.kit = try await LadderKit(database, at: plan.dusk)
        self.plan = plan
        self.admin = admin
        let kit = self.kit
        var hands: [Principal] = [], managers: [Principal] = [], nurses: [Principal] = []
        for _ in 0..<4 { hands.append(try await kit.employ()) }
        for _ in 0..<2 { managers.append(try await kit.employ(.clinicalLead)) }
        for _ in 0..<3 { nurses.append(try await kit.employ(.registeredNurse)) }
        let boss = try await kit.employ(.registeredManager), deputy = try await kit.employ(.deputyManager)
        (self.hands, self.managers, self.nurses) = (hands, managers, nurses)
        self.inCharge = [boss.person, deputy.person]
        _ = try await kit.messages.change(Self.policy, of: kit.home, by: boss)
        func put(_ person: Principal, _ starts: String, _ ends: String, _ order: Int, _ kind: Shift.Kind) async throws {
            _ = try await kit.rotas.plan(
                NewShift(person: person.person, kind: kind, starts: starts, ends: ends, position: order),
                in: kit.home, by: boss)
        }
        let (evening, morning) = (plan.evening, plan.morning)
        try await put(hands[0], "\(evening)T20:00", "\(morning)T00:30", 1, .shift)
        try await put(hands[1], "\(evening)T20:00", "\(morning)T08:00", 2, .shift)
        try await put(hands[2], "\(morning)T00:30", "\(morning)T03:00", 1, .shift)
        try await put(hands[3], "\(morning)T03:00", "\(morning)T08:00", 1, .shift)
        try await put(managers[0], "\(evening)T20:00", "\(morning)T03:00", 1, .onCallManager)
        try await put(managers[1], "\(morning)T03:00", "\(morning)T08:00", 1, .onCallManager)
        let edith = try await kit.organisation.admit(team: nurses)
        var conversations: [Identifier<Conversation>] = []
        for number in 0..<24 {
            let pair = [nurses[number % 3], nurses[(number + 1) % 3]]
            // In some of them somebody is who would be asked, and is not asked a second time.
            let more = number % 3 == 0 ? [hands[1]] : number % 3 == 1 ? [managers[0]] : []
            conversations.append(
                try await kit.messages.start(
                    Opening(
                        kind: .group, subject: "Night", resident: edith,
                        members: (pair.dropFirst() + more).map(\.person)), by: pair[0]
                ).value.id)
        }
        self.conversations = conversations
        try await Self.makeDeadly(admin)
    }

    // MARK: The night

    /// Lives the night minute by minute; `number` messages are sent between ten and four.
    func live(_ number: Int, seed first: Int, climb: @Sendable @escaping (ClimbLadder) async throws -> Void)
        async throws
    {
        let begin = try Date(self.plan.first, strategy: .iso8601) - 2.5 * 3_600
        var waiting: [(at: Date, seed: Int)] = (0..<number).map { index in
            var dice = Dice(first + index)
            return (begin + Double(Int.random(in: 0..<330, using: &dice)) * 60, first + index)
        }
        waiting.sort { ($0.at, $0.seed) > ($1.at, $1.seed) }
        for minute in 0..<(330 + 200) {
            let now = begin + Double(minute) * 60
            self.kit.clock.withLockedValue { $0 = now }
            while let next = waiting.last, next.at <= now {
                waiting.removeLast()
                try await self.send(next.seed)
            }
            for seed in self.all where seed.answerAt == now {
                _ = try await self.kit.messages.acknowledge(seed.message, in: seed.conversation, by: seed.listener)
            }
            // Two workers, for as long as anything is due.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { while try await self.work(climb) > 0 {} } }
                try await group.waitForAll()
            }
        }
    }

    private func send(_ seed: Int) async throws {
        var dice = Dice(seed &+ 1_000_000)
        let index = Int.random(in: 0..<self.conversations.count, using: &dice)
        let author = self.nurses[index % 3], listener = self.nurses[(index + 1) % 3]
        let message = try await self.kit.ask(self.conversations[index], by: author)
        // A third is answered, sooner or later.
        let minutes = Int.random(in: 0..<100, using: &dice)
        let answerAt = Int.random(in: 0..<3, using: &dice) == 0 ? self.kit.now + Double(minutes) * 60 : nil
        self.seeds.withLockedValue {
            $0.append(
                Seed(
                    message: message, author: author.person, listener: listener,
                    conversation: self.conversations[index], sentAt: self.kit.now, answerAt: answerAt))
        }
    }

    /// Claims what is due and runs it; whatever happens to a run, the queue is all that the next one knows of it.
    private func work(_ climb: @Sendable @escaping (ClimbLadder) async throws -> Void) async throws -> Int {
        let store = JobsStore(), now = self.kit.now
        let jobs = try await self.kit.database.transaction(as: .system("claim jobs")) { tx in
            var claim = JobClaim(
                .everything, through: ClaimWindow(), number: 20, most: 20, held: [:], kinds: [ClimbLadder.kind],
                lease: .seconds(Self.lease))
            claim.clock = now
            return try store.claim(claim, in: tx).jobs
        }
        await withDiscardingTaskGroup { group in
            for job in jobs { group.addTask { await self.run(job, climb) } }
        }
        return jobs.count
    }

    private func run(_ job: LeasedJob, _ climb: @Sendable (ClimbLadder) async throws -> Void) async {
        guard let step = try? JSONDecoder().decode(ClimbLadder.self, from: Data(job.payload.utf8)) else { return }
        let fate = self.fate(of: step, attempt: job.attempt)
        self.fates.withLockedValue { $0[fate, default: 0] += 1 }
        // The one before, which was thought dead, goes on at the same time.
        let before = self.held.withLockedValue { $0.removeValue(forKey: job.id) }
        async let ghost: Void? = before == nil ? nil : try? climb(step)
        switch fate {
        case .none:
            if (try? await climb(step)) != nil { await self.report(job) }
        case .killedBefore: break
        case .killedAfter: try? await climb(step)
        case .outlived: self.held.withLockedValue { $0[job.id] = job }
        case .killedAtStep, .killedAtAsked, .killedAtJob, .killedAtCommit:
            try? await self.kill(step, fate) { try await climb(step) }
        }
        _ = await ghost
        if let before { await self.report(before) }
    }

    private func fate(of step: ClimbLadder, attempt: Int) -> Fate {
        if attempt > Self.mostDeaths { return .none }
        let index = self.seeds.withLockedValue { $0.firstIndex { $0.message == step.message } ?? 0 }
        var dice = Dice(index &* 1_009 &+ step.step &* 31 &+ attempt)
        return Int.random(in: 0..<2, using: &dice) == 0 ? .none : Fate.allCases.randomElement(using: &dice) ?? .none
    }

    private func report(_ job: LeasedJob) async {
        _ = try? await self.kit.database.transaction(as: .tenant(job.tenant)) { tx in
            try JobsStore().finish([job], in: tx)
        }
    }

    // MARK: Death

    /// Tables that kill whoever writes to them, for the steps that are named.
    private static func makeDeadly(_ admin: Database) async throws {
        let table = "CREATE TABLE public.deadly (message uuid, number integer, place text)"
        let function = """
            CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                IF TG_ARGV[0] = 'killedAtJob' THEN
                    IF EXISTS (SELECT FROM public.deadly WHERE place = TG_ARGV[0]
                        AND NEW.kind = 'messages.climb' AND NEW.key = message || '-' || (number + 1))
                    THEN RAISE EXCEPTION 'killed'; END IF;
                ELSIF EXISTS (SELECT FROM public.deadly WHERE place = TG_ARGV[0] AND message = NEW.message_id
                    AND number = NEW.number)
                THEN RAISE EXCEPTION 'killed'; END IF;
                RETURN NEW;
            END $$
            """
        let triggers = [
            "CREATE TRIGGER d AFTER INSERT ON messages.ladder_step FOR EACH ROW EXECUTE FUNCTION public.die('killedAtStep')",
            "CREATE TRIGGER d AFTER INSERT ON messages.ladder_asked FOR EACH ROW EXECUTE FUNCTION public.die('killedAtAsked')",
            "CREATE TRIGGER d AFTER INSERT ON jobs.key FOR EACH ROW EXECUTE FUNCTION public.die('killedAtJob')",
            """
            CREATE CONSTRAINT TRIGGER e AFTER INSERT ON messages.ladder_step DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION public.die('killedAtCommit')
            """,
        ]
        try await admin.transaction(as: .system("test")) { tx in
            for statement in [table, function] + triggers { try tx.execute(SQL("\(unsafeText: statement)")) }
        }
    }

    private func kill(_ step: ClimbLadder, _ fate: Fate, _ body: () async throws -> Void) async throws {
        let (message, number, place) = (step.message.uuid, step.step, fate.rawValue)
        try await self.admin.transaction(as: .system("test")) { tx in
            _ = try tx.execute("INSERT INTO public.deadly VALUES (\(message), \(number), \(place))")
        }
        try? await body()
        try await self.admin.transaction(as: .system("test")) { tx in
            _ = try tx.execute(
                "DELETE FROM public.deadly WHERE message = \(message) AND number = \(number) AND place = \(place)")
        }
    }
}
