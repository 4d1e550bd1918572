import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// An organisation never loses the last person who may give every role.
@Suite(.database, .timeLimit(.minutes(5))) struct LastAdministratorTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    @Test func `the last one stays, by whatever path`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock),
            own = try await kit.role(kit.director, .providerDirector)
        // One for a time, one of a home, and one who may do much: none of them is an administrator for good.
        let brief = try await kit.hire(
            .nominatedIndividual, .organisation, until: self.clock.now.addingTimeInterval(86_400))
        try await kit.hire(.nominatedIndividual, kit.rowan)
        try await kit.hire(.itAdmin, .organisation)
        let other = kit.principal(brief)
        #expect(
            await kit.kind { _ = try await self.accounts.revoke(own, of: kit.director.person, by: kit.boss) }
                == .conflict)
        #expect(
            await kit.kind { _ = try await self.accounts.revoke(own, of: kit.director.person, by: other) } == .conflict)
        #expect(await kit.kind { _ = try await self.accounts.close(kit.director.person, by: other) } == .conflict)
        let end = RoleEnd(self.clock.now.addingTimeInterval(3_600))
        #expect(
            await kit.kind {
                _ = try await self.accounts.change(own, of: kit.director.person, to: end, by: other)
            } == .conflict)
        #expect(try await kit.administrators() == 1)
        // Once there is another one, each of them works.
        let second = try await kit.hire(.nominatedIndividual, .organisation)
        _ = try await self.accounts.change(own, of: kit.director.person, to: end, by: kit.principal(second))
        #expect(try await kit.administrators() == 1)
        #expect(await kit.kind { _ = try await self.accounts.close(second.person, by: kit.boss) } == .conflict)
    }

    private enum Path: CaseIterable { case revoke, end, close }

    /// Administrators take each other's right away at the same moment, in every way there is.
    @Test func `of many who remove each other at once, one is left`() async throws {
        for round in 0..<12 {
            let kit = try await StaffKit(self.accounts, self.clock)
            var all = [kit.director]
            for _ in 0..<(1 + round % 3) { all.append(try await kit.hire(.nominatedIndividual, .organisation)) }
            var roles: [Identifier<Grant>] = []
            for one in all { roles.append(try await kit.roles(one)[0].id) }
            let end = RoleEnd(self.clock.now.addingTimeInterval(60)), accounts = self.accounts
            await withTaskGroup(of: Void.self) { group in
                for (index, one) in all.enumerated() {
                    let next = (index + 1) % all.count, victim = all[next], role = roles[next]
                    let path = Path.allCases[(round + index) % 3], actor = kit.principal(one)
                    group.addTask {
                        _ = await kit.kind {
                            switch path {
                            case .revoke: _ = try await accounts.revoke(role, of: victim.person, by: actor)
                            case .end: _ = try await accounts.change(role, of: victim.person, to: end, by: actor)
                            case .close: _ = try await accounts.close(victim.person, by: actor)
                            }
                        }
                    }
                }
            }
            #expect(try await kit.administrators() >= 1, "round \(round)")
            // Some of them did succeed.
            #expect(try await kit.administrators() < all.count, "round \(round)")
        }
    }

    /// The control: the same question without the lock loses both, so the test above would see it.
    @Test func `without the lock both would be gone`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let second = try await kit.hire(.nominatedIndividual, .organisation), now = self.clock.now
        let pairs = [
            (kit.director, try await kit.roles(kit.director)[0].id), (second, try await kit.roles(second)[0].id),
        ]
        let store = self.accounts.store, database = self.accounts.database
        let scope = Scope.inside(kit.provider.organisation, person: nil)
        for (_, role) in pairs {
            // Both have asked before either has written: what two transactions do that do not wait.
            let isSafe = try await database.read(as: scope) {
                try store.hasAdministrator(besides: role, at: now, in: $0)
            }
            #expect(isSafe)
        }
        for (_, role) in pairs {
            try await database.transaction(as: scope) { tx in
                _ = try tx.execute(
                    "UPDATE accounts.role_grant SET valid_until = greatest(valid_from, \(now)) WHERE id = \(role.uuid)")
            }
        }
        #expect(try await kit.administrators() == 0)
    }
}
