import Foundation
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Messages

@Suite(.database, .timeLimit(.minutes(3))) struct RemovingTests {
    let database = TestDatabase.current.open()

    @Test func `a deleted message says that it was deleted and nothing else, to everybody`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        try await kit.say("Before.", in: conversation, by: ben)
        let said = try await kit.say("Oops.", .sameDay, in: conversation, by: ann, mentions: [ben])
        try await kit.say("What?", in: conversation, by: ben, replyTo: said.id)
        let unread = try await kit.unread(ann)
        let tombstone = try await kit.messages.retract(said.id, in: conversation, seen: 1, by: ann).value
        #expect(tombstone.body.isEmpty && tombstone.removed?.by.id == ann.person && tombstone.mentions.isEmpty)
        for reader in [ann, ben] {
            let read = try await kit.messages.read(conversation, by: reader).messages
            #expect(read.map(\.seq) == [1, 2, 3] && read.map(\.body) == ["Before.", "", "What?"])
            #expect(read[1].removed?.by.id == ann.person && read[1].removed?.at == tombstone.removed?.at)
            #expect(read[2].replyTo?.id == said.id && read[2].replyTo?.excerpt == "")
        }
        #expect(try await kit.unread(ann) == unread)
        #expect(try await kit.messages.conversations(for: ben).items.first?.isSameDay == false)
        await #expect(throws: MessagesError.unknownReply) {
            _ = try await kit.messages.send(Draft(body: "x", replyTo: said.id), to: conversation, by: ben)
        }
        await #expect(throws: MessagesError.wasRemoved) {
            _ = try await kit.messages.edit(Rewording(body: "Back"), of: said.id, in: conversation, by: ann)
        }
        await #expect(throws: MessagesError.wasRemoved) {
            _ = try await kit.messages.retract(said.id, in: conversation, by: ann)
        }
    }

    @Test func `the list says nothing of a last message that was deleted`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("Oops.", in: conversation, by: ann)
        let before = try #require(try await kit.messages.conversations(for: ben).items.first)
        #expect(before.last?.excerpt == "Oops.")
        _ = try await kit.messages.retract(said.id, in: conversation, by: ann)
        let after = try #require(try await kit.messages.conversations(for: ben).items.first)
        #expect(after.last?.excerpt == "" && after.last?.author.id == ann.person)
        #expect(after.unread == before.unread && after.conversation == before.conversation)
    }

    @Test func `an urgent message that is deleted asks nobody any more, and who was asked is kept`() async throws {
        let kit = try await MessagesKit(self.database)
        let nurse = try await kit.organisation.hire(.registeredNurse)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let manager = try await kit.organisation.hire(.registeredManager)
        let edith = try await kit.organisation.admit(team: [nurse])
        let conversation = try await kit.group(nurse, ann, ben, about: edith)
        let urgent = try await kit.say("Sit her up.", .urgent, in: conversation, by: nurse).id
        _ = try await kit.messages.acknowledge(urgent, in: conversation, by: ann)
        #expect(try await kit.messages.unanswered(for: manager).count == 1)
        let tombstone = try await kit.messages.retract(urgent, in: conversation, by: nurse).value
        #expect(tombstone.acknowledgements.map(\.person.id) == [ann.person])
        #expect(try await kit.unread(ben).urgent == 0)
        #expect(try await kit.messages.waiting(for: ben).isEmpty)
        #expect(try await kit.messages.unanswered(for: manager).isEmpty)
        let line = try await kit.messages.conversations(for: ben).items.first
        #expect(line?.needsMe == 0 && line?.open == nil)
        await #expect(throws: MessagesError.wasRemoved) {
            _ = try await kit.messages.acknowledge(urgent, in: conversation, by: ben)
        }
        try await kit.messages.remind(urgent, in: nurse.organisation)
        let told = try await self.database.read(
            as: ben, "SELECT kind FROM web.inbox WHERE person_id = app.person() ORDER BY seq"
        ).map { try $0.read("kind", as: String.self) }
        #expect(told.last == "messages.changed" && !told.contains("messages.unanswered"))
        let versions = try await kit.messages.versions(of: urgent, in: conversation, for: manager)
        #expect(versions.unanswered.map(\.id) == [ben.person])
        #expect(versions.versions.map(\.body) == ["Sit her up."] && versions.reason == nil)
    }

    @Test func `management removes what is about the wrong resident, says why, and looks at it under audit`()
        async throws
    {
        let kit = try await MessagesKit(self.database)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let manager = try await kit.organisation.hire(.registeredManager)
        let edith = try await kit.organisation.admit(team: [ann])
        let conversation = try await kit.group(ann, ben, about: edith)
        let said = try await kit.say("Harold fell.", in: conversation, by: ann)
        _ = try await kit.messages.edit(Rewording(body: "Harold has fallen."), of: said.id, in: conversation, by: ann)
        let later = kit.messages(at: said.sentAt + 30 * 86_400)
        for reason in ["", " \n", "\0", String(repeating: "é", count: 501)] {
            await #expect(throws: MessagesError.noReason) {
                _ = try await later.remove(said.id, in: conversation, for: RemovalReason(reason), by: manager)
            }
        }
        let removed = try await later.remove(
            said.id, in: conversation, for: RemovalReason(" About Harold, not Edith. "), by: manager
        ).value
        #expect(removed.body.isEmpty && removed.removed?.by.id == manager.person)
        await #expect(throws: MessagesError.wasRemoved) {
            _ = try await later.remove(said.id, in: conversation, for: RemovalReason("Again"), by: manager)
        }
        let versions = try await kit.messages.versions(of: said.id, in: conversation, for: manager)
        #expect(versions.versions.map(\.body) == ["Harold has fallen.", "Harold fell."])
        #expect(versions.reason == "About Harold, not Edith.")
        let entries = try await admin.read(
            as: .system("test"),
            "SELECT action, rule, resident_id FROM audit.entry WHERE object_id = \(said.id.uuid) ORDER BY at"
        )
        #expect(
            try entries.map { try $0.read("rule", as: String.self) } == [
                "messages.edit: care_assistant own open", "messages.remove: registered_manager place open",
                "messages.read_versions: registered_manager place removed",
            ])
        for entry in entries { #expect(try entry.read("resident_id", as: UUID.self) == edith.uuid) }
        await admin.shutDown()
    }

    @Test func `a reply that was kept for its key does not say what was deleted since`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        func send(_ draft: Draft, by person: Principal, _ key: String) async throws -> Replayable<Message> {
            let once = try Once(key: key, operation: "POST /x", input: draft)
            return try await kit.messages.send(draft, to: conversation, by: person, once: once)
        }
        let keys = [UUID().uuidString, UUID().uuidString]
        let said = try await send(Draft(body: "Oops."), by: ann, keys[0]).value
        let reply = Draft(body: "What?", replyTo: said.id)
        #expect(try await send(reply, by: ben, keys[1]).value.replyTo?.excerpt == "Oops.")
        _ = try await kit.messages.retract(said.id, in: conversation, by: ann)
        let again = try await send(Draft(body: "Oops."), by: ann, keys[0])
        #expect(again.isReplay && again.value.id == said.id && again.value.body.isEmpty)
        let quoted = try await send(reply, by: ben, keys[1])
        #expect(quoted.isReplay && quoted.value.body == "What?" && quoted.value.replyTo?.excerpt == "")
    }

    @Test func `of what is removed nothing is left where a query of another release would look`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("Oops.", .urgent, in: conversation, by: ann, mentions: [ben]).id
        _ = try await kit.messages.retract(said, in: conversation, by: ann)
        let left = try await self.database.read(
            as: ann,
            """
            SELECT body FROM messages.message WHERE id = \(said.uuid) AND body <> ''
            UNION ALL SELECT 'asked' FROM messages.acknowledgement WHERE message_id = \(said.uuid) AND at IS NULL
            UNION ALL SELECT 'mentioned' FROM messages.mention WHERE message_id = \(said.uuid)
            """)
        #expect(try left.map { try $0.read("body", as: String.self) } == [])
    }
}
