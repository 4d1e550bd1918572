import Foundation
import Kernel
import Messages
import Postgres
import TestKit
import Testing

@Suite(.database) struct ConversationsTests {
    let database = TestDatabase.current.open()

    @Test func `two people have one direct conversation, whoever starts it`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let first = try await kit.messages.start(Opening(kind: .direct, members: [ben.person]), by: ann).value
        let second = try await kit.messages.start(Opening(kind: .direct, members: [ann.person]), by: ben).value
        #expect(first.id == second.id)
        await #expect(throws: MessagesError.oneOther) {
            _ = try await kit.messages.start(Opening(kind: .direct, members: []), by: ann)
        }
        await #expect(throws: MessagesError.oneOther) {
            _ = try await kit.messages.add(
                Invitation(person: .any(), seesHistory: true), to: first.id, by: ann)
        }
    }

    @Test func `a care team's conversation takes the team in, and only those who may see the resident begin one`()
        async throws
    {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant),
            nurse = try await kit.organisation.hire(.registeredNurse)
        let other = try await kit.organisation.hire(.careAssistant, .home(kit.organisation.harbour.id))
        let cook = try await kit.organisation.hire(.catering)
        let edith = try await kit.organisation.admit(team: [ann, nurse])
        let begun = try await kit.messages.start(
            Opening(kind: .careTeam, resident: edith, members: [], message: Draft(body: "She slept well.")), by: ann
        ).value
        let detail = try await kit.messages.detail(of: begun.id, for: nurse)
        #expect(Set(detail.members.map(\.person.id)) == [ann.person, nurse.person])
        #expect(detail.conversation.lastSeq == 1)
        #expect(detail.resident?.id == edith)
        for stranger in [other, cook] {
            let error = await #expect(throws: (any Error).self) {
                _ = try await kit.messages.start(
                    Opening(kind: .careTeam, resident: edith, members: []), by: stranger)
            }
            #expect(Problem.Kind(error) == .notFound)
        }
    }

    @Test func `what cannot be begun says which field is wrong`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant)
        let elsewhere = try await MessagesKit(self.database)
        let foreign = try await elsewhere.organisation.hire(.careAssistant)
        let resident = try await kit.organisation.admit()
        for (opening, expected) in [
            (Opening(kind: .direct, members: [resident]), MessagesError.unknownPerson),
            (Opening(kind: .group, subject: " ", members: [foreign.person]), .emptySubject),
            (Opening(kind: .group, subject: "Team", members: []), .wrongMembers),
            (Opening(kind: .group, subject: "Team", members: [ann.person]), .wrongMembers),
            (Opening(kind: .group, subject: "Team", members: [foreign.person]), .unknownPerson),
            (
                Opening(kind: .group, subject: String(repeating: "x", count: 201), members: [foreign.person]),
                .emptySubject
            ),
            (Opening(kind: .careTeam, members: []), .noResident),
            (Opening(kind: .direct, members: [foreign.person], message: Draft(body: " ")), .emptyBody),
        ] {
            let error = await #expect(throws: MessagesError.self) {
                _ = try await kit.messages.start(opening, by: ann)
            }
            #expect(error == expected)
        }
    }

    @Test func `whoever joins sees from then on, and whoever leaves sees nothing`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let cy = try await kit.organisation.hire(.registeredNurse),
            dee = try await kit.organisation.hire(.careAssistant)
        let conversation = try await kit.group(ann, ben)
        let early = try await kit.say("Before Cy came.", in: conversation, by: ann)
        _ = try await kit.messages.add(
            Invitation(person: cy.person, seesHistory: false), to: conversation, by: ann)
        _ = try await kit.messages.add(
            Invitation(person: dee.person, seesHistory: true), to: conversation, by: ann)
        let late = try await kit.say("Now Cy is here.", in: conversation, by: ben, replyTo: early.id)

        let forCy = try await kit.messages.read(conversation, by: cy)
        #expect(forCy.messages.map(\.id) == [late.id])
        #expect(forCy.messages.first?.replyTo == nil, "what is quoted from before the window stays hidden")
        #expect(!forCy.hasOlder)
        #expect(try await kit.messages.read(conversation, by: dee).messages.map(\.id) == [early.id, late.id])
        for window in [MessageWindow.around(early.id), .before(2), .after(0)] {
            let read = try? await kit.messages.read(conversation, window, by: cy)
            #expect(read?.messages.contains { $0.id == early.id } != true)
        }
        let receipts = await #expect(throws: (any Error).self) {
            _ = try await kit.messages.receipts(early.id, in: conversation, for: cy)
        }
        #expect(Problem.Kind(receipts) == .notFound)
        #expect(try await kit.unread(cy).unread == 1)

        _ = try await kit.messages.remove(cy.person, from: conversation, by: ann)
        let gone = await #expect(throws: (any Error).self) {
            _ = try await kit.messages.read(conversation, by: cy)
        }
        #expect(Problem.Kind(gone) == .notFound)
        #expect(try await kit.unread(cy).unread == 0)
        #expect(try await kit.messages.conversations(for: cy).items.isEmpty)
        _ = try await kit.messages.leave(conversation, by: ben)
        _ = try await kit.messages.leave(conversation, by: dee)
        let last = await #expect(throws: MessagesError.self) { try await kit.messages.leave(conversation, by: ann) }
        #expect(last == .lastMember)
    }

    @Test func `one who does not see history cannot give it to another`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let cy = try await kit.organisation.hire(.registeredNurse),
            dee = try await kit.organisation.hire(.careAssistant)
        let conversation = try await kit.group(ann, ben)
        try await kit.say("Not for Cy.", in: conversation, by: ann)
        _ = try await kit.messages.add(
            Invitation(person: cy.person, seesHistory: false), to: conversation, by: ann)
        _ = try await kit.messages.add(
            Invitation(person: dee.person, seesHistory: true), to: conversation, by: cy)
        #expect(try await kit.messages.read(conversation, by: dee).messages.isEmpty)
    }

    @Test func `the list puts what needs an answer first, then what is unread, and pages over all of it once`()
        async throws
    {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        var all: [Identifier<Conversation>] = []
        for number in 0..<12 {
            let conversation = try await kit.group(ben, ann)
            let urgency: Message.Urgency = number == 3 ? .urgent : number == 5 ? .sameDay : .routine
            try await kit.say("Number \(number)", urgency, in: conversation, by: number % 2 == 0 ? ann : ben)
            all.append(conversation)
        }
        var seen: [ConversationLine] = []
        var after: Keyset?
        repeat {
            let page = try await kit.messages.conversations(after: after, limit: 5, for: ann)
            seen += page.items
            after = try page.next.map { try Keyset($0, parts: 3) }
        } while after != nil
        #expect(
            seen.map(\.conversation.id).sorted { $0.description < $1.description }
                == all.sorted { $0.description < $1.description })
        #expect(seen.first?.conversation.id == all[3])
        #expect(seen.first?.open?.asked == 1 && seen.first?.open?.answered == 0)
        let ranks = seen.map { $0.needsMe > 0 ? 2 : $0.unread > 0 ? 1 : 0 }
        #expect(ranks == ranks.sorted(by: >))
        #expect(seen.first { $0.conversation.id == all[5] }?.isSameDay == true)
        #expect(try await kit.messages.conversations(.urgent, for: ann).items.map(\.conversation.id) == [all[3]])
        #expect(try await kit.messages.conversations(.unread, for: ann).items.count == 6)
        #expect(try await kit.messages.conversations(.residents, for: ann).items.isEmpty)
        let nonsense = await #expect(throws: (any Error).self) {
            _ = try await kit.messages.conversations(after: Keyset("1", "2", "3"), for: ann)
        }
        #expect(Problem.Kind(nonsense) == .badRequest)
    }
}
