import Audit
import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing

/// Who sees which resident: the decision and the list must agree, role by role.
@Suite(.database, .timeLimit(.minutes(3))) struct PeoplePolicyTests {
    let database = TestDatabase.current.open()

    private func service() -> PeopleService {
        PeopleService(database: self.database, audit: Audit(), directory: PeopleDirectory())
    }

    private func kind(_ act: () async throws -> Void) async -> Problem.Kind? {
        do {
            try await act()
            return nil
        } catch {
            return (error as? any ProblemConvertible)?.problem.kind ?? .internalFailure
        }
    }

    @Test(arguments: Role.allCases) func `the list shows exactly whom the page opens for`(_ role: Role) async throws {
        let people = self.service()
        let home = try await TestOrganisation(in: self.database),
            elsewhere = try await TestOrganisation(in: self.database)
        for reach in [
            Reach.organisation, .home(home.rowan.id), .home(home.harbour.id), .unit(home.garden), .unit(home.terrace),
        ] {
            let asker = try await home.hire(role, reach)
            let inGarden = try await home.admit("Ann Garden", unit: home.garden)
            let inHouse = try await home.admit("Ben House")
            let away = try await home.admit("Cy Harbour", to: home.harbour.id)
            let cared = try await home.admit("Dee Cared", to: home.harbour.id, team: [asker])
            let died = try await home.admit("Eve Died", unit: home.garden, status: .died)
            let foreign = try await elsewhere.admit("Foreign")
            let all = [inGarden, inHouse, away, cared, died, foreign]

            let isCare = Role.management.contains(role) || Role.care.contains(role)
            var expected: Set<Identifier<Person>> = []
            if isCare {
                switch reach {
                case .organisation: expected = [inGarden, inHouse, away, died]
                case .home(let id): expected = id == home.rowan.id ? [inGarden, inHouse, died] : [away]
                case .unit(let id): expected = id == home.garden ? [inGarden, died] : []
                }
            }
            if isCare || Role.professionals.contains(role) { expected.insert(cared) }

            for resident in all {
                let told = await self.kind { _ = try await people.resident(resident, for: asker) }
                // One who cares for them by name knows that they are here, whatever their role may open.
                let hidden: Problem.Kind = resident == cared ? .forbidden : .notFound
                #expect(told == (expected.contains(resident) ? nil : hidden), "\(role) \(reach)")
            }
            let mayList = isCare || Role.professionals.contains(role)
            let listed = await self.kind { _ = try await people.residents(for: asker) }
            #expect(listed == (mayList ? nil : .forbidden), "\(role) \(reach)")
            if mayList {
                let seen = try await people.residents(limit: 500, for: asker).items.map(\.id)
                #expect(Set(seen).intersection(all) == expected, "\(role) \(reach)")
            }
            let staff = await self.kind { _ = try await people.staff(for: asker) }
            #expect(staff == (Role.staff.contains(role) ? nil : .forbidden))
        }
    }

    @Test func `a search means what it says, and pages over everybody once`() async throws {
        let people = self.service(), home = try await TestOrganisation(in: self.database)
        let nurse = try await home.hire(.registeredNurse)
        for name in ["Ann O’Brien", "Anne Smith", "100% Wool", "A_B", "Édith Piaf", "Zoë Quinn", "Ann O’Brien"] {
            _ = try await home.admit(name)
        }
        func found(_ search: String) async throws -> [String] {
            var filter = ResidentFilter()
            filter.search = search
            return try await people.residents(filter, for: nurse).items.map(\.fullName)
        }
        #expect(try await found("ann") == ["Ann O’Brien", "Ann O’Brien", "Anne Smith"])
        #expect(try await found("%") == ["100% Wool"])
        #expect(try await found("_") == ["A_B"])
        #expect(try await found("'; DROP TABLE people.person; --").isEmpty)
        var seen: [Identifier<Person>] = [], after: Keyset?
        repeat {
            let page = try await people.residents(after: after, limit: 2, for: nurse)
            seen += page.items.map(\.id)
            after = try page.next.map { try Keyset($0, parts: 2) }
        } while after != nil
        #expect(seen.count == 7 && Set(seen).count == 7)
    }

    @Test func `a reading is in the audit, about the resident`() async throws {
        let people = self.service(), home = try await TestOrganisation(in: self.database)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let nurse = try await home.hire(.registeredNurse), edith = try await home.admit(team: [nurse])
        let record = try await people.resident(edith, for: nurse)
        #expect(record.careTeam.map(\.id) == [nurse.person])
        #expect(record.resident.dateOfBirth?.description == "1938-05-09")
        let entries = try await admin.read(
            as: .system("test"),
            "SELECT action, rule FROM audit.entry WHERE resident_id = \(edith.uuid) AND person_id = \(nurse.person.uuid)"
        )
        #expect(entries.count == 1)
        #expect(try entries.first?.read("action", as: String.self) == "people.read_resident")
        await admin.shutDown()
    }
}
