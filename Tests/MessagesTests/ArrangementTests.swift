import Foundation
import Kernel
import Messages
import Postgres
import TestKit
import Testing

/// How somebody keeps a conversation for themselves.
@Suite(.database, .timeLimit(.minutes(2))) struct ArrangementTests {
    let database = TestDatabase.current.open()

    private func listed(
        _ filter: ConversationFilter, _ kit: MessagesKit, for person: Principal
    ) async throws -> [Identifier<Conversation>] {
        try await kit.messages.conversations(filter, for: person).items.map(\.conversation.id)
    }

    @Test func `what is muted is shown and not counted, unless it is urgent; others see nothing of it`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let one = try await kit.group(ann, ben)
        try await kit.say("Tea.", in: one, by: ann)
        _ = try await kit.messages.arrange(Arrangement(isMuted: true), one, by: ben)
        #expect(try await kit.unread(ben) == (0, 0))
        let line = try #require(try await kit.messages.conversations(for: ben).items.first)
        #expect(line.unread == 1 && line.arrangement.isMuted)
        #expect(try await kit.messages.conversations(for: ann).items.first?.arrangement == Arrangement())
        #expect(try await kit.messages.read(one, by: ann).arrangement == Arrangement())
        #expect(try await kit.messages.read(one, by: ben).arrangement == Arrangement(isMuted: true))
        try await kit.say("Now.", .urgent, in: one, by: ann)
        #expect(try await kit.unread(ben) == (0, 1))
        _ = try await kit.messages.arrange(Arrangement(), one, by: ben)
        #expect(try await kit.unread(ben) == (2, 1))
    }

    @Test func `what is pinned stands above others, and below what needs an answer`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let pinned = try await kit.group(ann, ben), unread = try await kit.group(ann, ben)
        let urgent = try await kit.group(ann, ben)
        _ = try await kit.messages.arrange(Arrangement(isPinned: true), pinned, by: ben)
        try await kit.say("Tea.", in: unread, by: ann)
        #expect(try await self.listed(.all, kit, for: ben) == [pinned, unread, urgent])
        try await kit.say("Now.", .urgent, in: urgent, by: ann)
        #expect(try await self.listed(.all, kit, for: ben) == [urgent, pinned, unread])
        #expect(try await self.listed(.all, kit, for: ann).first == urgent)
        var paged: [Identifier<Conversation>] = [], after: Keyset?
        repeat {
            let page = try await kit.messages.conversations(after: after, limit: 1, for: ben)
            paged += page.items.map(\.conversation.id)
            after = try page.next.map { try Keyset($0, parts: 3) }
        } while after != nil
        #expect(paged == [urgent, pinned, unread])
    }

    @Test func `what is archived is out of the list, and comes back by itself for something urgent`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let one = try await kit.group(ann, ben), other = try await kit.group(ann, ben)
        for person in [ann, ben] {
            _ = try await kit.messages.arrange(Arrangement(isPinned: true, isArchived: true), one, by: person)
        }
        try await kit.say("Tea.", in: one, by: ann)
        #expect(try await self.listed(.all, kit, for: ben) == [other])
        #expect(try await self.listed(.unread, kit, for: ben).isEmpty)
        #expect(try await self.listed(.archived, kit, for: ben) == [one])
        #expect(try await kit.unread(ben) == (0, 0))
        #expect(try await kit.messages.read(one, by: ben).messages.count == 1)
        let urgent = try await kit.say("Now.", .urgent, in: one, by: ann)
        #expect(try await self.listed(.all, kit, for: ben) == [one, other])
        _ = try await kit.messages.acknowledge(urgent.id, in: one, by: ben)
        #expect(try await self.listed(.all, kit, for: ben) == [one, other])
        #expect(try await self.listed(.archived, kit, for: ben).isEmpty)
        #expect(try await kit.messages.read(one, by: ben).arrangement == Arrangement(isPinned: true))
    }

    @Test func `whoever archives what needs their answer still sees it until they have answered`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let one = try await kit.group(ann, ben)
        let urgent = try await kit.say("Now.", .urgent, in: one, by: ann)
        _ = try await kit.messages.arrange(Arrangement(isMuted: true, isArchived: true), one, by: ben)
        #expect(try await self.listed(.all, kit, for: ben) == [one])
        #expect(try await kit.unread(ben) == (0, 1))
        _ = try await kit.messages.acknowledge(urgent.id, in: one, by: ben)
        #expect(try await self.listed(.all, kit, for: ben).isEmpty)
    }
}
