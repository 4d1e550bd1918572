import Foundation
import Kernel
import Messages
import Postgres
import TestKit
import Testing

/// Who may change what was said, role by role and by how they stand to it.
@Suite(.database, .timeLimit(.minutes(3))) struct ChangingPolicyTests {
    let database = TestDatabase.current.open()

    @Test(arguments: Role.allCases) func `every change, by role and by standing`(_ role: Role) async throws {
        let kit = try await MessagesKit(self.database), elsewhere = try await MessagesKit(self.database)
        let author = try await kit.organisation.hire(.registeredNurse)
        let colleague = try await kit.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit(team: [author])
        for stance in MessagesPolicyTests.Stance.allCases {
            let reach: Reach =
                switch stance {
                case .member, .sameHome: .home(kit.organisation.rowan.id)
                case .otherHome: .home(kit.organisation.harbour.id)
                case .wholeOrganisation: .organisation
                case .otherOrganisation: .home(elsewhere.organisation.rowan.id)
                }
            let place = stance == .otherOrganisation ? elsewhere.organisation : kit.organisation
            let asker = try await place.hire(role, reach)
            let about = try await kit.group(author, colleague, about: edith)
            let isMember = stance == .member, isWorking = Role.working.contains(role)
            let oversees =
                Role.management.contains(role) && [.member, .sameHome, .wholeOrganisation].contains(stance)
            if isMember {
                _ = try await kit.messages.add(
                    Invitation(person: asker.person, seesHistory: true), to: about, by: author)
            }
            let theirs = try await kit.say("Theirs.", in: about, by: author).id
            let gone = try await kit.say("Gone.", in: about, by: author).id
            _ = try await kit.messages.retract(gone, in: about, by: author)
            let told = "\(role) \(stance)"

            let notOwn: Problem.Kind = isMember || oversees ? .forbidden : .notFound
            #expect(
                await outcome {
                    _ = try await kit.messages.edit(Rewording(body: "x"), of: theirs, in: about, by: asker)
                } == notOwn, "\(told) edits another's")
            #expect(
                await outcome { _ = try await kit.messages.retract(theirs, in: about, by: asker) } == notOwn,
                "\(told) deletes another's")
            #expect(
                await outcome {
                    _ = try await kit.messages.react(
                        ReactionMark(.heart, isGiven: true), to: theirs, in: about, by: asker)
                } == (isMember ? nil : oversees ? .forbidden : .notFound), "\(told) reacts")
            #expect(
                await outcome {
                    _ = try await kit.messages.tag(TagChoice([.skin]), theirs, in: about, by: asker)
                } == (isMember && isWorking ? nil : isMember || oversees ? .forbidden : .notFound), "\(told) tags")
            #expect(
                await outcome { _ = try await kit.messages.tagged(.skin, in: about, for: asker) }
                    == (isMember && !isWorking ? .forbidden : isMember || oversees ? nil : .notFound),
                "\(told) lists what is tagged")
            #expect(
                await outcome { _ = try await kit.messages.versions(of: theirs, in: about, for: asker) }
                    == (isMember || oversees ? nil : .notFound), "\(told) reads versions")
            #expect(
                await outcome { _ = try await kit.messages.versions(of: gone, in: about, for: asker) }
                    == (oversees ? nil : isMember ? .forbidden : .notFound), "\(told) reads what was removed")
            #expect(
                await outcome {
                    _ = try await kit.messages.remove(theirs, in: about, for: RemovalReason("Why"), by: asker)
                } == (oversees ? nil : isMember ? .forbidden : .notFound), "\(told) removes")
            if isMember {
                let own = try await kit.say("Own.", in: about, by: asker).id
                #expect(
                    await outcome {
                        _ = try await kit.messages.edit(Rewording(body: "x"), of: own, in: about, by: asker)
                    } == nil, "\(told) edits their own")
                #expect(
                    await outcome { _ = try await kit.messages.retract(own, in: about, by: asker) } == nil,
                    "\(told) deletes their own")
            }
        }
    }

    @Test func `what somebody said is not theirs to change once they have left, or it is closed`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let left = try await kit.group(ann, ben), closed = try await kit.group(ann, ben)
        let one = try await kit.say("One.", in: left, by: ben).id
        let two = try await kit.say("Two.", in: closed, by: ben).id
        _ = try await kit.messages.leave(left, by: ben)
        try await self.database.transaction(as: ben) { tx in
            _ = try tx.execute("UPDATE messages.conversation SET state = 'closed' WHERE id = \(closed.uuid)")
        }
        for (message, conversation, expected) in [(one, left, Problem.Kind.notFound), (two, closed, .forbidden)] {
            #expect(
                await outcome {
                    _ = try await kit.messages.edit(Rewording(body: "x"), of: message, in: conversation, by: ben)
                } == expected)
            #expect(
                await outcome { _ = try await kit.messages.retract(message, in: conversation, by: ben) } == expected)
        }
        #expect(await outcome { _ = try await kit.messages.versions(of: two, in: closed, for: ann) } == nil)
    }

    @Test func `a conversation about nobody is nobody's to clear from outside`() async throws {
        let kit = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let director = try await kit.organisation.hire(.providerDirector, .organisation)
        let quiet = try await kit.group(ann, ben)
        let message = try await kit.say("Between us.", in: quiet, by: ann).id
        #expect(
            await outcome {
                _ = try await kit.messages.remove(message, in: quiet, for: RemovalReason("Why"), by: director)
            } == .notFound)
    }
}
