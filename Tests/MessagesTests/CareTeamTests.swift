import Audit
import Foundation
import Kernel
import Messages
import People
import Postgres
import TestKit
import Testing

/// A care team's conversation has in it who is in the care team.
@Suite(.database, .timeLimit(.minutes(2))) struct CareTeamTests {
    let database = TestDatabase.current.open()

    @Test func `who joins the team joins its conversation from then on, and who leaves it leaves both`() async throws {
        let kit = try await MessagesKit(self.database)
        let people = kit.people.telling { change, tx in try kit.messages.follow(change, in: tx) }
        let ann = try await kit.organisation.hire(.careAssistant), ben = try await kit.organisation.hire(.seniorCarer)
        let manager = try await kit.organisation.hire(.registeredManager)
        let cat = try await kit.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit(team: [ann, ben])
        let team = try await kit.messages.start(
            Opening(kind: .careTeam, resident: edith, members: []), by: ann
        ).value.id
        let group = try await kit.group(ann, ben, about: edith)
        try await kit.say("Before", in: team, by: ann)

        _ = try await people.add(CareTeamMember(cat.person), toTeamOf: edith, by: manager)
        _ = try await people.add(CareTeamMember(cat.person), toTeamOf: edith, by: manager)
        try await kit.say("After", in: team, by: ann)
        #expect(try await kit.messages.read(team, by: cat).messages.map(\.body) == ["After"])
        // A group about the same resident is whoever was brought into it.
        await #expect(throws: (any Error).self) { _ = try await kit.messages.read(group, by: cat) }
        // The team is recorded once, and its conversation follows once.
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        #expect(try await kit.audited(team, admin: admin).count { $0 == "messages.follow_care_team" } == 1)
        await admin.shutDown()

        _ = try await people.remove(ben.person, fromTeamOf: edith, by: manager)
        let members = try await kit.messages.detail(of: team, for: ann).members.map(\.person.id)
        #expect(Set(members) == [ann.person, cat.person])
        await #expect(throws: (any Error).self) { _ = try await kit.messages.read(team, by: ben) }
        #expect(try await kit.messages.read(group, by: ben).messages.isEmpty)

        // The key worker stays, and nobody leaves twice.
        await #expect(throws: PeopleError.keyWorkerStays) {
            _ = try await people.remove(ann.person, fromTeamOf: edith, by: manager)
        }
        await #expect(throws: PeopleError.notInTeam) {
            _ = try await people.remove(ben.person, fromTeamOf: edith, by: manager)
        }
        _ = try await people.add(CareTeamMember(ben.person), toTeamOf: edith, by: manager)
        #expect(try await kit.messages.read(team, by: ben).messages.isEmpty)
    }

    @Test func `only people who work here now come into a care team`() async throws {
        let kit = try await MessagesKit(self.database), other = try await MessagesKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager)
        let stranger = try await other.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit(), ivy = try await kit.organisation.admit("Ivy Sugden")
        for person in [stranger.person, ivy, .any()] {
            await #expect(throws: PeopleError.self) {
                _ = try await kit.people.add(CareTeamMember(person), toTeamOf: edith, by: manager)
            }
        }
        let theirs = try await other.organisation.admit("Foreign")
        for act in [CareTeamMember(manager.person)] {
            await #expect(throws: Problem.self) { _ = try await kit.people.add(act, toTeamOf: theirs, by: manager) }
        }
    }

    /// The team and its conversation change under the same locks, so that neither is ahead of the other.
    @Test func `however joining and leaving fall together, team and conversation agree`() async throws {
        let kit = try await MessagesKit(self.database)
        let people = kit.people.telling { change, tx in try kit.messages.follow(change, in: tx) }
        let ann = try await kit.organisation.hire(.careAssistant)
        let manager = try await kit.organisation.hire(.registeredManager)
        var others: [Principal] = []
        for _ in 0..<4 { others.append(try await kit.organisation.hire(.careAssistant)) }
        let edith = try await kit.organisation.admit(team: [ann] + others)
        let team = try await kit.messages.start(
            Opening(kind: .careTeam, resident: edith, members: []), by: ann
        ).value.id
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                for other in others {
                    group.addTask {
                        _ = try? await people.remove(other.person, fromTeamOf: edith, by: manager)
                    }
                    group.addTask {
                        _ = try? await people.add(CareTeamMember(other.person), toTeamOf: edith, by: manager)
                    }
                }
            }
        }
        let record = try await people.resident(edith, for: manager)
        let members = try await kit.messages.detail(of: team, for: ann).members.map(\.person.id)
        #expect(Set(members) == Set(record.careTeam.map(\.id)))
    }
}
