import Foundation
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

/// A case is there only for those in it, whoever answers for the home.
@Suite(.database, .timeLimit(.minutes(2))) struct CasesTests {
    let database = TestDatabase.current.open()

    private func open(
        _ kit: MessagesKit, _ people: Principal..., about resident: Identifier<Person>? = nil, by opener: Principal
    ) async throws -> Identifier<Conversation> {
        try await kit.messages.start(
            Opening(
                kind: .matter, subject: "Medicine cupboard", resident: resident, members: people.map(\.person),
                home: resident == nil ? kit.organisation.rowan.id : nil), by: opener
        ).value.id
    }

    @Test(arguments: Role.management.sorted { $0.rawValue < $1.rawValue }, [true, false])
    func `whoever manages and is not in it finds nothing of it`(_ role: Role, _ isAboutResident: Bool) async throws {
        let kit = try await MessagesKit(self.database)
        let nominated = try await kit.organisation.hire(.nominatedIndividual, .organisation)
        let nurse = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit(team: [nurse])
        let matter = try await self.open(kit, nominated, about: isAboutResident ? edith : nil, by: nurse)
        let said = try await kit.say("Canary in the cupboard", .urgent, in: matter, by: nurse)
        for reach in [Reach.organisation, .home(kit.organisation.rowan.id)] {
            let manager = try await kit.organisation.hire(role, reach)
            let acts: [(String, () async throws -> Void)] = [
                ("reads", { _ = try await kit.messages.read(matter, by: manager) }),
                ("sees who is in it", { _ = try await kit.messages.detail(of: matter, for: manager) }),
                ("sees receipts", { _ = try await kit.messages.receipts(said.id, in: matter, for: manager) }),
                ("sees the ladder", { _ = try await kit.messages.ladder(of: said.id, in: matter, for: manager) }),
                ("lists tags", { _ = try await kit.messages.tagged(.fluids, in: matter, for: manager) }),
                ("sees versions", { _ = try await kit.messages.versions(of: said.id, in: matter, for: manager) }),
                ("says", { try await kit.say("x", in: matter, by: manager) }),
                ("answers", { _ = try await kit.messages.acknowledge(said.id, in: matter, by: manager) }),
                (
                    "removes",
                    {
                        _ = try await kit.messages.remove(
                            said.id, in: matter, for: RemovalReason("x"), by: manager)
                    }
                ),
                (
                    "comes in",
                    {
                        _ = try await kit.messages.add(
                            Invitation(person: manager.person, seesHistory: true), to: matter, by: manager)
                    }
                ),
                ("takes out", { _ = try await kit.messages.remove(nurse.person, from: matter, by: manager) }),
                ("closes", { _ = try await kit.messages.close(matter, with: CaseOutcome("x"), by: manager) }),
                ("leaves", { _ = try await kit.messages.leave(matter, by: manager) }),
            ]
            for (words, act) in acts { #expect(await outcome(act) == .notFound, "\(role) \(words)") }
            #expect(try await kit.messages.conversations(for: manager).items.isEmpty)
            #expect(try await kit.messages.about(edith, for: manager).isEmpty)
            #expect(try await kit.messages.said(about: edith, for: manager).items.isEmpty)
            #expect(try await kit.messages.unanswered(for: manager).isEmpty)
            #expect(try await kit.messages.waiting(for: manager).isEmpty)
            #expect(try await kit.unread(manager) == (unread: 0, urgent: 0))
            let found = try await kit.messages.search(
                MessageSearch(text: "canary"), in: LocalTime(zone: "Europe/London", now: Date()), for: manager)
            #expect(found.items.isEmpty)
        }
        let found = try await kit.messages.search(
            MessageSearch(text: "canary"), in: LocalTime(zone: "Europe/London", now: Date()), for: nominated)
        #expect(found.items.map(\.id) == [said.id])
        #expect(try await kit.messages.conversations(for: nominated).items.map(\.conversation.id) == [matter])
    }

    @Test(arguments: Role.staff.sorted { $0.rawValue < $1.rawValue })
    func `who opened it and management in it say who is in it`(_ role: Role) async throws {
        let kit = try await MessagesKit(self.database)
        let opener = try await kit.organisation.hire(.careAssistant), member = try await kit.organisation.hire(role)
        let newcomer = try await kit.organisation.hire(.registeredNurse)
        let matter = try await self.open(kit, member, by: opener)
        let expected: Problem.Kind? = Role.management.contains(role) ? nil : .forbidden
        let invitation = Invitation(person: newcomer.person, seesHistory: false)
        #expect(await outcome { _ = try await kit.messages.add(invitation, to: matter, by: member) } == expected)
        _ = try await kit.messages.add(invitation, to: matter, by: opener)
        #expect(
            await outcome { _ = try await kit.messages.remove(newcomer.person, from: matter, by: member) }
                == expected)
        #expect(
            await outcome { _ = try await kit.messages.close(matter, with: CaseOutcome("Done"), by: member) }
                == expected)
        // Whoever opened it and left has nothing to say any more.
        if expected != nil {
            _ = try await kit.messages.leave(matter, by: opener)
            #expect(
                await outcome { _ = try await kit.messages.close(matter, with: CaseOutcome("x"), by: opener) }
                    == .notFound)
        }
    }

    @Test func `it is closed once, with what became of it, and stays to be read`() async throws {
        let kit = try await MessagesKit(self.database)
        let opener = try await kit.organisation.hire(.seniorCarer), other = try await kit.organisation.hire(.hr)
        let matter = try await self.open(kit, other, by: opener)
        try await kit.say("What I saw", in: matter, by: opener)
        for outcome in ["", " \n ", String(repeating: "x", count: 501)] {
            await #expect(throws: MessagesError.noOutcome) {
                _ = try await kit.messages.close(matter, with: CaseOutcome(outcome), by: opener)
            }
        }
        let closed = try await kit.messages.close(matter, with: CaseOutcome("  No harm done  "), by: opener).value
        #expect(closed.conversation.state == "closed" && closed.conversation.outcome == "No harm done")
        #expect(closed.conversation.caseHomeId == kit.organisation.rowan.id && closed.conversation.homeId == nil)
        #expect(await outcome { try await kit.say("x", in: matter, by: other) } == .forbidden)
        #expect(
            await outcome { _ = try await kit.messages.close(matter, with: CaseOutcome("x"), by: opener) }
                == .forbidden)
        let read = try await kit.messages.read(matter, by: other)
        #expect(read.messages.map(\.body) == ["What I saw"] && read.detail.conversation.outcome == "No harm done")
        // No other kind is closed so.
        let manager = try await kit.organisation.hire(.registeredManager)
        let group = try await kit.group(manager, other)
        await #expect(throws: MessagesError.noCase) {
            _ = try await kit.messages.close(group, with: CaseOutcome("x"), by: manager)
        }
    }

    @Test func `it names a home that is there, or a resident whom the opener may see`() async throws {
        let kit = try await MessagesKit(self.database), elsewhere = try await MessagesKit(self.database)
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.hr)
        let away = try await kit.organisation.admit("Nora Evans", to: kit.organisation.harbour.id)
        func start(_ subject: String?, _ resident: Identifier<Person>?, _ home: Identifier<Home>?) async throws {
            _ = try await kit.messages.start(
                Opening(kind: .matter, subject: subject, resident: resident, members: [ben.person], home: home), by: ann
            )
        }
        await #expect(throws: MessagesError.noHome) { try await start("x", nil, nil) }
        await #expect(throws: MessagesError.noHome) { try await start("x", nil, elsewhere.organisation.rowan.id) }
        await #expect(throws: MessagesError.emptySubject) { try await start(nil, nil, kit.organisation.rowan.id) }
        #expect(await outcome { try await start("x", away, nil) } == .notFound)
        await #expect(throws: MessagesError.wrongMembers) {
            _ = try await kit.messages.start(
                Opening(kind: .matter, subject: "x", members: [], home: kit.organisation.rowan.id), by: ann)
        }
    }

    /// An urgent message asks those in it, and is passed on to nobody.
    @Test func `nothing of it climbs`() async throws {
        let kit = try await MessagesKit(self.database), admin = TestDatabase.current.open(as: "postgres", size: 1)
        let opener = try await kit.organisation.hire(.registeredNurse), other = try await kit.organisation.hire(.hr)
        let edith = try await kit.organisation.admit(team: [opener])
        let matter = try await self.open(kit, other, about: edith, by: opener)
        let said = try await kit.say("Now", .urgent, in: matter, by: opener)
        #expect(said.acknowledgements.map(\.person.id) == [other.person])
        #expect(try await kit.messages.read(matter, by: other).ladderMinutes == nil)
        let climbing = try await admin.read(
            as: .system("test"),
            "SELECT FROM jobs.job WHERE payload::text LIKE '%' || \(said.id.description) || '%' AND kind LIKE '%limb%'")
        #expect(climbing.count == 0)
        await admin.shutDown()
    }
}
