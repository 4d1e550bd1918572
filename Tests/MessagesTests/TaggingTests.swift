import Foundation
import Kernel
import Messages
import TestKit
import Testing

@Suite(.database, .timeLimit(.minutes(2))) struct TaggingTests {
    let database = TestDatabase.current.open()

    @Test func `tags are given when sending or by a member later, all of them at a time`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let draft = Draft(body: "480 ml.", tags: [.skin, .fluids, .skin])
        let said = try await kit.messages.send(draft, to: conversation, by: ann).value
        #expect(said.tags == [.fluids, .skin])
        let before = try await kit.unread(ben)
        for (tags, expected) in [
            ([MessageTag.mood, .skin], [MessageTag.mood, .skin]), ([], []), ([.falls], [.falls]),
        ] {
            let kept = try await kit.messages.tag(TagChoice(tags), said.id, in: conversation, by: ben).value
            let read = try await kit.messages.read(conversation, by: ann).messages.first
            #expect(kept.tags == expected && read?.tags == expected && read?.version == 1)
        }
        #expect(try await kit.unread(ben) == before)
        let again = try await self.told(ann)
        _ = try await kit.messages.tag(TagChoice([.falls]), said.id, in: conversation, by: ben)
        #expect(try await self.told(ann) == again, "what changes nothing is told to nobody")
    }

    private func told(_ person: Principal) async throws -> Int {
        try await self.database.read(as: person, "SELECT FROM web.inbox WHERE person_id = app.person()").count
    }

    @Test func `what is tagged is listed once over all pages, from the reader's window and not when removed`()
        async throws
    {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let cy = try await kit.organisation.hire(.registeredNurse)
        let conversation = try await kit.group(ann, ben), other = try await kit.group(ann, ben)
        var sent: [Message] = []
        for number in 0..<14 {
            if number == 4 {
                _ = try await kit.messages.add(
                    Invitation(person: cy.person, seesHistory: false), to: conversation, by: ann)
            }
            let tags: [MessageTag] = number % 2 == 0 ? [.fluids, .mood] : [.mood]
            sent.append(
                try await kit.messages.send(
                    Draft(body: "Number \(number)", tags: tags), to: conversation, by: ann
                ).value)
        }
        _ = try await kit.messages.send(Draft(body: "Elsewhere", tags: [.fluids]), to: other, by: ann)
        _ = try await kit.messages.retract(sent[8].id, in: conversation, by: ann)
        func listed(_ person: Principal) async throws -> [Int] {
            var seen: [Int] = []
            var after: Keyset?
            repeat {
                let page = try await kit.messages.tagged(
                    .fluids, in: conversation, after: after, limit: 2, for: person)
                seen += page.items.map(\.seq)
                after = try page.next.map { try Keyset($0, parts: 1) }
            } while after != nil
            return seen
        }
        #expect(try await listed(ben) == [13, 11, 7, 5, 3, 1])
        #expect(try await listed(cy) == [13, 11, 7, 5])
        let nonsense = await outcome {
            _ = try await kit.messages.tagged(.fluids, in: conversation, after: Keyset("x"), for: ben)
        }
        #expect(nonsense == .badRequest)
        await #expect(throws: MessagesError.wasRemoved) {
            _ = try await kit.messages.tag(TagChoice([.skin]), sent[8].id, in: conversation, by: ben)
        }
        #expect(try await kit.messages.read(conversation, by: ben).messages[8].tags == nil)
    }
}
