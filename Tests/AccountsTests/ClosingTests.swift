import Foundation
import Kernel
import NIOConcurrencyHelpers
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// Leavers, lost telephones, and what everybody sees of their own sign-ins.
@Suite(.database, .timeLimit(.minutes(5))) struct ClosingTests {
    let clock = ManualClock()
    let accounts: AccountsService
    private let told = NIOLockedValueBox<[Identifier<Person>]>([])

    init() {
        let told = self.told
        self.accounts = AccountsService.testing(self.clock, TestDatabase.current.patient())
            .telling { principal in told.withLockedValue { $0.append(principal.person) } }
    }

    private func isIn(_ signIn: NewSignIn) async throws -> Bool {
        try await self.accounts.visitor(of: signIn.secret, isActing: true) != nil
    }

    @Test func `a closed account opens nothing, with a password or with a cookie, until it is opened again`()
        async throws
    {
        let kit = try await StaffKit(self.accounts, self.clock), carer = try await kit.hire(.careAssistant, kit.rowan)
        let manager = kit.principal(try await kit.hire(.registeredManager, kit.rowan))
        let phone = try await self.accounts.attempt(carer.username.text, Provider.password)
        let tablet = try await self.accounts.attempt(carer.username.text, Provider.password)
        let closed = try await self.accounts.close(carer.person, by: manager)
        #expect(closed.value.account == .closed)
        #expect(try await self.isIn(phone) == false)
        #expect(try await self.isIn(tablet) == false)
        #expect(try await self.accounts.isLive(phone.visitor.principal) == false)
        #expect(self.told.withLockedValue { $0 }.contains(carer.person))
        #expect(
            try await refusal { try await self.accounts.attempt(carer.username.text, Provider.password) }
                == .wrongNameOrPassword)
        #expect(await kit.kind { _ = try await self.accounts.close(carer.person, by: manager) } == .conflict)
        #expect(
            await kit.kind {
                _ = try await self.accounts.grant(NewRole(.catering, kit.rowan), to: carer.person, by: manager)
            } == .conflict)

        #expect(try await self.accounts.reopen(carer.person, by: manager).value.account == .open)
        // What had ended stays ended.
        #expect(try await false == self.isIn(phone))
        let again = try await self.accounts.attempt(carer.username.text, Provider.password)
        #expect(again.visitor.principal.grants == carer.grants)
        #expect(await kit.kind { _ = try await self.accounts.reopen(carer.person, by: manager) } == .conflict)
    }

    @Test func `whoever has left is seen by those who deal with it, and nobody is asked to write to them`() async throws
    {
        let kit = try await StaffKit(self.accounts, self.clock), carer = try await kit.hire(.careAssistant, kit.rowan)
        let mate = kit.principal(try await kit.hire(.careAssistant, kit.rowan))
        let hr = kit.principal(try await kit.hire(.hr, kit.rowan))
        _ = try await self.accounts.close(carer.person, by: hr)
        var left = StaffFilter()
        left.account = .closed
        #expect(try await self.accounts.staff(left, for: hr).items.map(\.id) == [carer.person])
        #expect(try await self.accounts.staff(left, for: mate).items.isEmpty)
        #expect(await kit.kind { _ = try await self.accounts.staffMember(carer.person, for: mate) } == .forbidden)
        #expect(try await self.accounts.staffMember(carer.person, for: hr).account == .closed)
        // Who could not have given the role opens it for nobody.
        #expect(await kit.kind { _ = try await self.accounts.reopen(carer.person, by: hr) } == .forbidden)
        let status = try await self.accounts.database.read(
            as: .tenant(kit.provider.organisation),
            "SELECT status FROM people.staff WHERE person_id = \(carer.person.uuid)"
        ).first?.read("status", as: String.self)
        #expect(status == "left")
    }

    @Test func `somebody who signs in while their account is closed is not in afterwards`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), accounts = self.accounts
        for _ in 0..<8 {
            let carer = try await kit.hire(.careAssistant, kit.rowan)
            async let signIn: NewSignIn? = try? accounts.attempt(carer.username.text, Provider.password)
            async let closed = accounts.close(carer.person, by: kit.boss)
            _ = try await closed
            if let signIn = await signIn { #expect(try await false == self.isIn(signIn)) }
        }
    }

    @Test func `a lost telephone is signed out, and its owner signs in again`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), carer = try await kit.hire(.careAssistant, kit.rowan)
        let manager = kit.principal(try await kit.hire(.deputyManager, kit.rowan))
        let lost = try await self.accounts.attempt(carer.username.text, Provider.password)
        _ = try await self.accounts.endSignIns(of: carer.person, by: manager)
        #expect(try await false == self.isIn(lost))
        let found = try await self.accounts.attempt(carer.username.text, Provider.password)
        #expect(try await self.isIn(found))
        let elsewhere = kit.principal(try await kit.hire(.registeredManager, kit.harbour))
        let mate = kit.principal(try await kit.hire(.seniorCarer, kit.rowan))
        #expect(await kit.kind { _ = try await self.accounts.endSignIns(of: carer.person, by: elsewhere) } == .notFound)
        #expect(await kit.kind { _ = try await self.accounts.endSignIns(of: carer.person, by: mate) } == .forbidden)
        #expect(try await self.isIn(found))
    }

    // MARK: One's own

    @Test func `everybody sees where they are signed in, and ends one or all others`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), carer = try await kit.hire(.careAssistant, kit.rowan)
        var signIns: [NewSignIn] = []
        for agent in ["Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "curl/8", "Tests"] {
            self.clock.advance(1)
            signIns.append(
                try await self.accounts.signIn(
                    SignInAttempt(
                        name: carer.username.text, password: Password(Provider.password),
                        network: AddressPrefix("192.0.2.77"), agent: agent)))
        }
        let mine = signIns[0].visitor.principal
        let listed = try await self.accounts.signIns(for: mine)
        #expect(listed.map(\.isCurrent) == [false, false, true])
        #expect(listed.map(\.device) == [nil, nil, "Chrome on Android"])
        #expect(listed.allSatisfy { $0.network == "192.0.2.0/24" })
        try await self.accounts.end(listed[0].id, by: mine)
        #expect(
            try await [self.isIn(signIns[0]), self.isIn(signIns[1]), self.isIn(signIns[2])] == [true, true, false])
        #expect(self.told.withLockedValue { $0 }.contains(carer.person))
        // A second time does no harm.
        try await self.accounts.end(listed[0].id, by: mine)
        try await self.accounts.endOtherSignIns(by: mine)
        #expect(try await [self.isIn(signIns[0]), self.isIn(signIns[1])] == [true, false])
        #expect(try await self.accounts.signIns(for: mine).map(\.isCurrent) == [true])

        let mate = try await kit.hire(.careAssistant, kit.rowan)
        let other = try await self.accounts.attempt(mate.username.text, Provider.password).visitor.principal
        let own = try #require(mine.signIn)
        #expect(await kit.kind { try await self.accounts.end(own, by: other) } == .notFound)
        #expect(try await self.isIn(signIns[0]))
    }

    @Test(
        arguments: [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Version/18.1 Mobile Safari/604.1",
                "Safari on iPhone"
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
            ("Firefox/", "Firefox"), ("", nil), ("<script>", nil),
        ] as [(String, String?)])
    func `a device is called what its owner would call it`(_ agent: String, _ name: String?) {
        #expect(DeviceName.of(agent) == name)
    }
}
