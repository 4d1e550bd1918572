import Foundation
import Kernel
import Messages
import TestKit
import Testing

@Suite(.database, .timeLimit(.minutes(2))) struct MessagePolicyTests {
    let database = TestDatabase.current.open()

    @Test func `until somebody decides otherwise, messages are as the product has them`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        #expect(try await kit.messages.policy(for: ann) == .standard)
        let thread = try await kit.messages.read(try await kit.group(ann, ben), by: ann)
        #expect(thread.changeMinutes == 15 && thread.tags == MessageTag.allCases)
    }

    @Test(arguments: [
        (0, 1.0, false), (1, 59.5, true), (1, 60.5, false), (1_440, 86_399, true), (1_440, 86_401, false),
    ])
    func `a message is its author's for as long as the organisation says, whenever it was sent`(
        _ minutes: Int, _ seconds: Double, _ isInside: Bool
    ) async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        let conversation = try await kit.group(ann, ben)
        let one = try await kit.say("One.", in: conversation, by: ann)
        let two = try await kit.say("Two.", in: conversation, by: ann)
        _ = try await kit.messages.change(MessagePolicyDraft(changeMinutes: minutes, tags: []), by: director)
        let edited = await outcome {
            _ = try await kit.messages(at: one.sentAt + seconds)
                .edit(Rewording(body: "Other."), of: one.id, in: conversation, by: ann)
        }
        let retracted = await outcome {
            _ = try await kit.messages(at: two.sentAt + seconds).retract(two.id, in: conversation, by: ann)
        }
        let expected: Problem.Kind? = isInside ? nil : .conflict
        #expect(edited == expected && retracted == expected)
        #expect(try await kit.messages.read(conversation, by: ann).changeMinutes == minutes)
    }

    @Test func `a tag that is not in use is refused with those that are, and one that was given before stays`()
        async throws
    {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.messages.send(Draft(body: "480 ml.", tags: [.fluids]), to: conversation, by: ann).value
        _ = try await kit.messages.change(
            MessagePolicyDraft(changeMinutes: 15, tags: [.skin, .falls, .skin]), by: director)
        #expect(try await kit.messages.read(conversation, by: ann).tags == [.falls, .skin])

        let refused = MessagesError.tagNotAllowed([.falls, .skin])
        #expect(refused.problem.violations.map(\.detail) == ["Use only tags that are in use here: Falls and Skin"])
        await #expect(throws: refused) {
            try await kit.messages.send(Draft(body: "New.", tags: [.falls, .mood]), to: conversation, by: ann)
        }
        await #expect(throws: refused) {
            try await kit.messages.tag(TagChoice([.fluids, .mood]), said.id, in: conversation, by: ben)
        }
        let kept = try await kit.messages.tag(TagChoice([.fluids, .skin]), said.id, in: conversation, by: ben).value
        #expect(kept.tags == [.fluids, .skin])
        _ = try await kit.messages.send(Draft(body: "New.", tags: [.falls]), to: conversation, by: ann)
        let listed = try await kit.messages.tagged(.fluids, in: conversation, for: ann).items
        #expect(listed.map(\.id) == [said.id])
    }

    @Test func `it is changed from the version that was seen, or not at all`() async throws {
        let kit = try await MessagesKit(self.database)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        func change(_ minutes: Int, seen version: Int?) async -> Problem.Kind? {
            await outcome {
                _ = try await kit.messages.change(
                    MessagePolicyDraft(changeMinutes: minutes, tags: []), seen: version, by: director)
            }
        }
        #expect(await change(20, seen: 2) == .preconditionFailed)
        #expect(await change(20, seen: 1) == nil)
        #expect(await change(30, seen: 1) == .preconditionFailed)
        #expect(await change(30, seen: 2) == nil)
        #expect(await change(40, seen: nil) == nil)
        let now = try await kit.messages.policy(for: director)
        #expect(now.version == 4 && now.changeMinutes == 40)
    }

    @Test func `of many who save at once from the same version, one does`() async throws {
        let kit = try await MessagesKit(self.database)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        for version in 1...3 {
            let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
                for minutes in 1...8 {
                    group.addTask {
                        await outcome {
                            _ = try await kit.messages.change(
                                MessagePolicyDraft(changeMinutes: minutes, tags: []), seen: version, by: director)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .preconditionFailed }.count == 7)
            #expect(try await kit.messages.policy(for: director).version == version + 1)
        }
    }

    @Test(arguments: [-1, 1_441, Int.max, Int.min]) func `a number that is none of those allowed is refused`(
        _ minutes: Int
    ) async throws {
        let kit = try await MessagesKit(self.database)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        await #expect(throws: MessagesError.wrongNumber("/change_minutes", 0...1_440)) {
            try await kit.messages.change(MessagePolicyDraft(changeMinutes: minutes, tags: []), by: director)
        }
        #expect(try await kit.messages.policy(for: director) == .standard)
    }

    @Test(arguments: Role.allCases) func `all staff know it, and those who answer for the organisation decide it`(
        _ role: Role
    ) async throws {
        let kit = try await MessagesKit(self.database)
        let deciders: Set<Role> = [.nominatedIndividual, .providerDirector, .registeredManager]
        for reach in [Reach.organisation, .home(kit.organisation.rowan.id), .unit(kit.organisation.garden)] {
            let somebody = try await kit.organisation.hire(role, reach)
            let read = await outcome { _ = try await kit.messages.policy(for: somebody) }
            #expect(read == (Role.staff.contains(role) ? nil : .forbidden))
            let changed = await outcome {
                _ = try await kit.messages.change(MessagePolicyDraft(changeMinutes: 5, tags: []), by: somebody)
            }
            #expect(changed == (deciders.contains(role) && reach == .organisation ? nil : .forbidden), "\(reach)")
        }
    }

    @Test func `one organisation's is not another's`() async throws {
        let kit = try await MessagesKit(self.database), other = try await MessagesKit(self.database)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        let stranger = try await other.organisation.hire(.providerDirector, .organisation)
        _ = try await kit.messages.change(MessagePolicyDraft(changeMinutes: 0, tags: [.mood]), by: director)
        #expect(try await other.messages.policy(for: stranger) == .standard)
        let ben = try await other.organisation.hire(.seniorCarer)
        let thread = try await other.messages.read(try await other.group(stranger, ben), by: ben)
        #expect(thread.changeMinutes == 15 && thread.tags == MessageTag.allCases)
    }
}
