import Foundation
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

/// Who may do what, role by role: the decision, the act and the lists must agree.
@Suite(.database, .timeLimit(.minutes(3))) struct MessagesPolicyTests {
    let database = TestDatabase.current.open()

    /// How somebody can stand to a conversation about a resident of Rowan House.
    enum Stance: String, CaseIterable { case member, sameHome, otherHome, wholeOrganisation, otherOrganisation }

    @Test(arguments: Role.allCases) func `every verb, by role and by standing`(_ role: Role) async throws {
        let kit = try await MessagesKit(self.database), elsewhere = try await MessagesKit(self.database)
        let author = try await kit.organisation.hire(.registeredNurse)
        let colleague = try await kit.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit(team: [author])
        for stance in Stance.allCases {
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
            let quiet = try await kit.group(author, colleague)
            let urgent = try await kit.say("Sit her up.", .urgent, in: about, by: author)
            if stance == .member {
                _ = try await kit.messages.add(
                    Invitation(person: asker.person, seesHistory: true), to: about, by: author)
            }
            let isMember = stance == .member
            let oversees =
                Role.management.contains(role) && (stance == .sameHome || stance == .wholeOrganisation)
            let sees = isMember || oversees

            let hidden: Problem.Kind? = sees ? nil : .notFound
            let forMembers: Problem.Kind? = isMember ? nil : sees ? .forbidden : .notFound
            let told = "\(role) \(stance)"
            #expect(await outcome { _ = try await kit.messages.read(about, by: asker) } == hidden, "\(told) reads")
            #expect(await outcome { _ = try await kit.messages.detail(of: about, for: asker) } == hidden, "\(told)")
            #expect(
                await outcome { _ = try await kit.messages.receipts(urgent.id, in: about, for: asker) } == hidden,
                "\(told) sees receipts")
            #expect(
                await outcome { _ = try await kit.messages.send(Draft(body: "x"), to: about, by: asker) } == forMembers,
                "\(told) sends")
            #expect(
                await outcome { _ = try await kit.messages.markRead(ReadMark(seq: 1), in: about, by: asker) }
                    == forMembers, "\(told) marks as read")
            #expect(
                await outcome { _ = try await kit.messages.arrange(Arrangement(isMuted: true), about, by: asker) }
                    == forMembers, "\(told) arranges")
            // Those who joined after it was asked are not asked.
            #expect(
                await outcome { _ = try await kit.messages.acknowledge(urgent.id, in: about, by: asker) }
                    == (isMember ? .conflict : forMembers), "\(told) acknowledges")
            #expect(
                await outcome { _ = try await kit.messages.read(quiet, by: asker) } == .notFound,
                "\(told) reads what is about nobody and not theirs")
            let sought = try await kit.messages.search(
                MessageSearch(text: "sit up"), in: LocalTime(zone: "Europe/London", now: Date()), for: asker)
            #expect(sought.items.contains { $0.id == urgent.id } == sees, "\(told) finds")
            let mayOpenHer = await outcome { _ = try await kit.people.resident(edith, for: asker) }
            let mayReadAbout = await outcome { _ = try await kit.messages.said(about: edith, for: asker) }
            #expect(mayReadAbout == mayOpenHer, "\(told)")
            if mayOpenHer == nil {
                let said = try await kit.messages.said(about: edith, for: asker).items
                #expect(said.contains { $0.id == urgent.id } == sees, "\(told) reads what was said about her")
            }
            let changes = isMember && Role.staff.contains(role) || oversees
            let newcomer = try await kit.organisation.hire(.careAssistant)
            #expect(
                await outcome {
                    _ = try await kit.messages.add(
                        Invitation(person: newcomer.person, seesHistory: false), to: about, by: asker)
                } == (changes ? nil : sees ? .forbidden : .notFound), "\(told) brings somebody in")
            #expect(
                await outcome { _ = try await kit.messages.remove(colleague.person, from: about, by: asker) }
                    == (changes ? nil : sees ? .forbidden : .notFound), "\(told) takes somebody out")
            #expect(
                await outcome { _ = try await kit.messages.leave(about, by: asker) } == forMembers, "\(told) leaves")

            if stance != .otherOrganisation {
                let mayStart = Role.staff.contains(role)
                #expect(
                    await outcome {
                        _ = try await kit.messages.start(
                            Opening(kind: .direct, members: [newcomer.person]), by: asker)
                    } == (mayStart ? nil : .forbidden), "\(told) starts")
            }
            #expect(
                await outcome { _ = try await kit.messages.unanswered(for: asker) }
                    == (Role.management.contains(role) ? nil : .forbidden), "\(told) sees what is unanswered")
        }
    }

    @Test(arguments: Role.management.sorted { $0.rawValue < $1.rawValue })
    func `the list of what is unanswered is what the decision allows`(_ role: Role) async throws {
        let kit = try await MessagesKit(self.database)
        let nurse = try await kit.organisation.hire(.registeredNurse),
            ann = try await kit.organisation.hire(.careAssistant)
        let away = try await kit.organisation.hire(.registeredNurse, .home(kit.organisation.harbour.id))
        let here = try await kit.organisation.admit(unit: kit.organisation.garden, team: [nurse])
        let there = try await kit.organisation.admit("Nora Evans", to: kit.organisation.harbour.id, team: [away])
        let one = try await kit.group(nurse, ann, about: here), two = try await kit.group(away, ann, about: there)
        let quiet = try await kit.group(nurse, ann)
        for (conversation, author) in [(one, nurse), (two, away), (quiet, nurse)] {
            try await kit.say("Urgent.", .urgent, in: conversation, by: author)
        }
        for (reach, expected) in [
            (Reach.organisation, Set([one, two])), (.home(kit.organisation.rowan.id), [one]),
            (.home(kit.organisation.harbour.id), [two]), (.unit(kit.organisation.garden), [one]),
            (.unit(kit.organisation.terrace), []),
        ] {
            let manager = try await kit.organisation.hire(role, reach)
            #expect(Set(try await kit.messages.unanswered(for: manager).map(\.conversation.id)) == expected)
            for conversation in [one, two, quiet] {
                let read = try? await kit.messages.read(conversation, by: manager)
                #expect((read != nil) == expected.contains(conversation))
            }
        }
    }

    @Test func `what is read and done is in the audit, by name`() async throws {
        let kit = try await MessagesKit(self.database)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let manager = try await kit.organisation.hire(.registeredManager)
        let edith = try await kit.organisation.admit(team: [ann])
        let conversation = try await kit.group(ann, ben, about: edith)
        let urgent = try await kit.say("Urgent.", .urgent, in: conversation, by: ann)
        _ = try await kit.messages.read(conversation, by: manager)
        _ = try await kit.messages.acknowledge(urgent.id, in: conversation, by: ben)
        _ = try await kit.messages.markRead(ReadMark(seq: 1), in: conversation, by: ben)
        #expect(
            try await kit.audited(conversation, admin: admin) == [
                "messages.send", "messages.read", "messages.acknowledge", "messages.mark_read",
            ])
        let oversight = try await admin.read(
            as: .system("test"),
            """
            SELECT rule, resident_id FROM audit.entry
            WHERE object_id = \(conversation.uuid) AND person_id = \(manager.person.uuid)
            """
        ).first
        #expect(try oversight?.read("rule", as: String.self) == "messages.read: registered_manager place open")
        #expect(try oversight?.read("resident_id", as: UUID.self) == edith.uuid)
        await admin.shutDown()
    }
}
