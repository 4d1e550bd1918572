import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// Whether colleagues are shown that somebody is here: who says so, and where it shows.
@Suite(.database, .timeLimit(.minutes(5))) struct PresenceTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func signIn(_ account: NewAccount) async throws -> NewSignIn {
        try await self.accounts.attempt(account.username.text, Provider.password)
    }

    private func here(_ principal: Principal) async throws -> Set<Identifier<Person>> {
        Set(try await self.accounts.staff(for: principal).items.filter { $0.isHere == true }.map(\.id))
    }

    @Test(arguments: Role.allCases)
    func `everybody on the staff chooses for themselves, and nobody else has anything to choose`(
        _ role: Role
    ) async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let principal = try await self.signIn(kit.hire(role, kit.rowan)).visitor.principal
        let expected: Problem.Kind? = Role.staff.contains(role) ? nil : .forbidden
        let read = await kit.kind { _ = try await self.accounts.presenceChoice(for: principal) }
        let chosen = await kit.kind {
            _ = try await self.accounts.choose(PresenceChoice(isShown: false), by: principal)
        }
        #expect(read == expected && chosen == expected)
        guard expected == nil else { return }
        #expect(try await self.accounts.presenceChoice(for: principal) == PresenceChoice(isShown: false))
        // A colleague's is their own.
        let other = try await self.signIn(kit.hire(role, kit.rowan)).visitor.principal
        #expect(try await self.accounts.presenceChoice(for: other) == PresenceChoice(isShown: true))
        let entries = try await kit.provider.entries()
        #expect(entries.contains { $0.hasPrefix("accounts.choose_presence") })
        #expect(entries.contains { $0.hasPrefix("accounts.read_presence_choice") })
    }

    @Test func `somebody who is signed in by no sign-in has nothing to choose`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), carer = try await kit.hire(.careAssistant, kit.rowan)
        let kind = await kit.kind {
            _ = try await self.accounts.choose(PresenceChoice(isShown: false), by: kit.principal(carer))
        }
        #expect(kind == .notFound)
    }

    @Test func `the staff see who is here, until somebody does not want it or leaves`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let carer = try await kit.hire(.careAssistant, kit.rowan), cook = try await kit.hire(.catering, kit.rowan)
        let nurse = try await kit.hire(.registeredNurse, kit.rowan)
        let away = try await kit.hire(.careAssistant, kit.harbour)
        try await self.accounts.database.note(here: kit.principal(carer), kit.principal(cook), kit.principal(away))
        let asker = kit.principal(nurse)
        // Nobody is seen who was not seen before.
        #expect(try await self.here(asker) == [carer.person, cook.person])
        #expect(try await self.here(kit.boss) == [carer.person, cook.person, away.person])
        #expect(try await self.accounts.staffMember(carer.person, for: asker).isHere == true)
        #expect(try await self.accounts.staffMember(nurse.person, for: asker).isHere == nil)

        let signIn = try await self.signIn(carer).visitor.principal
        _ = try await self.accounts.choose(PresenceChoice(isShown: false), by: signIn)
        #expect(try await self.here(asker) == [cook.person])
        #expect(try await self.accounts.staffMember(carer.person, for: asker).isHere == nil)
        _ = try await self.accounts.choose(PresenceChoice(isShown: true), by: signIn)
        #expect(try await self.here(asker) == [carer.person, cook.person])

        // Its answer is kept for those who ask again, and so it does not say who was here.
        #expect(try await self.accounts.close(cook.person, by: kit.boss).value.isHere == nil)
        #expect(try await self.here(asker) == [carer.person])
        #expect(try await self.accounts.staffMember(cook.person, for: kit.boss).isHere == nil)
        let granted = try await self.accounts.grant(
            NewRole(.seniorCarer, kit.rowan), to: carer.person, by: kit.boss)
        #expect(granted.value.isHere == nil)
    }

    @Test(arguments: [
        ("{}", 422), (#"{"is_shown":null}"#, 422), (#"{"is_shown":"true"}"#, 422), (#"{"is_shown":1}"#, 422),
        (#"{"is_shown":true,"person":"x"}"#, 422), ("[]", 422), ("is_shown=true", 400), ("", 400),
    ])
    func `what is not a choice is refused`(_ body: String, _ status: Int) async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let signIn = try await self.signIn(kit.hire(.careAssistant, kit.rowan))
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            let answer = try await browser.json(.put, "/api/v1/accounts/presence", body)
            #expect(answer.status.code == status, "\(answer.text)")
            #expect(try await browser.json(.get, "/api/v1/accounts/presence").text == #"{"is_shown":true}"#)
        }
    }

    @Test func `somebody chooses on the page of their sign-ins, without a script`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let signIn = try await self.signIn(kit.hire(.careAssistant, kit.rowan))
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            func isTicked() async throws -> Bool {
                let page = try await browser.get("/sign-ins").text
                #expect(page.contains("Show colleagues when I am here"))
                return page.contains(#"aria-describedby="shown-hint" checked"#)
            }
            #expect(try await isTicked())
            let off = try await browser.post("/sign-ins/presence", [:])
            #expect(off.status == .seeOther && off.headers[.location] == "/sign-ins")
            #expect(try await isTicked() == false)
            #expect(try await browser.post("/sign-ins/presence", ["shown": "true"]).status == .seeOther)
            #expect(try await isTicked())
            let unknown = try await browser.post("/sign-ins/presence", ["person": "somebody"])
            #expect(unknown.status == .unprocessableContent)
        }
    }
}
