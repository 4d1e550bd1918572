import Announcements
import Foundation
import Kernel
import TestKit
import Testing

/// Roles × places: who may announce, read, see who has read, remind, withdraw and take away.
@Suite(.database) struct AnnouncementsPolicyTests {
    let database = TestDatabase.current.open()

    @Test func `whoever manages a place announces to it and to what is within it, and nowhere else`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        for place in [kit.home, kit.otherHome] {
            let home = try #require(place.home)
            _ = try await kit.employ(.careAssistant, .home(home))
        }
        let places = [kit.garden, kit.terrace, kit.home, kit.otherHome, kit.everywhere]
        let rowan = Reach.home(kit.organisation.rowan.id), garden = Reach.unit(kit.organisation.garden)
        for role in Role.allCases {
            for (reach, reached) in [
                (garden, [kit.garden]), (rowan, [kit.garden, kit.terrace, kit.home]), (.organisation, places),
            ] {
                let person = try await kit.organisation.hire(role, reach)
                for place in places {
                    let isAllowed = Role.management.contains(role) && reached.contains(place)
                    let announced = await outcome {
                        _ = try await kit.announcements.announce(kit.draft(place), by: person)
                    }
                    let previewed = await outcome {
                        _ = try await kit.announcements.size(of: AudienceQuestion(at: place), for: person)
                    }
                    #expect(announced == (isAllowed ? nil : .forbidden), "\(role) \(reach) \(place)")
                    #expect(previewed == (isAllowed ? nil : .forbidden), "\(role) \(reach) \(place)")
                }
                let prepared = await outcome { try kit.announcements.prepare(for: person) }
                #expect(prepared == (Role.management.contains(role) ? nil : .forbidden), "\(role)")
            }
        }
    }

    @Test func `nobody announces to a place that is not there`() async throws {
        let kit = try await AnnouncementsKit(self.database), other = try await AnnouncementsKit(self.database)
        let director = try await kit.employ(.providerDirector, .organisation)
        for place in [
            Place(home: .any()), other.home, Place(home: kit.organisation.harbour.id, unit: kit.organisation.garden),
            Place(home: kit.organisation.rowan.id, unit: other.organisation.garden),
        ] {
            let announced = await outcome {
                _ = try await kit.announcements.announce(kit.draft(place), by: director)
            }
            #expect(announced == .notFound, "\(place)")
        }
    }

    @Test func `whoever was told reads and confirms; whoever answers for the place sees who did; others see nothing`()
        async throws
    {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.deputyManager), carer = try await kit.employ(.careAssistant)
        let organisation = kit.organisation
        let stranger = try await AnnouncementsKit(self.database).employ(.providerDirector, .organisation)
        enum Standing { case author, told, overseer, nobody }
        var people: [(Principal, Standing)] = [(author, .author), (carer, .told), (stranger, .nobody)]
        for role in Role.allCases {
            let isManager = Role.management.contains(role)
            people.append((try await organisation.hire(role), isManager ? .overseer : .nobody))
            people.append((try await organisation.hire(role, .organisation), isManager ? .overseer : .nobody))
            people.append((try await organisation.hire(role, .home(organisation.harbour.id)), .nobody))
            // A unit of the home is less than the home.
            people.append((try await organisation.hire(role, .unit(organisation.garden)), .nobody))
        }
        for (person, standing) in people {
            let id = try await kit.announce(kit.draft(), by: author).id, service = kit.announcements
            let isThere = standing != .nobody, mayOversee = isThere && standing != .told
            let others: Problem.Kind? = mayOversee ? nil : isThere ? .forbidden : .notFound
            let read = await outcome { _ = try await service.open(id, by: person) }
            #expect(read == (isThere ? nil : .notFound), "\(person.grants)")
            let confirmed = await outcome { _ = try await service.confirm(id, by: person) }
            #expect(confirmed == (standing == .told ? nil : isThere ? .forbidden : .notFound), "\(person.grants)")
            let receipts = await outcome { _ = try await service.receipts(of: id, for: person) }
            let export = await outcome { _ = try await service.export(id, for: person) }
            let overseen = try await service.announcements(.overseen, limit: 1_000, for: person).items.map(\.id)
            #expect(receipts == others && export == others, "\(person.grants)")
            #expect(overseen.contains(id) == mayOversee, "\(person.grants)")
            // Somebody is left to be reminded.
            _ = try await kit.employ(.housekeeping)
            let again = try await kit.announce(kit.draft(), by: author).id
            let reminded = await outcome { _ = try await service.remind(again, by: person) }
            // What was announced now was for the carer too.
            #expect(reminded == others, "\(person.grants)")
            let withdrawn = await outcome {
                _ = try await service.withdraw(again, for: WithdrawalReason("A mistake"), by: person)
            }
            #expect(withdrawn == others, "\(person.grants)")
        }
    }

    @Test func `the list, a page and what waits are one's own`() async throws {
        let kit = try await AnnouncementsKit(self.database)
        let author = try await kit.employ(.registeredManager), carer = try await kit.employ(.careAssistant)
        let nurse = try await kit.employ(.registeredNurse)
        let there = try await kit.employ(.careAssistant, .home(kit.organisation.harbour.id))
        let forAll = try await kit.announce(kit.draft(), by: author).id
        kit.pass(1)
        let forNurses = try await kit.announce(kit.draft(roles: [.registeredNurse]), by: author).id
        for (person, expected) in [(carer, [forAll]), (nurse, [forNurses, forAll]), (there, []), (author, [])] {
            let listed = try await kit.announcements.announcements(for: person).items
            let waiting = try await kit.announcements.waiting(for: person)
            #expect(listed.map(\.id) == expected)
            #expect(waiting.map(\.id) == expected)
            // How far it is, is nobody's but theirs who answer for it.
            #expect(listed.allSatisfy { $0.progress == nil })
        }
    }
}
