import Foundation
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

/// A resident's family writes with the care team, sees that, and nothing else.
@Suite(.database, .timeLimit(.minutes(2))) struct FamilyConversationsTests {
    let database = TestDatabase.current.open()

    /// A home with a manager, a resident with two carers, and her daughter.
    private struct House {
        let kit: MessagesKit
        let manager, ann, ben, margaret: Principal
        let edith: Identifier<Person>
        let contact: Identifier<Contact>

        init(_ database: Database) async throws {
            self.kit = try await MessagesKit(database)
            self.manager = try await kit.organisation.hire(.registeredManager)
            self.ann = try await kit.organisation.hire(.careAssistant, name: "Ann Carr")
            self.ben = try await kit.organisation.hire(.seniorCarer, name: "Ben Ode")
            self.edith = try await kit.organisation.admit(team: [self.ann, self.ben])
            (self.margaret, self.contact) = try await kit.relative(of: self.edith, by: self.manager)
        }
    }

    @Test func `the care team and the family are in it, and each reads the other`() async throws {
        let house = try await House(self.database), kit = house.kit
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        let members = try await kit.messages.detail(of: conversation, for: house.margaret).members.map(\.person)
        #expect(Set(members.map(\.id)) == [house.ann.person, house.ben.person, house.margaret.person])
        let her = try #require(members.first { $0.id == house.margaret.person })
        #expect(!her.isStaff && her.title == "Daughter or son")

        let question = try await kit.say("Did she eat?", .sameDay, in: conversation, by: house.margaret)
        try await kit.say("She did.", in: conversation, by: house.ann, replyTo: question.id)
        #expect(
            try await kit.messages.read(conversation, by: house.margaret).messages.map(\.body) == [
                "Did she eat?", "She did.",
            ])
        let receipts = try await kit.messages.receipts(question.id, in: conversation, for: house.margaret)
        #expect(receipts.notYet.map(\.person.id).contains(house.ben.person))
        #expect(
            try await kit.messages.conversations(for: house.margaret).items.map(\.conversation.id) == [conversation])
    }

    @Test func `several can be about one resident, with those of the family who are named`() async throws {
        let house = try await House(self.database), kit = house.kit
        let (paul, _) = try await kit.relative(of: house.edith, named: "Paul Marlow", by: house.manager)
        let first = try await kit.family(about: house.edith, [house.margaret], subject: "Visits", by: house.ann)
        let second = try await kit.family(about: house.edith, [paul], subject: "Money", by: house.ann)
        let all = try await kit.family(about: house.edith, by: house.ann)
        #expect(first != second)
        let hers = try await kit.messages.conversations(for: house.margaret).items.map(\.conversation.id)
        #expect(Set(hers) == [first, all])
        #expect(await outcome { _ = try await kit.messages.read(second, by: house.margaret) } == .notFound)
        // Somebody else of the family is brought in by staff.
        _ = try await kit.messages.add(
            Invitation(person: paul.person, seesHistory: false), to: first, by: house.ben)
        #expect(try await kit.messages.read(first, by: paul).messages.isEmpty)
    }

    @Test func `only the family of that resident comes into it, and into nothing else`() async throws {
        let house = try await House(self.database), kit = house.kit
        let ivy = try await kit.organisation.admit("Ivy Sugden", team: [house.ann])
        let (stranger, _) = try await kit.relative(of: ivy, named: "Sam Sugden", by: house.manager)
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        let group = try await kit.group(house.ann, house.ben, about: house.edith)
        for (person, place) in [(stranger, conversation), (house.margaret, group), (stranger, group)] {
            await #expect(throws: MessagesError.unknownPerson) {
                _ = try await kit.messages.add(
                    Invitation(person: person.person, seesHistory: false), to: place, by: house.ann)
            }
        }
        for kind in [Conversation.Kind.direct, .group] {
            await #expect(throws: MessagesError.unknownPerson) {
                _ = try await kit.messages.start(
                    Opening(kind: kind, subject: "x", members: [house.margaret.person]), by: house.ann)
            }
        }
        await #expect(throws: MessagesError.unknownPerson) {
            _ = try await kit.family(about: house.edith, [stranger], by: house.ann)
        }
        let nobody = try await kit.organisation.admit("Nora Evans", team: [house.ann])
        await #expect(throws: MessagesError.noFamily) { _ = try await kit.family(about: nobody, by: house.ann) }
        await #expect(throws: MessagesError.noResident) {
            _ = try await kit.messages.start(Opening(kind: .family, members: []), by: house.ann)
        }
    }

    @Test func `what is staff’s stays staff’s`() async throws {
        let house = try await House(self.database), kit = house.kit
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        let margaret = house.margaret, said = try await kit.say("Hello", in: conversation, by: margaret)
        _ = try await kit.messages.tag(TagChoice([.fluids]), said.id, in: conversation, by: house.ann)
        #expect(try await kit.messages.read(conversation, by: house.ann).messages.first?.tags == [.fluids])
        #expect(try await kit.messages.read(conversation, by: margaret).messages.first?.tags == nil)
        #expect(
            try await kit.messages.receipts(said.id, in: conversation, for: margaret).message.tags == nil)

        let refused: [Draft] = [
            Draft(body: "x", urgency: .urgent), Draft(body: "x", tags: [.fluids]),
        ]
        for draft in refused {
            #expect(
                await outcome { _ = try await kit.messages.send(draft, to: conversation, by: margaret) }
                    == .invalidRequest)
        }
        let acts: [(String, () async throws -> Void)] = [
            ("tags", { _ = try await kit.messages.tag(TagChoice([.skin]), said.id, in: conversation, by: margaret) }),
            ("sees tags", { _ = try await kit.messages.tagged(.fluids, in: conversation, for: margaret) }),
            ("sees the ladder", { _ = try await kit.messages.ladder(of: said.id, in: conversation, for: margaret) }),
            (
                "brings in",
                {
                    _ = try await kit.messages.add(
                        Invitation(person: house.manager.person, seesHistory: true), to: conversation, by: margaret)
                }
            ),
            ("takes out", { _ = try await kit.messages.remove(house.ben.person, from: conversation, by: margaret) }),
            (
                "schedules",
                {
                    _ = try await kit.messages.schedule(
                        LaterDraft(body: "x", goesAt: Date().addingTimeInterval(3_600)), in: conversation,
                        by: margaret)
                }
            ),
            ("starts", { _ = try await kit.family(about: house.edith, by: margaret) }),
        ]
        for (words, act) in acts { #expect(await outcome(act) == .forbidden, "\(words)") }
        // What is everybody's.
        _ = try await kit.messages.react(
            ReactionMark(.thankYou, isGiven: true), to: said.id, in: conversation, by: margaret)
        _ = try await kit.messages.arrange(Arrangement(isPinned: true), conversation, by: margaret)
        _ = try await kit.messages.edit(Rewording(body: "Hello again"), of: said.id, in: conversation, by: margaret)
    }

    @Test func `an urgent message asks staff, and never the family`() async throws {
        let house = try await House(self.database), kit = house.kit
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        let urgent = try await kit.say("Somebody come", .urgent, in: conversation, by: house.ann)
        #expect(urgent.acknowledgements.map(\.person.id) == [house.ben.person])
        #expect(try await kit.unread(house.margaret) == (unread: 1, urgent: 0))
        await #expect(throws: MessagesError.notAsked) {
            _ = try await kit.messages.acknowledge(urgent.id, in: conversation, by: house.margaret)
        }
        #expect(PassOn.roles.isDisjoint(with: Role.circle))
    }

    @Test func `a carer who joins or leaves the team does so here too`() async throws {
        let house = try await House(self.database), kit = house.kit
        let cat = try await kit.organisation.hire(.careAssistant)
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        try await kit.say("Before", in: conversation, by: house.margaret)
        _ = try await kit.closing.add(CareTeamMember(cat.person), toTeamOf: house.edith, by: house.manager)
        try await kit.say("After", in: conversation, by: house.margaret)
        #expect(try await kit.messages.read(conversation, by: cat).messages.map(\.body) == ["After"])
        _ = try await kit.closing.remove(cat.person, fromTeamOf: house.edith, by: house.manager)
        #expect(await outcome { _ = try await kit.messages.read(conversation, by: cat) } == .notFound)
    }

    enum Ending: CaseIterable { case ended, noContact, noInformation, noVisits }

    @Test(arguments: Ending.allCases) func `whoever is restricted or ended is out at once`(_ ending: Ending)
        async throws
    {
        let house = try await House(self.database), kit = house.kit, margaret = house.margaret
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        try await kit.say("Before", in: conversation, by: margaret)
        func restrict(_ kind: ContactRestriction.Kind) async throws {
            _ = try await kit.closing.restrict(
                house.contact, NewRestriction(kind: kind, reason: "A court order"), of: house.edith,
                by: house.manager)
        }
        switch ending {
        case .ended:
            _ = try await kit.closing.end(
                contact: house.contact, People.Ending(reason: "Moved away"), of: house.edith, by: house.manager)
        case .noContact: try await restrict(.noContact)
        case .noInformation: try await restrict(.noInformation)
        case .noVisits: try await restrict(.noVisits)
        }
        let isOut = ending != .noVisits
        try await kit.say("After", in: conversation, by: house.ann)
        #expect(
            await outcome { _ = try await kit.messages.read(conversation, by: margaret) }
                == (isOut ? .notFound : nil))
        #expect(
            await outcome { try await kit.say("x", in: conversation, by: margaret) } == (isOut ? .notFound : nil))
        #expect(try await kit.messages.conversations(for: margaret).items.isEmpty == isOut)
        #expect(
            await outcome {
                _ = try await kit.messages.add(
                    Invitation(person: margaret.person, seesHistory: true), to: conversation, by: house.ann)
            } == (isOut ? .invalidRequest : nil))
        let family = try await kit.people.family(of: house.edith, for: house.ann).map(\.id)
        #expect(family == (isOut ? [] : [margaret.person]))
    }

    /// Whatever comes first, nobody who is restricted reads what is said afterwards.
    @Test func `however sending and restricting fall together, nothing said later is theirs`() async throws {
        let house = try await House(self.database), kit = house.kit
        let conversation = try await kit.family(about: house.edith, by: house.ann)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    _ = try? await kit.say("number \(number)", in: conversation, by: house.margaret)
                }
                group.addTask { _ = try? await kit.say("answer \(number)", in: conversation, by: house.ann) }
            }
            group.addTask {
                _ = try? await kit.closing.restrict(
                    house.contact, NewRestriction(kind: .noContact, reason: "A court order"), of: house.edith,
                    by: house.manager)
            }
        }
        #expect(await outcome { _ = try await kit.messages.read(conversation, by: house.margaret) } == .notFound)
        #expect(await outcome { try await kit.say("x", in: conversation, by: house.margaret) } == .notFound)
        #expect(try await kit.unread(house.margaret) == (unread: 0, urgent: 0))
    }
}
