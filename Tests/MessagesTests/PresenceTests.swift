import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

/// Who is shown as here in a conversation, and to whom.
@Suite(.database) struct PresenceTests {
    let database = TestDatabase.current.open()

    private func here(_ detail: ConversationDetail) -> Set<Identifier<Person>> {
        Set(detail.members.filter { $0.isHere == true }.map(\.person.id))
    }

    @Test func `the staff see who of them is here, a family neither sees nor is seen`() async throws {
        let kit = try await MessagesKit(self.database), home = kit.organisation
        let manager = try await home.hire(.registeredManager), carer = try await home.hire(.careAssistant)
        let nurse = try await home.hire(.registeredNurse), resident = try await home.admit(team: [carer, nurse])
        let daughter = try await kit.relative(of: resident, by: manager).principal
        let conversation = try await kit.family(about: resident, by: carer)
        // Hers is never written down; here it is, and she is not shown all the same.
        try await self.database.note(here: nurse, daughter)
        for asker in [carer, nurse, manager] {
            #expect(self.here(try await kit.messages.detail(of: conversation, for: asker)) == [nurse.person])
            #expect(self.here(try await kit.messages.read(conversation, by: asker).detail) == [nurse.person])
        }
        #expect(self.here(try await kit.messages.detail(of: conversation, for: daughter)).isEmpty)
        #expect(self.here(try await kit.messages.read(conversation, by: daughter).detail).isEmpty)
    }

    @Test func `whoever has left, or has it not shown, is not here for anybody`() async throws {
        let kit = try await MessagesKit(self.database), home = kit.organisation
        let ann = try await home.hire(.careAssistant), ben = try await home.hire(.careAssistant)
        let cat = try await home.hire(.seniorCarer), dan = try await home.hire(.careAssistant)
        let conversation = try await kit.group(ann, ben, cat, dan)
        try await self.database.note(here: ann, ben, cat)
        let directory = PeopleDirectory()
        #expect(self.here(try await kit.messages.detail(of: conversation, for: dan)) == [ann, ben, cat].ids)
        try await self.database.transaction(as: dan) { tx in
            try directory.set(isCurrent: false, ben.person, in: tx)
            try directory.set(showsPresence: false, cat.person, in: tx)
        }
        #expect(self.here(try await kit.messages.detail(of: conversation, for: dan)) == [ann.person])
        try await self.database.transaction(as: dan) { tx in
            try directory.set(showsPresence: true, cat.person, in: tx)
        }
        #expect(self.here(try await kit.messages.detail(of: conversation, for: dan)) == [ann, cat].ids)
    }

    /// The reply to an act is kept for two days, and nothing about presence is.
    @Test func `no reply that is stored says who was here`() async throws {
        let kit = try await MessagesKit(self.database), home = kit.organisation
        let ann = try await home.hire(.careAssistant), ben = try await home.hire(.careAssistant)
        let cat = try await home.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        try await self.database.note(here: ann, ben, cat)
        let added = try await kit.messages.add(
            Invitation(person: cat.person, seesHistory: false), to: conversation, by: ann
        ).value
        #expect(added.members.count == 3 && self.here(added).isEmpty)
        #expect(self.here(try await kit.messages.detail(of: conversation, for: ann)) == [ann, ben, cat].ids)
    }
}

extension [Principal] {
    fileprivate var ids: Set<Identifier<Person>> { Set(self.map(\.person)) }
}
