import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

@testable import Messages

/// What happens when nobody answers, and what whoever is asked may see.
@Suite(.database, .timeLimit(.minutes(5))) struct LadderTests {
    let database = TestDatabase.current.open()

    @Test func `it goes to one after the other on shift, the manager on call, and those in charge, again and again`()
        async throws
    {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager), deputy = try await kit.employ(.deputyManager)
        let onCall = try await kit.employ(.clinicalLead)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ()
        let ben = try await kit.employ(), cy = try await kit.employ(), dee = try await kit.employ()
        // Whoever says it, and whoever it was said to, are on shift too, and are not asked a second time.
        try await kit.plan(nurse, ann, ben, cy, dee, by: manager)
        try await kit.plan(onCall, kind: .onCallManager, by: manager)
        let policy = LadderPolicy(stepMinutes: 10, shiftSteps: 2, repeatMinutes: 5, repeats: 1)
        _ = try await kit.messages.change(policy, of: kit.home, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        let message = try await kit.ask(about, by: nurse)
        for step in 1...5 {
            #expect(try await kit.promised(message).contains("\(message)-\(step)"))
            kit.pass(10)
            try await kit.climb(message, step)
        }
        let both = [manager, deputy].map(\.person.description).sorted().joined(separator: " ")
        #expect(
            try await kit.ladder(message, in: about, for: nurse) == [
                "1 shift \(ben.person)", "2 shift \(cy.person)", "3 on_call \(onCall.person)", "4 in_charge \(both)",
                "5 in_charge \(both)",
            ])
        // The last of them promises none.
        try await kit.climb(message, 6)
        #expect(try await kit.ladder(message, in: about, for: nurse).count == 5)
        #expect(try await !kit.promised(message).contains("\(message)-6"))
        #expect(try await kit.messages.waiting(for: dee).isEmpty)
    }

    @Test func `a step that runs twice, too early in the row or after the last does nothing`() async throws {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ(), ben = try await kit.employ()
        try await kit.plan(ben, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        let message = try await kit.ask(about, by: nurse)
        try await kit.climb(message, 2)
        #expect(try await kit.ladder(message, in: about, for: nurse) == [])
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try? await kit.climb(message, 1) } }
        }
        #expect(try await kit.ladder(message, in: about, for: nurse) == ["1 shift \(ben.person)"])
        try await kit.climb(.any(), 1)
    }

    @Test func `without anybody on the rota it goes straight to those in charge, and never nowhere`() async throws {
        let kit = try await LadderKit(self.database)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ()
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        // Nobody answers for the home, nor for the organisation.
        let first = try await kit.ask(about, by: nurse)
        try await kit.climb(first, 1)
        #expect(try await kit.ladder(first, in: about, for: nurse) == ["1 members \(ann.person)"])
        let director = try await kit.employ(.providerDirector, .organisation)
        let second = try await kit.ask(about, by: nurse)
        try await kit.climb(second, 1)
        #expect(try await kit.ladder(second, in: about, for: nurse) == ["1 in_charge \(director.person)"])
        let manager = try await kit.employ(.registeredManager)
        let third = try await kit.ask(about, by: nurse)
        try await kit.climb(third, 1)
        #expect(try await kit.ladder(third, in: about, for: nurse) == ["1 in_charge \(manager.person)"])
        // Whoever said it does not answer it, whatever they answer for.
        let own = try await kit.conversation(about: edith, manager, ann)
        let fourth = try await kit.ask(own, by: manager)
        try await kit.climb(fourth, 1)
        #expect(try await kit.ladder(fourth, in: own, for: manager) == ["1 in_charge \(director.person)"])
    }

    @Test func `whoever has no role in the home any more, or none that reads care, is not asked, rota or not`()
        async throws
    {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ()
        let left = try await kit.employ(until: kit.now + 300), ben = try await kit.employ()
        // Whoever runs the house is on the rota too, and reads no care.
        let cleaner = try await kit.employ(.housekeeping)
        try await kit.plan(left, cleaner, ben, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        let message = try await kit.ask(about, by: nurse)
        kit.pass(10)
        try await kit.climb(message, 1)
        #expect(try await kit.ladder(message, in: about, for: nurse) == ["1 shift \(ben.person)"])
    }

    @Test func `an answer, a deletion and a conversation about nobody end it or have none`() async throws {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ(), ben = try await kit.employ()
        try await kit.plan(ben, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        let answered = try await kit.ask(about, by: nurse)
        _ = try await kit.messages.acknowledge(answered, in: about, by: ann)
        try await kit.climb(answered, 1)
        #expect(try await kit.ladder(answered, in: about, for: nurse) == [])
        let deleted = try await kit.ask(about, by: nurse)
        try await kit.climb(deleted, 1)
        #expect(try await kit.messages.waiting(for: ben).map(\.message.id) == [deleted])
        _ = try await kit.messages.retract(deleted, in: about, by: nurse)
        try await kit.climb(deleted, 2)
        #expect(try await kit.messages.waiting(for: ben).isEmpty)
        await #expect(throws: (any Error).self) { _ = try await kit.messages.read(about, by: ben) }
        let private_ = try await kit.conversation(about: nil, nurse, ann)
        let quiet = try await kit.ask(private_, by: nurse)
        #expect(try await kit.promised(quiet) == [])
        try await kit.climb(quiet, 1)
        #expect(try await kit.ladder(quiet, in: private_, for: nurse) == [])
    }

    @Test func `whoever it was passed on to reads from that message on, answers, and is in it from then on`()
        async throws
    {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ()
        let ben = try await kit.employ(), cy = try await kit.employ()
        try await kit.plan(ben, cy, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        _ = try await kit.messages.send(Draft(body: "Said before"), to: about, by: nurse)
        let message = try await kit.ask(about, by: nurse)
        #expect(await outcome { _ = try await kit.messages.read(about, by: ben) } == .notFound)
        try await kit.climb(message, 1)
        try await kit.climb(message, 2)

        let waiting = try await kit.messages.waiting(for: ben)
        #expect(waiting.map(\.message.id) == [message] && waiting.first?.passedOnAt == kit.now)
        #expect(try await kit.messages.read(about, by: ben).messages.map(\.id) == [message])
        #expect(try await kit.messages.receipts(message, in: about, for: ben).message.id == message)
        // To read and to answer, and nothing else.
        for act in [
            { _ = try await kit.messages.send(Draft(body: "x"), to: about, by: ben) },
            { _ = try await kit.messages.markRead(ReadMark(seq: 2), in: about, by: ben) },
            { _ = try await kit.messages.arrange(Arrangement(isMuted: true), about, by: ben) },
            { _ = try await kit.messages.leave(about, by: ben) },
            { _ = try await kit.messages.add(Invitation(person: cy.person, seesHistory: true), to: about, by: ben) },
            { _ = try await kit.messages.remove(message, in: about, for: RemovalReason("x"), by: ben) },
        ] as [@Sendable () async throws -> Void] {
            #expect(await outcome { try await act() } == .forbidden)
        }
        // It is in no list but that of what waits, and no search finds it.
        #expect(try await kit.messages.conversations(for: ben).items.isEmpty)
        let time = LocalTime(zone: "Europe/London", now: kit.now)
        #expect(try await kit.messages.search(MessageSearch(text: "fall"), in: time, for: ben).items.isEmpty)
        let total = try await kit.database.read(as: ben) { tx in try kit.messages.totals(for: ben, in: tx) }
        #expect(total.urgent == 1)

        let answer = try await kit.messages.acknowledge(message, in: about, by: ben).value
        #expect(answer.isFirst)
        _ = try await kit.messages.send(Draft(body: "She is up again."), to: about, by: ben)
        #expect(try await kit.messages.read(about, by: ben).messages.count == 2)
        // The next one need do nothing, and sees it no more; those to whom it was said do.
        #expect(await outcome { _ = try await kit.messages.read(about, by: cy) } == .notFound)
        await #expect(throws: MessagesError.takenOn) {
            _ = try await kit.messages.acknowledge(message, in: about, by: cy)
        }
        #expect(try await kit.messages.waiting(for: cy).isEmpty)
        #expect(try await kit.messages.waiting(for: ann).map(\.message.id) == [message])
        try await kit.climb(message, 3)
        #expect(try await kit.ladder(message, in: about, for: nurse).count == 2)
        let seen = try await kit.messages.read(about, by: nurse).messages.first { $0.id == message }
        #expect(seen?.acknowledgements.first { $0.person.id == ben.person }?.at == kit.now)
    }

    @Test func `two people's conversation stays between them, and whoever answered keeps what they answered`()
        async throws
    {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ(), ben = try await kit.employ()
        try await kit.plan(ben, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let pair = try await kit.conversation(.direct, about: edith, nurse, ann)
        let message = try await kit.ask(pair, by: nurse)
        try await kit.climb(message, 1)
        _ = try await kit.messages.acknowledge(message, in: pair, by: ben)
        #expect(try await kit.messages.detail(of: pair, for: ben).members.count == 2)
        #expect(try await kit.messages.read(pair, by: ben).messages.map(\.id) == [message])
        #expect(await outcome { _ = try await kit.messages.send(Draft(body: "x"), to: pair, by: ben) } == .forbidden)
    }

    @Test func `what was passed on is for those who work in the home, and ends with their role`() async throws {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ()
        let ben = try await kit.employ(until: kit.now + 1_800)
        try await kit.plan(ben, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let about = try await kit.conversation(about: edith, nurse, ann)
        let message = try await kit.ask(about, by: nurse)
        try await kit.climb(message, 1)
        #expect(try await kit.messages.read(about, by: ben).messages.count == 1)
        kit.pass(31)
        #expect(await outcome { _ = try await kit.messages.read(about, by: ben) } == .notFound)
        #expect(await outcome { _ = try await kit.messages.acknowledge(message, in: about, by: ben) } == .notFound)
        #expect(try await kit.messages.waiting(for: ben).isEmpty)
    }

    @Test func `of many who answer at once, all but those to whom it was said find it taken on`() async throws {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let nurse = try await kit.employ(.registeredNurse), ann = try await kit.employ()
        let ben = try await kit.employ(), cy = try await kit.employ()
        try await kit.plan(ben, cy, by: manager)
        let edith = try await kit.organisation.admit(team: [nurse])
        for _ in 0..<8 {
            let about = try await kit.conversation(about: edith, nurse, ann)
            let message = try await kit.ask(about, by: nurse)
            try await kit.climb(message, 1)
            try await kit.climb(message, 2)
            let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
                for person in [ben, cy, ben, cy] {
                    group.addTask {
                        await outcome { _ = try await kit.messages.acknowledge(message, in: about, by: person) }
                    }
                }
                return await group.reduce(into: [Problem.Kind?]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 2 && outcomes.filter { $0 == .conflict }.count == 2)
            let whole = try await kit.messages.read(about, by: nurse).messages.first { $0.id == message }
            #expect(whole?.acknowledgements.filter { $0.at != nil }.count == 1)
        }
    }

    @Test(arguments: Role.allCases) func `who sees and who changes what happens in a home`(_ role: Role) async throws {
        let kit = try await LadderKit(self.database), elsewhere = try await LadderKit(self.database)
        let policy = LadderPolicy(stepMinutes: 5, shiftSteps: 3, repeatMinutes: 15, repeats: 2)
        for (asker, isHere, isWhole) in [
            (try await kit.organisation.hire(role, .organisation), true, true),
            (try await kit.organisation.hire(role, .home(kit.home)), true, true),
            (try await kit.organisation.hire(role, .unit(kit.organisation.terrace)), true, false),
            (try await kit.organisation.hire(role, .home(kit.organisation.harbour.id)), false, false),
            (try await elsewhere.organisation.hire(role, .organisation), false, false),
        ] {
            let told = "\(role) \(asker.grants)"
            let sees = isHere && Role.staff.contains(role), changes = isWhole && Role.management.contains(role)
            #expect(
                await outcome { _ = try await kit.messages.ladderPolicy(of: kit.home, for: asker) }
                    == (sees ? nil : .notFound), "\(told) sees")
            #expect(
                await outcome { _ = try await kit.messages.change(policy, of: kit.home, by: asker) }
                    == (changes ? nil : sees ? .forbidden : .notFound), "\(told) changes")
        }
    }

    @Test(arguments: [
        (LadderPolicy(stepMinutes: 0, shiftSteps: 2, repeatMinutes: 10, repeats: 6), "/step_minutes"),
        (LadderPolicy(stepMinutes: 121, shiftSteps: 2, repeatMinutes: 10, repeats: 6), "/step_minutes"),
        (LadderPolicy(stepMinutes: 10, shiftSteps: 6, repeatMinutes: 10, repeats: 6), "/shift_steps"),
        (LadderPolicy(stepMinutes: 10, shiftSteps: -1, repeatMinutes: 10, repeats: 6), "/shift_steps"),
        (LadderPolicy(stepMinutes: 10, shiftSteps: 2, repeatMinutes: 0, repeats: 6), "/repeat_minutes"),
        (LadderPolicy(stepMinutes: 10, shiftSteps: 2, repeatMinutes: 10, repeats: 49), "/repeats"),
        (LadderPolicy(stepMinutes: .max, shiftSteps: 2, repeatMinutes: 10, repeats: 6), "/step_minutes"),
    ])
    func `a number that makes no sense is refused at its field`(
        _ policy: LadderPolicy, _ pointer: String
    ) async throws {
        let kit = try await LadderKit(self.database)
        let manager = try await kit.employ(.registeredManager)
        let error = await #expect(throws: MessagesError.self) {
            _ = try await kit.messages.change(policy, of: kit.home, by: manager)
        }
        #expect(error?.problem.violations.map(\.pointer) == [pointer])
        #expect(try await kit.messages.ladderPolicy(of: kit.home, for: manager) == .standard)
    }
}
