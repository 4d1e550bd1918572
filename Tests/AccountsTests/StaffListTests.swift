import Foundation
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// Who sees which colleague: the list and the page must agree, role by role.
@Suite(.database, .timeLimit(.minutes(5))) struct StaffListTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    @Test func `the list shows exactly those whose page opens`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), other = try await StaffKit(self.accounts, self.clock)
        let garden = try await kit.hire(.careAssistant, kit.garden), rowan = try await kit.hire(.catering, kit.rowan)
        let harbour = try await kit.hire(.careAssistant, kit.harbour), gone = try await kit.hire(.hr, kit.rowan)
        _ = try await self.accounts.close(gone.person, by: kit.boss)
        let everybody = [kit.director, garden, rowan, harbour].map(\.person)
        for role in Role.allCases {
            for reach in [Reach.organisation, kit.rowan, kit.garden, kit.harbour] {
                let asker = try await kit.hire(role, reach), principal = kit.principal(asker)
                let isStaff = Role.staff.contains(role)
                let listed = await kit.kind { _ = try await self.accounts.staff(for: principal) }
                #expect(listed == (isStaff ? nil : .forbidden), "\(role) \(reach)")
                var expected: Set<Identifier<Person>> = []
                if isStaff {
                    switch reach {
                    case .organisation: expected = Set(everybody)
                    case kit.harbour: expected = [kit.director.person, harbour.person]
                    default: expected = [kit.director.person, garden.person, rowan.person]
                    }
                }
                for person in everybody + [other.director.person] {
                    let told = await kit.kind { _ = try await self.accounts.staffMember(person, for: principal) }
                    #expect(told == (expected.contains(person) ? nil : .notFound), "\(role) \(reach)")
                }
                if isStaff {
                    let seen = try await self.accounts.staff(limit: 1_000, for: principal).items.map(\.id)
                    #expect(Set(seen).intersection(everybody) == expected, "\(role) \(reach)")
                    #expect(seen.contains(asker.person) && !seen.contains(gone.person))
                }
                // Those who come after should not see more and more.
                try await kit.provider.change(
                    "UPDATE people.staff SET status = 'left' WHERE person_id = \(asker.person.uuid)")
                try await kit.provider.change(
                    "UPDATE accounts.account SET state = 'disabled' WHERE person_id = \(asker.person.uuid)")
            }
        }
    }

    @Test func `a list is narrowed by home, role and name, and pages over everybody once`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        for name in ["Ann O’Brien", "Anne Smith", "100% Wool", "A_B", "Ann O’Brien"] {
            try await kit.hire(.careAssistant, kit.rowan, name: name)
        }
        let cook = try await kit.hire(.catering, kit.harbour, name: "Annie Cook")
        func found(_ change: (inout StaffFilter) -> Void) async throws -> [String] {
            var filter = StaffFilter()
            change(&filter)
            return try await self.accounts.staff(filter, for: kit.boss).items.map(\.name)
        }
        #expect(try await found { $0.search = "ann" } == ["Ann O’Brien", "Ann O’Brien", "Anne Smith", "Annie Cook"])
        #expect(try await found { $0.search = "%" } == ["100% Wool"])
        #expect(try await found { $0.search = "'; DROP TABLE people.person; --" }.isEmpty)
        #expect(try await found { $0.role = .catering } == ["Annie Cook"])
        #expect(try await found { $0.home = kit.provider.harbour } == ["Annie Cook", "Dora Director"])
        #expect(try await found { ($0.home, $0.role) = (kit.provider.rowan, .catering) }.isEmpty)
        var seen: [Identifier<Person>] = [], after: Keyset?
        repeat {
            let page = try await self.accounts.staff(after: after, limit: 2, for: kit.boss)
            seen += page.items.map(\.id)
            after = try page.next.map { try Keyset($0, parts: 2) }
        } while after != nil
        #expect(seen.count == 7 && Set(seen).count == 7 && seen.contains(cook.person))
    }
}
