import Announcements
import Foundation
import Kernel
import TestKit
import Testing

@testable import Postgres

@Suite(.database) struct AnnouncingTests {
    let database = TestDatabase.current.open()

    @Test func `a place takes in whoever works there, around it and within it, and not the whole organisation`()
        async throws
    {
        let kit = try await AnnouncementsKit(self.database)
        let organisation = kit.organisation
        let director = try await kit.employ(.providerDirector, .organisation)
        let nominated = try await kit.employ(.nominatedIndividual, .organisation)
        let garden = try await kit.employ(.careAssistant, .unit(organisation.garden))
        let terrace = try await kit.employ(.careAssistant, .unit(organisation.terrace))
        let home = try await kit.employ(.registeredNurse),
            other = try await kit.employ(.catering, .home(organisation.harbour.id))
        let gp = try await kit.employ(.gp), relative = try await kit.employ(.relative)
        for (place, people) in [
            (kit.garden, [garden, home]), (kit.home, [garden, terrace, home]), (kit.otherHome, [other]),
            (kit.everywhere, [garden, terrace, home, other, nominated]),
        ] {
            let size = try await kit.announcements.size(of: AudienceQuestion(at: place), for: director)
            let announced = try await kit.announce(kit.draft(place), by: director)
            let told = try await kit.told(announced.id)
            #expect(Set(told) == Set(people.map(\.person)), "\(place)")
            #expect(size.people == people.count && announced.progress?.people == people.count)
            #expect(!told.contains(gp.person) && !told.contains(relative.person) && !told.contains(director.person))
        }
        let nurses = try await kit.announce(kit.draft(roles: [.registeredNurse]), by: director)
        #expect(try await kit.told(nurses.id) == [home.person])
        await #expect(throws: AnnouncementsError.nobodyThere) {
            _ = try await kit.announcements.announce(kit.draft(roles: [.volunteer]), by: director)
        }
    }

    @Test func `whom it is for is settled when it is accepted`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager), stays = try await kit.employ(.careAssistant)
        let ends = try await kit.employ(
            .careAssistant, until: kit.clock.withLockedValue { $0.addingTimeInterval(3_600) })
        let leaves = try await kit.employ(.careAssistant)
        kit.pass(60)
        let announced = try await kit.announcements.announce(kit.draft(), by: author).value
        #expect(announced.progress?.people == 3)
        kit.pass(7_200)
        let late = try await kit.employ(.careAssistant)
        try await self.database.transaction(as: .tenant(kit.organisation.id)) { tx in
            _ = try tx.execute("UPDATE people.staff SET status = 'left' WHERE person_id = \(leaves.person.uuid)")
        }
        try await kit.tellAll(announced.id)
        // Whoever has left meanwhile cannot sign in to read it; whose role has ended was there.
        #expect(try await Set(kit.told(announced.id)) == [stays.person, ends.person])
        let hidden = await outcome { _ = try await kit.announcements.open(announced.id, by: late) }
        #expect(hidden == .notFound)
    }

    @Test func `to open it is to have seen it, and to confirm it counts once`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager), ann = try await kit.employ(.careAssistant)
        let ben = try await kit.employ(.careAssistant)
        let id = try await kit.announce(kit.draft(), by: author).id, service = kit.announcements
        let first = try await service.open(id, by: ann)
        #expect(first.receipt?.seenAt != nil && first.receipt?.confirmedAt == nil && first.waitsForReader)
        kit.pass(60)
        #expect(try await service.open(id, by: ann).receipt?.seenAt == first.receipt?.seenAt)
        let confirmed = try await service.confirm(id, by: ann).value
        kit.pass(60)
        let again = try await service.confirm(id, by: ann).value
        #expect(abs(again.at.timeIntervalSince(confirmed.at)) < 1)
        // Whoever confirms unseen has seen it.
        _ = try await service.confirm(id, by: ben)
        let progress = try await service.open(id, by: author).progress
        #expect(progress?.told == 2 && progress?.seen == 2 && progress?.confirmed == 2 && progress?.toldAt != nil)
        #expect(try await service.waiting(for: ann).isEmpty)
        // The author's page hears of each first time, and of nothing twice.
        #expect(try await kit.notices(id, "announcements.changed")[author.person] == 3)
        let plain = try await kit.announce(kit.draft(asks: false), by: author).id
        await #expect(throws: AnnouncementsError.notAsked) { _ = try await service.confirm(plain, by: ann) }
        #expect(try await service.waiting(for: ann).map(\.id) == [plain])
        _ = try await service.open(plain, by: ann)
        #expect(try await service.waiting(for: ann).isEmpty)
    }

    @Test func `receipts are listed page by page, whoever has not seen it first, each once`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager)
        var people: [Principal] = []
        for _ in 0..<25 { people.append(try await kit.employ(.careAssistant)) }
        let id = try await kit.announce(kit.draft(), by: author).id, service = kit.announcements
        for person in people.prefix(12) { _ = try await service.open(id, by: person) }
        for person in people.prefix(5) { _ = try await service.confirm(id, by: person) }
        for (filter, expected) in [
            (ReceiptFilter.all, 25), (.unseen, 13), (.seen, 12), (.unconfirmed, 20), (.confirmed, 5),
        ] {
            var found: [ReceiptLine] = [], after: Keyset?
            repeat {
                let page = try await service.receipts(of: id, filter, after: after, limit: 4, for: author)
                found += page.items
                after = try page.next.map { try Keyset($0, parts: 2) }
            } while after != nil
            #expect(found.count == expected && Set(found.map(\.person.id)).count == expected, "\(filter)")
            let ranks = found.map { ($0.seenAt == nil ? 0 : 1) + ($0.confirmedAt == nil ? 0 : 1) }
            #expect(ranks == ranks.sorted(), "\(filter)")
        }
        let exported = try await service.export(id, for: author).page(after: nil)
        #expect(exported.items.count == 25 && exported.next == nil)
    }

    @Test func `those who have not confirmed are reminded, not more than once an hour`() async throws {
        let kit = try await AnnouncementsKit(self.database, chunk: 2)
        let author = try await kit.employ(.registeredManager), service = kit.announcements
        var people: [Principal] = []
        for _ in 0..<5 { people.append(try await kit.employ(.careAssistant)) }
        let id = try await kit.announce(kit.draft(), by: author).id
        _ = try await service.confirm(id, by: people[0])
        #expect(try await service.remind(id, by: author).value.people == 4)
        kit.pass(3_590)
        await #expect(throws: AnnouncementsError.remindedAlready) { _ = try await service.remind(id, by: author) }
        kit.pass(11)
        #expect(try await service.remind(id, by: author).value.people == 4)
        for person in people.dropFirst() { _ = try await service.confirm(id, by: person) }
        kit.pass(3_601)
        await #expect(throws: AnnouncementsError.nobodyLeft) { _ = try await service.remind(id, by: author) }
    }

    @Test func `what is withdrawn stays with those who have it, and is told to nobody else`() async throws {
        let kit = try await AnnouncementsKit(self.database, chunk: 2)
        let author = try await kit.employ(.registeredManager), service = kit.announcements
        for _ in 0..<5 { _ = try await kit.employ(.careAssistant) }
        let id = try await service.announce(kit.draft(), by: author).value.id
        _ = try await service.tell(TellPeople(announcement: id, chunk: 0), in: kit.organisation.id)
        let withdrawn = try await service.withdraw(id, for: WithdrawalReason(" The wrong day "), by: author).value
        #expect(withdrawn.withdrawn?.reason == "The wrong day")
        let isTold = try await service.tell(TellPeople(announcement: id, chunk: 1), in: kit.organisation.id)
        #expect(!isTold)
        let told = try await kit.told(id)
        #expect(told.count == 2)
        let reader = Principal(
            person: try #require(told.first), organisation: kit.organisation.id,
            grants: [Grant(.careAssistant, .home(kit.organisation.rowan.id))])
        #expect(try await service.open(id, by: reader).withdrawn?.reason == "The wrong day")
        #expect(try await service.waiting(for: reader).isEmpty)
        await #expect(throws: AnnouncementsError.wasWithdrawn) { _ = try await service.confirm(id, by: reader) }
        await #expect(throws: AnnouncementsError.wasWithdrawn) { _ = try await service.remind(id, by: author) }
        await #expect(throws: AnnouncementsError.wasWithdrawn) {
            _ = try await service.withdraw(id, for: WithdrawalReason("Again"), by: author)
        }
    }

    @Test func `what cannot be announced is refused at its field`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager)
        _ = try await kit.employ(.careAssistant)
        func refused(_ change: (inout NewAnnouncement) -> Void) async -> [String] {
            var new = kit.draft()
            change(&new)
            do {
                _ = try await kit.announcements.announce(new, by: author)
                return []
            } catch {
                return ((error as? any ProblemConvertible)?.problem.violations ?? []).map(\.pointer)
            }
        }
        let now = kit.clock.withLockedValue { $0 }
        #expect(await refused { $0.title = " \0 " } == ["/title"])
        #expect(await refused { $0.title = String(repeating: "é", count: 151) } == ["/title"])
        #expect(await refused { $0.body = "\n" } == ["/body"])
        #expect(await refused { $0.body = String(repeating: "x", count: 4_001) } == ["/body"])
        #expect(await refused { $0.shownUntil = now } == ["/shown_until"])
        #expect(await refused { $0.shownUntil = now.addingTimeInterval(400 * 86_400) } == ["/shown_until"])
        #expect(await refused { ($0.title, $0.body) = ("", "") } == ["/title", "/body"])
        #expect(await refused { $0.title = " \(String(repeating: "é", count: 150))\n" } == [])
        #expect(await refused { $0.shownUntil = now.addingTimeInterval(60) } == [])
    }

    @Test func `what is over is out of the way, and can be read`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager), ann = try await kit.employ(.careAssistant)
        var new = kit.draft()
        new.shownUntil = kit.clock.withLockedValue { $0.addingTimeInterval(3_600) }
        let id = try await kit.announce(new, by: author).id
        #expect(try await kit.announcements.waiting(for: ann).map(\.id) == [id])
        kit.pass(3_600)
        #expect(try await kit.announcements.waiting(for: ann).isEmpty)
        #expect(try await kit.announcements.announcements(for: ann).items.map(\.id) == [id])
    }

    @Test func `every list goes on where its page ended, what is new first`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager), ann = try await kit.employ(.careAssistant)
        var ids: [Identifier<Announcement>] = []
        for _ in 0..<7 {
            kit.pass(1)
            ids.append(try await kit.announce(kit.draft(), by: author).id)
        }
        for id in [ids[6], ids[2]] { _ = try await kit.announcements.open(id, by: ann) }
        func all(_ filter: AnnouncementFilter, _ person: Principal) async throws -> [Identifier<Announcement>] {
            var found: [Identifier<Announcement>] = [], after: Keyset?
            repeat {
                let page = try await kit.announcements.announcements(filter, after: after, limit: 2, for: person)
                found += page.items.map(\.id)
                after = try page.next.map { try Keyset($0, parts: 2) }
            } while after != nil
            return found
        }
        let mine = try await all(.mine, ann), overseen = try await all(.overseen, author)
        #expect(mine == [5, 4, 3, 1, 0, 6, 2].map { ids[$0] })
        #expect(overseen == ids.reversed())
    }
}
