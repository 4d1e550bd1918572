import Foundation
import Kernel
import NIOConcurrencyHelpers
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// Roles given, changed and taken away, by people with real accounts.
@Suite(.database, .timeLimit(.minutes(5))) struct RolesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    @Test func `a role is there from the next request on, and gone from the next one after it is taken away`()
        async throws
    {
        let kit = try await StaffKit(self.accounts, self.clock)
        let manager = kit.principal(try await kit.hire(.registeredManager, kit.rowan))
        let carer = try await kit.hire(.careAssistant, kit.rowan)
        let signIn = try await self.accounts.attempt(carer.username.text, Provider.password)
        func roles() async throws -> Set<Role>? {
            try await self.accounts.visitor(of: signIn.secret, isActing: true)?.principal.roles
        }
        let given = try await self.accounts.grant(NewRole(.seniorCarer, kit.garden), to: carer.person, by: manager)
        #expect(given.value.roles.map(\.role) == [.careAssistant, .seniorCarer])
        #expect(
            given.value.roles.last?.unitId == kit.provider.garden
                && given.value.roles.last?.homeId == kit.provider.rowan)
        #expect(try await roles() == [.careAssistant, .seniorCarer])
        let role = try await kit.role(carer, .seniorCarer)
        _ = try await self.accounts.revoke(role, of: carer.person, by: manager)
        #expect(try await roles() == [.careAssistant])
        #expect(
            try await kit.provider.entries().filter { $0.contains("_role:") } == [
                "accounts.grant_role accounts.grant_role: registered_manager place senior_carer",
                "accounts.revoke_role accounts.revoke_role: registered_manager place senior_carer",
            ])
        // It is gone, and was.
        #expect(await kit.kind { _ = try await self.accounts.revoke(role, of: carer.person, by: manager) } == .notFound)
    }

    @Test func `nobody gives above or beyond themselves, whoever they are and however it is asked`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let target = try await kit.hire(.careAssistant, kit.rowan)
        let asked: [(Role, Reach)] = [
            (.nominatedIndividual, .organisation), (.registeredManager, kit.rowan), (.registeredManager, kit.harbour),
            (.deputyManager, kit.garden), (.dpo, .organisation), (.itAdmin, .organisation), (.hr, kit.rowan),
            (.registeredNurse, kit.rowan), (.careAssistant, kit.harbour), (.catering, kit.garden), (.gp, kit.rowan),
            (.relative, kit.rowan),
        ]
        var given = 0
        for role in Role.allCases {
            for reach in [Reach.organisation, kit.rowan, kit.garden] {
                let giver = kit.principal(try await kit.hire(role, reach))
                for (new, place) in asked {
                    let lies = reach == .organisation || reach == place || reach == kit.rowan && place == kit.garden
                    let may = lies && RoleTableTests.given[role, default: []].contains(new)
                    // A colleague is seen, and may not be changed; for whoever works elsewhere there is nobody.
                    let refusal: Problem.Kind = Role.staff.contains(role) ? .forbidden : .notFound
                    let told = await kit.kind {
                        _ = try await self.accounts.invite(
                            NewInvitation(name: "Anybody", NewRole(new, place)), by: giver)
                    }
                    #expect(told == (may ? nil : .forbidden), "\(role) \(reach): \(new) \(place)")
                    let answer = await kit.kind {
                        _ = try await self.accounts.grant(NewRole(new, place), to: target.person, by: giver)
                    }
                    if may {
                        // Somebody before may have given it.
                        #expect(answer == nil || answer == .conflict, "\(role) \(reach): \(new) \(place)")
                        given += answer == nil ? 1 : 0
                    } else {
                        #expect(answer == refusal, "\(role) \(reach): \(new) \(place)")
                    }
                }
            }
        }
        #expect(given >= 8)
    }

    @Test func `nobody gives themselves a role, nor a later end`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let manager = try await kit.hire(
            .registeredManager, kit.rowan, until: self.clock.now.addingTimeInterval(86_400))
        let own = try await kit.role(manager, .registeredManager), principal = kit.principal(manager)
        #expect(
            await kit.kind {
                _ = try await self.accounts.grant(NewRole(.admin, kit.rowan), to: manager.person, by: principal)
            } == .forbidden)
        #expect(
            await kit.kind {
                _ = try await self.accounts.change(own, of: manager.person, to: RoleEnd(nil), by: principal)
            } == .forbidden)
        #expect(await kit.kind { _ = try await self.accounts.close(manager.person, by: principal) } == .forbidden)
        // To give one up is for everybody who may take it away.
        _ = try await self.accounts.revoke(own, of: manager.person, by: principal)
        #expect(try await kit.roles(manager).isEmpty)
    }

    @Test func `a request is judged by what its sender may do by then`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let manager = try await kit.hire(.registeredManager, kit.rowan),
            carer = try await kit.hire(.careAssistant, kit.rowan)
        let before = kit.principal(manager)
        _ = try await self.accounts.revoke(
            kit.role(manager, .registeredManager), of: manager.person, by: kit.boss)
        // They were signed in when the request came in, and somebody was quicker.
        #expect(
            await kit.kind {
                _ = try await self.accounts.grant(NewRole(.seniorCarer, kit.rowan), to: carer.person, by: before)
            } == .notFound)
        #expect(
            await kit.kind {
                _ = try await self.accounts.invite(NewInvitation(name: "A", NewRole(.student, kit.rowan)), by: before)
            } == .forbidden)
    }

    @Test func `a role begins and ends when it was said to`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let worker = try await kit.hire(.agencyWorker, kit.rowan), now = self.clock.now
        let signIn = try await self.accounts.attempt(worker.username.text, Provider.password)
        _ = try await self.accounts.grant(
            NewRole(.careAssistant, kit.rowan, from: now.addingTimeInterval(300), until: now.addingTimeInterval(600)),
            to: worker.person, by: kit.boss)
        func roles() async throws -> Set<Role>? {
            try await self.accounts.visitor(of: signIn.secret, isActing: true)?.principal.roles
        }
        #expect(try await roles() == [.agencyWorker])
        self.clock.advance(301)
        #expect(try await roles() == [.agencyWorker, .careAssistant])
        let role = try await kit.role(worker, .careAssistant)
        let longer = try await self.accounts.change(
            role, of: worker.person, to: RoleEnd(now.addingTimeInterval(900)), from: 1, by: kit.boss)
        #expect(longer.value.roles.last?.version == 2)
        self.clock.advance(400)
        #expect(try await roles() == [.agencyWorker, .careAssistant])
        #expect(
            await kit.kind {
                _ = try await self.accounts.change(role, of: worker.person, to: RoleEnd(nil), from: 1, by: kit.boss)
            } == .preconditionFailed)
        self.clock.advance(200)
        #expect(try await roles() == [.agencyWorker])
        #expect(
            await kit.kind {
                _ = try await self.accounts.change(role, of: worker.person, to: RoleEnd(nil), by: kit.boss)
            } == .notFound)
    }

    @Test func `one that has not begun is taken away before it does`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let carer = try await kit.hire(.careAssistant, kit.rowan)
        _ = try await self.accounts.grant(
            NewRole(.seniorCarer, kit.rowan, from: self.clock.now.addingTimeInterval(3_600)), to: carer.person,
            by: kit.boss)
        _ = try await self.accounts.revoke(kit.role(carer, .seniorCarer), of: carer.person, by: kit.boss)
        for _ in 0..<2 {
            #expect(try await kit.roles(carer).map(\.role) == [.careAssistant])
            self.clock.advance(3_600)
        }
    }

    @Test func `what cannot be is said at its field`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), other = try await StaffKit(self.accounts, self.clock)
        let carer = try await kit.hire(.careAssistant, kit.rowan), now = self.clock.now
        func refused(_ role: NewRole) async -> [String] {
            await kit.refused { _ = try await self.accounts.grant(role, to: carer.person, by: kit.boss) }
        }
        #expect(await refused(NewRole(.catering, other.rowan)) == ["/home_id"])
        #expect(await refused(NewRole(.catering, .unit(.any()))) == ["/unit_id"])
        #expect(await refused(NewRole(.catering, kit.rowan, until: now)) == ["/until"])
        #expect(await refused(NewRole(.catering, kit.rowan, from: now.addingTimeInterval(-200_000))) == ["/from"])
        let conflict = await kit.kind {
            _ = try await self.accounts.grant(NewRole(.careAssistant, kit.rowan), to: carer.person, by: kit.boss)
        }
        #expect(conflict == .conflict)
        let role = try await kit.role(carer, .careAssistant)
        #expect(
            await kit.refused {
                _ = try await self.accounts.change(role, of: carer.person, to: RoleEnd(now), by: kit.boss)
            } == ["/until"])
        // Nobody of another organisation is anybody here, nor is a role of somebody else this person's.
        let foreign = try await other.hire(.careAssistant, other.rowan), mate = try await kit.hire(.catering, kit.rowan)
        for act: (StaffKit) async throws -> Void in [
            { _ = try await self.accounts.grant(NewRole(.catering, $0.rowan), to: foreign.person, by: $0.boss) },
            { _ = try await self.accounts.close(foreign.person, by: $0.boss) },
            { _ = try await self.accounts.staffMember(foreign.person, for: $0.boss) },
            { _ = try await self.accounts.revoke(role, of: mate.person, by: $0.boss) },
        ] {
            #expect(await kit.kind { try await act(kit) } == .notFound)
        }
    }

    @Test func `of many who give the same role at once, one does`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), accounts = self.accounts
        let carer = try await kit.hire(.careAssistant, kit.rowan), until = self.clock.now.addingTimeInterval(3_600)
        let kinds = await withTaskGroup(of: Problem.Kind?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await kit.kind {
                        _ = try await accounts.grant(
                            NewRole(.catering, kit.rowan, until: until), to: carer.person, by: kit.boss)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds.filter { $0 == nil }.count == 1 && kinds.filter { $0 == .conflict }.count == 7)
        #expect(try await kit.roles(carer).map(\.role) == [.careAssistant, .catering])
    }
}
