import Foundation
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// A link that opens an account: once, for a week, and only while whoever made it may give the role.
@Suite(.database, .timeLimit(.minutes(5))) struct InvitationsTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func secret(_ made: InvitationLink) throws -> Secret {
        Secret(shown: String(try #require(made.link).dropFirst("/invitation/".count)))
    }

    private func invite(
        _ role: NewRole, by principal: Principal, name: String = "Mary Sutton"
    ) async throws -> (Identifier<ColleagueInvitation>, Secret) {
        let made = try await self.accounts.invite(NewInvitation(name: name, role), by: principal).value
        return (made.invitation.id, try self.secret(made))
    }

    private func choice(_ username: String = StaffKit.username()) -> Acceptance {
        Acceptance(username: username, password: Password(Provider.password))
    }

    private func outcome(_ secret: Secret) async throws -> AccountsError? {
        try await refusal { try await self.accounts.accept(self.choice(), with: secret) }
    }

    @Test func `whoever comes with the link has an account, the role, and the end that was said`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let manager = try await kit.hire(.registeredManager, kit.rowan),
            until = self.clock.now.addingTimeInterval(9 * 86_400)
        let (id, secret) = try await self.invite(
            NewRole(.agencyWorker, kit.garden, until: until), by: kit.principal(manager), name: "  Mary Sutton ")
        let welcome = try #require(try await self.accounts.welcome(with: secret))
        #expect(welcome.name == "Mary Sutton" && welcome.role == .agencyWorker)
        #expect(welcome.organisationName == "Fernhill Care" && welcome.place == "Garden, Rowan House")
        let listed = try await self.accounts.invitations(for: kit.principal(manager)).items
        #expect(listed.map(\.id) == [id] && listed.first?.isExpired == false)

        let username = StaffKit.username()
        try await self.accounts.accept(self.choice(username), with: secret)
        let visitor = try await self.accounts.attempt(username, Provider.password).visitor
        #expect(visitor.name == "Mary Sutton" && visitor.preferredName == "Mary")
        #expect(visitor.roleTitle == "Agency worker")
        #expect(visitor.principal.grants == [Grant(.agencyWorker, kit.garden)])
        let mary = try await self.accounts.staffMember(visitor.principal.person, for: kit.principal(manager))
        #expect(mary.roles.map(\.until) == [until] && mary.account == .open)
        #expect(try await self.accounts.invitations(for: kit.principal(manager)).items.isEmpty)
        #expect(try await self.outcome(secret) == .deadLink)
        #expect(try await self.accounts.welcome(with: secret) == nil)
        #expect(
            try await kit.provider.entries().suffix(8).map { $0.prefix { $0 != " " } }.contains(
                "accounts.accept_invitation"))
        let granter = try await self.accounts.database.read(
            as: .tenant(kit.provider.organisation),
            "SELECT granted_by FROM accounts.role_grant WHERE role = 'agency_worker'"
        ).first?.read("granted_by", as: UUID.self)
        #expect(granter == manager.person.uuid)
    }

    @Test func `of ten who come with it at once one gets in`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let (_, secret) = try await self.invite(NewRole(.careAssistant, kit.rowan), by: kit.boss)
        let outcomes = try await withThrowingTaskGroup(of: AccountsError?.self) { group in
            for _ in 0..<10 { group.addTask { try await self.outcome(secret) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count == 1)
        #expect(outcomes.filter { $0 == .deadLink }.count == 9)
        #expect(try await self.accounts.staff(for: kit.boss).items.count == 2)
    }

    private enum Loss: CaseIterable { case revoked, closed, ended, left, lowered }

    @Test func `a link is dead once whoever made it may not give the role any more`() async throws {
        for loss in Loss.allCases {
            let kit = try await StaffKit(self.accounts, self.clock), clock = self.clock
            let manager = try await kit.hire(
                .registeredManager, kit.rowan, until: loss == .ended ? clock.now.addingTimeInterval(60) : nil)
            let (_, secret) = try await self.invite(NewRole(.deputyManager, kit.rowan), by: kit.principal(manager))
            let role = try await kit.role(manager, .registeredManager)
            switch loss {
            case .revoked: _ = try await self.accounts.revoke(role, of: manager.person, by: kit.boss)
            case .closed: _ = try await self.accounts.close(manager.person, by: kit.boss)
            case .ended: self.clock.advance(61)
            case .left:
                try await kit.provider.change(
                    "UPDATE people.staff SET status = 'left' WHERE person_id = \(manager.person.uuid)")
            case .lowered:
                _ = try await self.accounts.grant(NewRole(.clinicalLead, kit.rowan), to: manager.person, by: kit.boss)
                _ = try await self.accounts.revoke(role, of: manager.person, by: kit.boss)
            }
            #expect(try await self.outcome(secret) == .deadLink, "\(loss)")
        }
    }

    @Test func `a new link ends the one before, and rests on whoever made it`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let manager = try await kit.hire(.registeredManager, kit.rowan)
        let (id, first) = try await self.invite(NewRole(.careAssistant, kit.rowan), by: kit.principal(manager))
        let again = try await self.accounts.renew(id, by: kit.boss).value
        #expect(again.invitation.invitedBy == "Dora Director")
        _ = try await self.accounts.close(manager.person, by: kit.boss)
        #expect(try await self.outcome(first) == .deadLink)
        #expect(try await self.outcome(self.secret(again)) == nil)
        #expect(await kit.kind { _ = try await self.accounts.renew(id, by: kit.boss) } == .conflict)
        #expect(await kit.kind { try await self.accounts.withdraw(id, by: kit.boss) } == .conflict)
    }

    @Test func `a link that was withdrawn is dead, and so is one after a week`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let (id, withdrawn) = try await self.invite(NewRole(.careAssistant, kit.rowan), by: kit.boss)
        try await self.accounts.withdraw(id, by: kit.boss)
        #expect(try await self.outcome(withdrawn) == .deadLink)
        let (old, late) = try await self.invite(NewRole(.careAssistant, kit.rowan), by: kit.boss)
        self.clock.advance(7 * 86_400)
        #expect(try await self.outcome(late) == .deadLink)
        #expect(try await self.accounts.invitations(for: kit.boss).items.map(\.isExpired) == [true])
        // It can still be made anew.
        let renewed = try await self.accounts.renew(old, by: kit.boss).value
        #expect(try await self.outcome(self.secret(renewed)) == nil)
    }

    @Test func `an invitation is seen, renewed and withdrawn where its role reaches`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), other = try await StaffKit(self.accounts, self.clock)
        let (id, _) = try await self.invite(NewRole(.registeredNurse, kit.rowan), by: kit.boss)
        let deputy = kit.principal(try await kit.hire(.deputyManager, kit.rowan))
        let hr = kit.principal(try await kit.hire(.hr, kit.rowan))
        let elsewhere = kit.principal(try await kit.hire(.registeredManager, kit.harbour))
        let nurse = kit.principal(try await kit.hire(.registeredNurse, kit.rowan))
        for (principal, sees) in [(deputy, true), (hr, true), (elsewhere, false), (other.boss, false)] {
            let listed = try await self.accounts.invitations(for: principal).items.map(\.id)
            #expect(listed == (sees ? [id] : []))
        }
        #expect(await kit.kind { _ = try await self.accounts.invitations(for: nurse) } == .forbidden)
        // Whoever may withdraw it and not give the role sees it, and makes no new link.
        #expect(await kit.kind { _ = try await self.accounts.renew(id, by: hr) } == .forbidden)
        for principal in [elsewhere, other.boss, nurse] {
            #expect(await kit.kind { _ = try await self.accounts.renew(id, by: principal) } == .notFound)
            #expect(await kit.kind { try await self.accounts.withdraw(id, by: principal) } == .notFound)
        }
        _ = try await self.accounts.renew(id, by: deputy)
        try await self.accounts.withdraw(id, by: hr)
    }

    @Test func `the same request is answered again without the link, and nothing stored opens anything`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let colleague = NewInvitation(name: "Mary Sutton", NewRole(.careAssistant, kit.rowan))
        let once = try Once(key: "0123456789abcdef", operation: "POST /invitations", input: colleague)
        let first = try await self.accounts.invite(colleague, by: kit.boss, once: once)
        let again = try await self.accounts.invite(colleague, by: kit.boss, once: once)
        #expect(!first.isReplay && again.isReplay && again.value.link == nil)
        #expect(again.value.invitation == first.value.invitation)
        let secret = try self.secret(first.value).text.value, admin = TestDatabase.current.open(as: "postgres", size: 1)
        for table in ["accounts.invitation", "web.idempotency", "audit.entry"] {
            let rows = try await admin.read(
                as: .system("test"), "SELECT row::text AS text FROM \(unsafeText: table) AS row")
            for row in rows { #expect(try !row.read("text", as: String.self).contains(secret), "\(table)") }
        }
        await admin.shutDown()
    }

    @Test func `what somebody chooses is looked at, and the link is not spent on it`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let (_, secret) = try await self.invite(NewRole(.careAssistant, kit.rowan), by: kit.boss)
        let bad = Acceptance(username: "mary sutton", email: "mary", password: Password("short"))
        guard case .invalid(let violations) = try await refusal({ try await self.accounts.accept(bad, with: secret) })
        else {
            Issue.record("accepted")
            return
        }
        #expect(violations.map(\.pointer) == ["/username", "/email", "/password"])
        let taken = self.choice(kit.director.username.text)
        #expect(try await refusal { try await self.accounts.accept(taken, with: secret) } == .usernameTaken)
        for wrong in ["", "x", Secret().text.value, String(repeating: "A", count: 43)] {
            #expect(try await self.outcome(Secret(shown: wrong)) == .deadLink)
        }
        #expect(try await self.outcome(secret) == nil)
        for name in [" ", String(repeating: "x", count: 101)] {
            #expect(
                await kit.refused {
                    _ = try await self.accounts.invite(
                        NewInvitation(name: name, NewRole(.careAssistant, kit.rowan)), by: kit.boss)
                } == ["/name"])
        }
    }
}
