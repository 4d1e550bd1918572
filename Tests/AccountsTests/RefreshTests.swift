import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// A refresh token is exchanged once.
@Suite(.database, .timeLimit(.minutes(10))) struct RefreshTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    /// As many at once as ask, and what each got.
    private func exchange(_ tokens: IssuedTokens, times: Int, _ kit: TokenKit) async throws -> [IssuedTokens?] {
        try await withThrowingTaskGroup(of: IssuedTokens?.self) { group in
            for _ in 0..<times {
                group.addTask {
                    do { return try await kit.refresh(tokens) } catch TokenError.dead { return nil }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test(arguments: 0..<4) func `of fifty that come at once with the same token, one makes the next generation`(
        _ seed: Int
    ) async throws {
        let kit = try await TokenKit(self.accounts, self.clock)
        var tokens = try await kit.issue()
        for round in 1...3 {
            self.clock.advance(60)
            let answers = try await self.exchange(tokens, times: 50, kit)
            #expect(Set(answers.map { $0?.refreshToken }).count == 1, "one and the same")
            #expect(try await kit.generation(of: tokens) == round)
            tokens = try #require(answers.compactMap { $0 }.first)
            #expect(try await kit.opens(tokens))
        }
        #expect(
            try await kit.provider.entries().filter { $0 == "accounts.refresh_tokens" }.count == 3)
    }

    @Test func `the control: an exchange that looks first and writes then makes several generations`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let family = try #require(RefreshToken(shown: tokens.refreshToken)).family
        let database = TestDatabase.current.open(size: 20), organisation = kit.provider.organisation
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await database.transaction(as: .tenant(organisation)) { tx in
                        let row = try tx.execute(
                            "SELECT generation, pg_sleep(0.2) FROM accounts.token_family WHERE id = \(family.uuid)"
                        ).first
                        guard try row?.read("generation", as: Int.self) == 0 else { return false }
                        return try tx.execute(
                            """
                            UPDATE accounts.token_family SET generation = generation + 1
                            WHERE tenant_id = app.tid() AND id = \(family.uuid)
                            """
                        ).affected == 1
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        await database.shutDown()
        #expect(winners > 1)
    }

    @Test func `an answer that was lost is given again within ten seconds, and makes no generation`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let next = try await kit.refresh(tokens)
        self.clock.advance(9)
        let again = try await kit.refresh(tokens)
        #expect(again.refreshToken == next.refreshToken)
        #expect(try await kit.generation(of: tokens) == 1)
        #expect(try await kit.opens(again))
        #expect(try await kit.goesOn(next))
    }

    enum Late: CaseIterable { case afterTheGrace, afterUse, afterUseOfTheRepeat, twoGenerations, elsewhere }

    @Test(arguments: Late.allCases) func `whoever comes later with it ends the sign-in, and all hear of it`(
        _ late: Late
    ) async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let next = try await kit.refresh(tokens)
        var newest = next, agent = "Rota 2.1"
        switch late {
        case .afterTheGrace: self.clock.advance(10)
        case .afterUse: #expect(try await kit.opens(next))
        case .afterUseOfTheRepeat: #expect(try await kit.opens(try await kit.refresh(tokens)))
        case .twoGenerations: newest = try await kit.refresh(next)
        case .elsewhere: agent = "curl/8.5"
        }
        let browser = try await self.accounts.attempt(kit.username, Provider.password)
        await #expect(throws: TokenError.dead) { _ = try await kit.refresh(tokens, agent: agent) }
        // It is over before the answer, for whoever holds any of it.
        for one in [tokens, next, newest] {
            #expect(try await kit.opens(one) == false)
            #expect(try await kit.goesOn(one) == false)
        }
        #expect(try await kit.provider.entries().filter { $0.contains("reuse") } == ["accounts.reuse_token"])
        // The person is told where they look at their sign-ins; the browser goes on.
        let told = try await self.accounts.signInsAndReuse(for: browser.visitor.principal)
        #expect(told.reusedAt == self.clock.now && told.signIns.count == 1)
        try await withAccounts(self.accounts) { client in
            let window = Browser(client)
            window.signIn = browser.secret.text.value
            let page = try await window.get("/sign-ins")
            #expect(page.status == .ok && page.text.contains("A program of yours was signed out"))
        }
    }

    @Test func `those who give roles have no grace`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock, .registeredManager), tokens = try await kit.issue()
        let next = try await kit.refresh(tokens)
        #expect(try await kit.goesOn(tokens) == false)
        #expect(try await kit.opens(next) == false)
    }

    @Test func `a mark that is not ours changes nothing, whatever else is right`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let next = try await kit.refresh(tokens)
        let text = next.refreshToken, family = try #require(RefreshToken(shown: text)).family
        var wrong = [
            RefreshToken(family, 0, key: Data(count: 32)).text, RefreshToken(family, 1, key: Data(count: 32)).text,
            RefreshToken(family, 2, key: Data(count: 32)).text, RefreshToken(.any(), 1, key: Data(count: 32)).text,
            text + "=", text + "A", String(text.dropLast()), text.uppercased(), " " + text, "", "." + text,
        ]
        let bytes = Array(try #require(Data(base64URL: text)))
        wrong += bytes.indices.map { index in
            var changed = bytes
            changed[index] ^= 1
            return Data(changed).base64URL
        }
        for text in wrong {
            await #expect(throws: TokenError.dead) { _ = try await self.accounts.refreshTokens(text, agent: nil) }
            await #expect(throws: TokenError.dead) { try await self.accounts.revokeTokens(text) }
        }
        #expect(try await kit.opens(next), "nobody was signed out by guessing")
        #expect(try await kit.goesOn(next))
    }

    // MARK: What ends it

    enum End: CaseIterable {
        case signOut, ended, others, byAnother, closed, password, passwordReset, suspended, role
        case epochOfOrganisation, epochOfPerson
    }

    @Test(arguments: End.allCases) func `what ends a sign-in ends what its program may do, with the next request`(
        _ end: End
    ) async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let other = try await TokenKit(self.accounts, self.clock), others = try await other.issue()
        let principal = try await self.accounts.visitor(bearing: tokens.accessToken).principal
        let browser = try await self.accounts.attempt(kit.username, Provider.password)
        let person = kit.account.person, organisation = kit.provider.organisation, boss = kit.staff.boss
        #expect(try await self.accounts.isLive(principal))
        switch end {
        case .signOut: try await self.accounts.signOut(principal)
        case .ended: try await self.accounts.end(try #require(principal.signIn), by: browser.visitor.principal)
        case .others: try await self.accounts.endOtherSignIns(by: browser.visitor.principal)
        case .byAnother: _ = try await self.accounts.endSignIns(of: person, by: boss)
        case .closed: _ = try await self.accounts.close(person, by: boss)
        case .password:
            _ = try await self.accounts.changePassword(
                PasswordChange(
                    present: Password(Provider.password), chosen: Password("teapot gravel moth"),
                    network: AddressPrefix("10.9.8.7")), by: browser.visitor)
        case .passwordReset:
            let made = try await self.accounts.makePasswordReset(for: person, by: boss).value
            let link = try #require(made.link)
            try await self.accounts.finishPasswordReset(
                with: Secret(shown: String(link.dropFirst("/reset/".count))), choosing: Password("teapot gravel moth"))
        case .suspended:
            try await kit.provider.change(
                "UPDATE accounts.organisation SET state = 'suspended' WHERE tenant_id = app.tid()")
        case .role:
            _ = try await self.accounts.revoke(
                kit.staff.role(kit.account, .careAssistant), of: person, by: boss)
        case .epochOfOrganisation: try await kit.raise(.organisation(organisation))
        case .epochOfPerson: try await kit.raise(.person(person, in: organisation))
        }
        #expect(try await kit.opens(tokens) == false)
        #expect(try await kit.goesOn(tokens) == false)
        #expect(try await self.accounts.isLive(principal) == false, "its streams end too")
        #expect(try await other.opens(others), "only theirs")
        guard [.epochOfOrganisation, .epochOfPerson].contains(end) else { return }
        #expect(try await self.accounts.visitor(of: browser.secret, isActing: true) != nil)
        self.clock.advance(1)
        #expect(try await kit.opens(try await kit.issue()), "what begins afterwards counts")
    }
}
