import Foundation
import Kernel
import Messages
import Postgres
import TestKit
import Testing
import Web

@Suite(.database, .timeLimit(.minutes(3))) struct EditingTests {
    let database = TestDatabase.current.open()

    @Test func `an edited message says the new words, and what it said before can be read`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let cy = try await kit.organisation.hire(.registeredNurse)
        let conversation = try await kit.group(ann, ben, cy)
        let said = try await kit.say("840 ml.", in: conversation, by: ann, mentions: [ben])
        #expect(said.version == 1 && said.editedAt == nil)
        try await kit.say("So much?", in: conversation, by: ben, replyTo: said.id)
        let before = try await kit.unread(cy)
        let edited = try await kit.messages.edit(
            Rewording(body: " 480 ml. ", mentions: [cy.person]), of: said.id, in: conversation, seen: 1, by: ann
        ).value
        #expect(edited.body == "480 ml." && edited.version == 2 && edited.editedAt != nil)
        #expect(edited.mentions.map(\.id) == [cy.person])
        let read = try await kit.messages.read(conversation, by: ben).messages
        #expect(read.map(\.seq) == [1, 2] && read.first?.body == "480 ml." && read.first?.sentAt == edited.sentAt)
        #expect(read.last?.replyTo?.excerpt == "480 ml.")
        #expect(try await kit.unread(cy) == before)

        _ = try await kit.messages.edit(Rewording(body: "460 ml."), of: said.id, in: conversation, by: ann)
        for reader in [ann, ben, cy] {
            let versions = try await kit.messages.versions(of: said.id, in: conversation, for: reader)
            #expect(versions.versions.map(\.body) == ["460 ml.", "480 ml.", "840 ml."])
            #expect(versions.versions.map(\.version) == [3, 2, 1])
            #expect(versions.versions.map { $0.mentions.map(\.id) } == [[cy.person], [cy.person], [ben.person]])
            #expect(versions.reason == nil && versions.unanswered.isEmpty)
            let times = versions.versions.map(\.writtenAt)
            #expect(times == times.sorted(by: >))
        }
    }

    @Test(arguments: [(-0.5, true), (0.5, false)])
    func `a message is its author's for a quarter of an hour`(_ seconds: Double, _ isInside: Bool) async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let one = try await kit.say("One.", in: conversation, by: ann)
        let two = try await kit.say("Two.", in: conversation, by: ann)
        let window = Double(MessagePolicy.standard.changeMinutes) * 60
        #expect(window == 900)
        let then = kit.messages(at: two.sentAt + window + seconds)
        #expect(
            await outcome { _ = try await then.edit(Rewording(body: "Other."), of: two.id, in: conversation, by: ann) }
                == (isInside ? nil : .conflict))
        let earlier = kit.messages(at: one.sentAt + window + seconds)
        #expect(
            await outcome { _ = try await earlier.retract(one.id, in: conversation, by: ann) }
                == (isInside ? nil : .conflict))
        let read = try await kit.messages.read(conversation, by: ben).messages
        #expect(read.map(\.body) == (isInside ? ["", "Other."] : ["One.", "Two."]))
    }

    @Test func `an edit of words that are not there any more changes nothing`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("One.", in: conversation, by: ann)
        _ = try await kit.messages.edit(Rewording(body: "Two."), of: said.id, in: conversation, seen: 1, by: ann)
        #expect(
            await outcome {
                _ = try await kit.messages.edit(
                    Rewording(body: "Three."), of: said.id, in: conversation, seen: 1, by: ann)
            } == .preconditionFailed)
        #expect(
            await outcome { _ = try await kit.messages.retract(said.id, in: conversation, seen: 1, by: ann) }
                == .preconditionFailed)
        #expect(try await kit.messages.read(conversation, by: ben).messages.map(\.body) == ["Two."])
    }

    @Test func `words that somebody has acknowledged stay, and words that changed are not acknowledged`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let urgent = try await kit.say("Room 12.", .urgent, in: conversation, by: ann).id
        _ = try await kit.messages.edit(Rewording(body: "Room 21."), of: urgent, in: conversation, by: ann)
        await #expect(throws: MessagesError.staleVersion) {
            _ = try await kit.messages.acknowledge(urgent, in: conversation, seen: 1, by: ben)
        }
        #expect(try await kit.unread(ben).urgent == 1)
        _ = try await kit.messages.acknowledge(urgent, in: conversation, seen: 2, by: ben)
        await #expect(throws: MessagesError.wasAcknowledged) {
            _ = try await kit.messages.edit(Rewording(body: "Room 12."), of: urgent, in: conversation, by: ann)
        }
        #expect(try await kit.messages.read(conversation, by: ben).messages.map(\.body) == ["Room 21."])
    }

    @Test func `what cannot be said cannot be said afterwards either, and the same again is no edit`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let cy = try await kit.organisation.hire(.careAssistant)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("One.", in: conversation, by: ann, mentions: [ben])
        for (rewording, expected) in [
            (Rewording(body: " \n"), MessagesError.emptyBody), (Rewording(body: "\0"), .emptyBody),
            (Rewording(body: String(repeating: "é", count: 4_001)), .longBody),
            (Rewording(body: "x", mentions: [cy.person]), .mentionOfOutsider),
        ] {
            await #expect(throws: expected) {
                _ = try await kit.messages.edit(rewording, of: said.id, in: conversation, by: ann)
            }
        }
        let same = try await kit.messages.edit(Rewording(body: "One."), of: said.id, in: conversation, by: ann).value
        #expect(same.version == 1 && same.editedAt == nil && same.mentions.map(\.id) == [ben.person])
        #expect(try await kit.messages.versions(of: said.id, in: conversation, for: ben).versions.count == 1)
    }

    @Test func `a key edits once, and whoever has left is not mentioned again`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let cy = try await kit.organisation.hire(.careAssistant)
        let conversation = try await kit.group(ann, ben, cy)
        let said = try await kit.say("One.", in: conversation, by: ann, mentions: [ben, cy])
        _ = try await kit.messages.leave(conversation, by: cy)
        let rewording = Rewording(body: "Two.")
        let once = try Once(key: UUID().uuidString, operation: "PUT /x", input: rewording)
        for isReplay in [false, true] {
            let edited = try await kit.messages.edit(
                rewording, of: said.id, in: conversation, seen: 1, by: ann, once: once)
            #expect(edited.isReplay == isReplay && edited.value.version == 2)
            #expect(edited.value.mentions.map(\.id) == [ben.person])
        }
    }

    // MARK: Two at once

    @Test func `nobody has acknowledged words that were replaced, whoever came first`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        for number in 0..<30 {
            let urgent = try await kit.say("Number \(number)", .urgent, in: conversation, by: ann).id
            async let edit = outcome {
                _ = try await kit.messages.edit(Rewording(body: "Other"), of: urgent, in: conversation, by: ann)
            }
            // So that each comes first now and then.
            async let answer = outcome {
                try await Task.sleep(for: .microseconds(Int.random(in: 0...2_000)))
                _ = try await kit.messages.acknowledge(urgent, in: conversation, seen: 1, by: ben)
            }
            let (edited, answered) = await (edit, answer)
            let now = try #require(try await kit.messages.read(conversation, limit: 1, by: ben).messages.first)
            let isAnswered = now.acknowledgements.contains { $0.at != nil }
            #expect((edited == nil) != (answered == nil), "\(String(describing: (edited, answered)))")
            #expect(isAnswered == (answered == nil) && (now.body == "Other") == (edited == nil))
            #expect(edited == nil || edited == .conflict)
            #expect(answered == nil || answered == .preconditionFailed)
        }
    }

    @Test func `of several edits of the same words one wins`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        let said = try await kit.say("One.", in: conversation, by: ann).id
        let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
            for number in 0..<8 {
                group.addTask {
                    await outcome {
                        _ = try await kit.messages.edit(
                            Rewording(body: "Edit \(number)"), of: said, in: conversation, seen: 1, by: ann)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count == 1)
        #expect(outcomes.filter { $0 == .preconditionFailed }.count == 7)
        let versions = try await kit.messages.versions(of: said, in: conversation, for: ben).versions
        #expect(versions.map(\.version) == [2, 1] && versions.last?.body == "One.")
    }

    @Test func `an edit that meets a deletion brings nothing back`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let conversation = try await kit.group(ann, ben)
        for number in 0..<20 {
            let said = try await kit.say("Number \(number)", in: conversation, by: ann).id
            async let edit = outcome {
                _ = try await kit.messages.edit(
                    Rewording(body: "Other"), of: said, in: conversation, seen: 1, by: ann)
            }
            async let deletion = outcome { _ = try await kit.messages.retract(said, in: conversation, by: ann) }
            let (edited, deleted) = await (edit, deletion)
            #expect(deleted == nil && (edited == nil || edited == .conflict))
            let now = try #require(try await kit.messages.read(conversation, limit: 1, by: ben).messages.first)
            #expect(now.body.isEmpty && now.removed?.by.id == ann.person)
        }
    }
}
