import Kernel
import TestKit
import Testing

@testable import Accounts

/// Who gives which role, over every role × role × reach, against a table that is written down here once more.
@Suite struct RoleTableTests {
    static let care: Set<Role> = [
        .registeredNurse, .nursingAssociate, .seniorCarer, .careAssistant, .activitiesCoordinator, .agencyWorker,
        .student,
    ]
    static let house: Set<Role> = [.housekeeping, .catering, .maintenance, .volunteer]
    static let given: [Role: Set<Role>] = [
        .nominatedIndividual: Role.staff, .providerDirector: Role.staff,
        .registeredManager: Self.care.union(Self.house).union([
            .registeredManager, .deputyManager, .clinicalLead, .safeguardingLead, .complaintsManager, .hr, .admin,
        ]),
        .deputyManager: Self.care.union(Self.house).union([.deputyManager, .clinicalLead, .admin]),
        .clinicalLead: Self.care.union([.clinicalLead]),
        .itAdmin: Self.house.union([.itAdmin, .hr, .admin]), .hr: Self.house.union([.hr, .admin]),
        .admin: Self.house.union([.admin]),
    ]

    static let home = Identifier<Home>.any(), otherHome = Identifier<Home>.any()
    static let unit = Identifier<Kernel.Unit>.any(), otherUnit = Identifier<Kernel.Unit>.any()
    static let reaches: [Reach] = [
        .organisation, .home(Self.home), .home(Self.otherHome), .unit(Self.unit), .unit(Self.otherUnit),
    ]

    private func place(_ reach: Reach) -> Place {
        switch reach {
        case .organisation: Place(home: nil)
        case .home(let home): Place(home: home)
        case .unit(let unit): Place(home: Self.home, unit: unit)
        }
    }

    /// Whether one reach lies within another, as this test sees it.
    private func lies(_ inner: Reach, within outer: Reach) -> Bool {
        if outer == .organisation || inner == outer { return true }
        if case .unit = inner { return outer == .home(Self.home) }
        return false
    }

    @Test(arguments: Role.allCases) func `a role gives what the table says, where it reaches, and nothing else`(
        _ giver: Role
    ) {
        let somebody = Identifier<Person>.any()
        for held in Self.reaches {
            let principal = Principal(person: .any(), organisation: .any(), grants: [Grant(giver, held)])
            for role in Role.allCases {
                for asked in Self.reaches {
                    let expected =
                        Self.given[giver, default: []].contains(role) && self.lies(asked, within: held)
                    let standing = Standing(somebody, [.member], at: self.place(asked), state: role.rawValue)
                    #expect(principal.may(GrantRole.self, standing) == expected, "\(giver) \(held): \(role) \(asked)")
                    #expect(principal.may(ChangeRole.self, standing) == expected)
                    #expect(principal.may(ReopenAccount.self, standing) == expected)
                    let invitation = Standing(
                        Identifier<ColleagueInvitation>.any(), [], at: self.place(asked), state: role.rawValue)
                    #expect(principal.may(RenewInvitation.self, invitation) == expected)
                    let organisation = Standing(
                        principal.organisation, [.member], at: self.place(asked), state: role.rawValue)
                    #expect(principal.may(InviteColleague.self, organisation) == expected)
                    // Whoever gives may take away.
                    if expected {
                        #expect(principal.may(RevokeRole.self, standing) && principal.may(CloseAccount.self, standing))
                        #expect(principal.may(EndSignInsOf.self, standing))
                        #expect(principal.may(WithdrawInvitation.self, invitation))
                    } else if !self.lies(asked, within: held) {
                        #expect(
                            !principal.may(RevokeRole.self, standing) && !principal.may(CloseAccount.self, standing))
                    }
                }
            }
        }
    }

    @Test func `two roles do not add up to what neither gives`() {
        // Much at a unit, and little at the home, is not much at the home.
        let principal = Principal(
            person: .any(), organisation: .any(),
            grants: [Grant(.registeredManager, .unit(Self.unit)), Grant(.admin, .home(Self.home))])
        for role in Role.allCases {
            let standing = Standing(
                Identifier<Person>.any(), [.member], at: Place(home: Self.home), state: role.rawValue)
            #expect(principal.may(GrantRole.self, standing) == Self.given[.admin, default: []].contains(role))
        }
    }

    @Test func `what can be handed on can be handed on by whoever handed it on`() {
        for (giver, roles) in Self.given {
            for role in roles {
                #expect(Self.given[role, default: []].isSubset(of: roles), "\(giver) gives \(role), who gives more")
            }
        }
    }

    @Test func `nobody from outside, and nobody who only gives care, gives or takes anything`() {
        for role in Role.allCases where Self.given[role] == nil {
            for line in RoleTable.give + RoleTable.take { #expect(!line.by.contains(role), "\(role)") }
        }
        for line in RoleTable.give { #expect(line.roles.isSubset(of: Role.staff)) }
    }

    @Test func `those who see people leave take away what they could not give, but nothing above them`() {
        for role in [Role.hr, .itAdmin, .admin] {
            let taken = RoleTable.take.filter { $0.by.contains(role) }.reduce(into: Set<Role>()) {
                $0.formUnion($1.roles)
            }
            #expect(taken == Self.given[role, default: []].union(Self.care), "\(role)")
        }
    }

    @Test func `an account is for those who may take away each of its roles`() {
        let manager = Principal(
            person: .any(), organisation: .any(), grants: [Grant(.registeredManager, .home(Self.home))])
        func staff(_ roles: (Role, Reach)...) -> StaffStanding {
            StaffStanding(
                person: .any(), account: .any(), relations: [.member], state: "active",
                roles: roles.map { role, reach in
                    let place = self.place(reach)
                    return StaffRole(
                        id: .any(), role: role, title: role.title, scope: place.scope, homeId: place.home,
                        unitId: place.unit, from: .distantPast, until: nil, version: 1)
                })
        }
        #expect(manager.may(CloseAccount.self, everywhere: staff((.careAssistant, .unit(Self.unit)))))
        #expect(
            manager.may(
                CloseAccount.self, everywhere: staff((.careAssistant, .home(Self.home)), (.hr, .home(Self.home)))))
        for beyond in [
            (Role.careAssistant, Reach.home(Self.otherHome)), (.dpo, .home(Self.home)), (.hr, .organisation),
        ] {
            let standing = staff((.careAssistant, .home(Self.home)), beyond)
            #expect(!manager.may(CloseAccount.self, everywhere: standing), "\(beyond)")
            #expect(throws: Problem.self) { try manager.decide(CloseAccount.self, everywhere: standing) }
        }
        // Nothing is left to take away: for those of the organisation.
        #expect(!manager.may(CloseAccount.self, everywhere: staff()))
        let director = Principal(
            person: .any(), organisation: .any(), grants: [Grant(.providerDirector, .organisation)])
        #expect(director.may(CloseAccount.self, everywhere: staff()))
    }
}
