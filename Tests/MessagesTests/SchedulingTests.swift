import Audit
import Foundation
import Jobs
import Kernel
import Messages
import NIOConcurrencyHelpers
import People
import Postgres
import TestKit
import Testing
import Web

@Suite(.database, .timeLimit(.minutes(5))) struct SchedulingTests {
    let database = TestDatabase.current.open()

    /// Messages that go in the name of those who are `known`, on a clock of the test's.
    private struct Kit {
        let messages: MessagesKit
        let service: MessagesService
        let clock = NIOLockedValueBox(Date())
        let known = NIOLockedValueBox<[Identifier<Person>: Principal]>([:])
        let ann: Principal
        let ben: Principal
        let conversation: Identifier<Conversation>

        init(_ database: Database) async throws {
            let kit = try await MessagesKit(database)
            self.messages = kit
            let source = Source(now: { [clock] in clock.withLockedValue { $0 } })
            self.service = MessagesKit.service(database, source).knowing { [known] person, _, _, _ in
                known.withLockedValue { $0[person] }
            }
            let ann = try await kit.organisation.hire(.careAssistant)
            let ben = try await kit.organisation.hire(.seniorCarer)
            (self.ann, self.ben) = (ann, ben)
            self.conversation = try await kit.group(
                ann, ben, about: try await kit.organisation.admit(team: [ann, ben]))
            self.known.withLockedValue { $0[ann.person] = ann }
        }

        func draft(_ body: String = "Bring the hoist", in seconds: TimeInterval = 3_600) -> LaterDraft {
            LaterDraft(body: body, goesAt: self.clock.withLockedValue { $0.addingTimeInterval(seconds) })
        }

        func schedule(_ body: String = "Bring the hoist") async throws -> ScheduledMessage {
            try await self.service.schedule(self.draft(body), in: self.conversation, by: self.ann).value
        }

        @discardableResult
        func send(_ message: ScheduledMessage, version: Int? = nil) async throws -> Bool {
            try await self.service.send(
                SendScheduled(message: message.id, version: version ?? message.version),
                in: self.messages.organisation.id)
        }

        func said() async throws -> [String] {
            try await self.service.read(self.conversation, by: self.ben).messages.map(\.body)
        }
    }

    @Test func `it goes once, in its author's name, and waits until then for its author alone`() async throws {
        let kit = try await Kit(self.database)
        let message = try await kit.schedule()
        #expect(message.state == .waiting)
        #expect(try await kit.said() == [])
        #expect(try await kit.service.scheduled(for: kit.ann).map(\.id) == [message.id])
        #expect(try await kit.service.scheduled(for: kit.ben).isEmpty)
        let wasSent = try await kit.send(message), again = try await kit.send(message)
        #expect(wasSent && !again)
        let sent = try await kit.service.read(kit.conversation, by: kit.ben).messages
        #expect(sent.map(\.body) == ["Bring the hoist"] && sent.first?.author.id == kit.ann.person)
        let now = try await kit.service.scheduled(message.id, for: kit.ann)
        #expect(now.state == .sent && now.messageId == sent.first?.id)
        #expect(try await kit.service.scheduled(for: kit.ann).isEmpty)
    }

    @Test func `it can be changed and taken back until it goes, and not afterwards`() async throws {
        let kit = try await Kit(self.database)
        let first = try await kit.schedule()
        let changed = try await kit.service.change(first.id, kit.draft("Bring both", in: 60), by: kit.ann).value
        #expect(changed.version == 2 && changed.body == "Bring both")
        // The job from before the change finds out.
        let wasSent = try await kit.send(changed, version: 1)
        #expect(!wasSent)
        try await kit.send(changed)
        #expect(try await kit.said() == ["Bring both"])
        await #expect(throws: ScheduleError.over) { _ = try await kit.service.cancel(first.id, by: kit.ann) }
        await #expect(throws: ScheduleError.over) {
            _ = try await kit.service.change(first.id, kit.draft(), by: kit.ann)
        }
        let other = try await kit.schedule()
        #expect(try await kit.service.cancel(other.id, by: kit.ann).value.state == .cancelled)
        let isSent = try await kit.send(other)
        #expect(!isSent)
        #expect(try await kit.said() == ["Bring both"])
    }

    @Test func `whoever may not say it by then does not, and learns why`() async throws {
        let kit = try await Kit(self.database)
        let gone = try await kit.schedule("gone")
        let outside = try await kit.schedule("outside")
        let closed = try await kit.schedule("closed")
        kit.known.withLockedValue { $0 = [:] }
        try await kit.send(gone)
        kit.known.withLockedValue { $0[kit.ann.person] = kit.ann }
        try await self.database.transaction(as: .tenant(kit.messages.organisation.id)) { tx in
            _ = try tx.execute(
                "UPDATE messages.conversation SET state = 'closed' WHERE id = \(kit.conversation.uuid)")
        }
        try await kit.send(closed)
        try await self.database.transaction(as: .tenant(kit.messages.organisation.id)) { tx in
            _ = try tx.execute("UPDATE messages.conversation SET state = 'open' WHERE id = \(kit.conversation.uuid)")
        }
        _ = try await kit.service.leave(kit.conversation, by: kit.ann)
        try await kit.send(outside)
        let refused = try await kit.service.scheduled(for: kit.ann)
        let why = Dictionary(uniqueKeysWithValues: refused.map { ($0.body, $0.refusal) })
        #expect(why == ["gone": .account, "outside": .notMember, "closed": .closed])
        #expect(refused.allSatisfy { $0.state == .refused })
        #expect(try await kit.said() == [])
        let notices = try await self.database.read(
            as: .tenant(kit.messages.organisation.id),
            "SELECT count(*) AS n FROM web.inbox WHERE kind = 'messages.unsent' AND person_id = \(kit.ann.person.uuid)")
        #expect(try notices.first?.read("n", as: Int.self) == 3)
        // What was not sent is shown for two weeks.
        kit.clock.withLockedValue { $0.addTimeInterval(15 * 86_400) }
        #expect(try await kit.service.scheduled(for: kit.ann).isEmpty)
    }

    @Test func `of sending, changing and taking back at once, one comes first`() async throws {
        let kit = try await Kit(self.database)
        for round in 0..<20 {
            let message = try await kit.schedule("round \(round)")
            async let one = kit.send(message)
            async let other = kit.send(message)
            async let cancelled = outcome { _ = try await kit.service.cancel(message.id, by: kit.ann) }
            let sent = try await [one, other].filter { $0 }.count, isCancelled = await cancelled == nil
            #expect(sent + (isCancelled ? 1 : 0) == 1, "\(round)")
            #expect(try await kit.said().filter { $0 == "round \(round)" }.count == sent)
        }
    }

    @Test func `the queue sends it when it is time`() async throws {
        let kit = try await Kit(self.database)
        let message = try await kit.service.schedule(kit.draft(in: 0.2), in: kit.conversation, by: kit.ann).value
        var handlers = JobHandlers()
        kit.service.register(on: &handlers)
        let worker = JobWorker(
            database: self.database, jobs: Jobs(source: Source()), handlers: handlers, logger: .quiet)
        let isSent = try await eventually {
            _ = await worker.runBatch()
            return try await kit.service.scheduled(message.id, for: kit.ann).state == .sent
        }
        #expect(isSent)
        #expect(try await kit.said() == ["Bring the hoist"])
    }

    @Test func `members schedule, authors change, and nobody else knows of it`() async throws {
        let kit = try await Kit(self.database)
        let organisation = kit.messages.organisation
        let manager = try await organisation.hire(.registeredManager)
        let colleague = try await organisation.hire(.careAssistant)
        let message = try await kit.schedule()
        for (person, mayWrite, mayChange) in [
            (kit.ann, nil, nil), (kit.ben, nil, .notFound), (manager, .forbidden, .notFound),
            (colleague, .notFound, .notFound),
        ] as [(Principal, Problem.Kind?, Problem.Kind?)] {
            let prepared = await outcome {
                try await kit.service.prepareSchedule(in: kit.conversation, for: person)
            }
            let scheduled = await outcome {
                _ = try await kit.service.schedule(kit.draft(), in: kit.conversation, by: person)
            }
            #expect(prepared == mayWrite && scheduled == mayWrite, "\(person.grants)")
            let read = await outcome { _ = try await kit.service.scheduled(message.id, for: person) }
            let changed = await outcome {
                _ = try await kit.service.change(message.id, kit.draft(), by: person)
            }
            #expect(read == mayChange && changed == mayChange, "\(person.grants)")
            if mayChange != nil {
                let cancelled = await outcome { _ = try await kit.service.cancel(message.id, by: person) }
                #expect(cancelled == mayChange, "\(person.grants)")
            }
        }
    }

    @Test func `what cannot be scheduled is refused at its field`() async throws {
        let kit = try await Kit(self.database)
        func refused(_ change: (inout LaterDraft) -> Void) async -> [String] {
            var draft = kit.draft()
            change(&draft)
            do {
                _ = try await kit.service.schedule(draft, in: kit.conversation, by: kit.ann)
                return []
            } catch {
                return ((error as? any ProblemConvertible)?.problem.violations ?? []).map(\.pointer)
            }
        }
        #expect(await refused { $0.body = " " } == ["/body"])
        #expect(await refused { $0.body = String(repeating: "x", count: 4_001) } == ["/body"])
        #expect(await refused { $0.urgency = .urgent } == ["/urgency"])
        #expect(await refused { $0.goesAt = kit.clock.withLockedValue { $0 } } == ["/goes_at"])
        #expect(await refused { $0.goesAt.addTimeInterval(93 * 86_400) } == ["/goes_at"])
        #expect(await refused { $0.urgency = .sameDay } == [])
    }
}
