import Foundation
import Kernel
import Messages
import Postgres
import TestKit
import Testing

@Suite(.database, .timeLimit(.minutes(2))) struct ReactingTests {
    let database = TestDatabase.current.open()

    @Test func `each person gives each reaction once, and takes back their own`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("He slept well.", in: conversation, by: ann).id
        func mark(_ kind: Reaction.Kind, _ isGiven: Bool, by person: Principal) async throws {
            _ = try await kit.messages.react(
                ReactionMark(kind, isGiven: isGiven), to: said, in: conversation, by: person)
        }
        func given() async throws -> [Reaction.Kind: [Identifier<Person>]] {
            let read = try await kit.messages.read(conversation, by: ann).messages.first?.reactions ?? []
            return Dictionary(uniqueKeysWithValues: read.map { ($0.kind, $0.people.map(\.id)) })
        }
        for person in [ben, ben, ann] { try await mark(.heart, true, by: person) }
        try await mark(.seenTo, true, by: ben)
        #expect(try await given() == [.heart: [ben.person, ann.person], .seenTo: [ben.person]])
        for _ in 0..<2 { try await mark(.heart, false, by: ben) }
        try await mark(.question, false, by: ben)
        #expect(try await given() == [.heart: [ann.person], .seenTo: [ben.person]])
        let told = try await self.database.read(
            as: ann, "SELECT kind FROM web.inbox WHERE person_id = app.person() AND kind = 'messages.reacted'")
        #expect(told.count == 4, "only what changed is told")
    }

    @Test func `a reaction answers nothing, makes nothing unread and moves nothing`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let urgent = try await kit.say("Sit her up.", .urgent, in: conversation, by: ann).id
        let lines = try await [kit.messages.conversations(for: ann).items, kit.messages.conversations(for: ben).items]
        for kind in Reaction.Kind.allCases {
            _ = try await kit.messages.react(ReactionMark(kind, isGiven: true), to: urgent, in: conversation, by: ben)
        }
        let after = try await [kit.messages.conversations(for: ann).items, kit.messages.conversations(for: ben).items]
        #expect(after == lines)
        #expect(try await kit.unread(ben).urgent == 1)
        let read = try #require(try await kit.messages.read(conversation, by: ann).messages.first)
        #expect(read.acknowledgements.map(\.at) == [nil] && read.reactions?.count == Reaction.Kind.allCases.count)
        #expect(read.version == 1, "whoever edits has not seen other words for it")
    }

    @Test func `what was removed has no reactions and takes none`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("Oops.", in: conversation, by: ann).id
        let heart = ReactionMark(.heart, isGiven: true)
        _ = try await kit.messages.react(heart, to: said, in: conversation, by: ben)
        _ = try await kit.messages.retract(said, in: conversation, by: ann)
        #expect(try await kit.messages.read(conversation, by: ben).messages.first?.reactions == nil)
        await #expect(throws: MessagesError.wasRemoved) {
            _ = try await kit.messages.react(heart, to: said, in: conversation, by: ben)
        }
    }
}
