import Foundation
import HTTPTypes
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// A link for somebody who is shut out: once, for thirty minutes, and never a way to more than its maker has.
@Suite(.database, .serialized, .timeLimit(.minutes(5))) struct PasswordResetTests {
    private static let new = "teapot gravel moth"
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func secret(_ made: PasswordResetLink) throws -> Secret {
        Secret(shown: String(try #require(made.link).dropFirst("/reset/".count)))
    }

    private func outcome(_ secret: Secret, _ password: String = Self.new) async throws -> AccountsError? {
        try await refusal {
            try await self.accounts.finishPasswordReset(with: secret, choosing: Password(password))
        }
    }

    private func somebody(
        _ role: Role = .careAssistant
    ) async throws -> (kit: StaffKit, account: NewAccount, username: String) {
        let kit = try await StaffKit(self.accounts, self.clock), username = StaffKit.username()
        return (kit, try await kit.provider.employ("Precious Adeyemi", username, Grant(role, kit.rowan)), username)
    }

    @Test func `whoever comes with the link chooses the password, and every sign-in ends`() async throws {
        let (kit, account, username) = try await self.somebody()
        let signIn = try await self.accounts.attempt(username, Provider.password)
        _ = try await self.accounts.requirePasswordChange(of: account.person, by: kit.boss)
        let made = try await self.accounts.makePasswordReset(for: account.person, by: kit.boss).value
        #expect(made.name == "Precious Adeyemi" && made.expiresAt == self.clock.now.addingTimeInterval(1_800))
        let secret = try self.secret(made)
        // To make it changes nothing yet.
        _ = try await self.accounts.attempt(username, Provider.password)
        let shown = try #require(try await self.accounts.passwordReset(with: secret))
        #expect(shown.name == "Precious Adeyemi" && shown.username == username)
        #expect(try await self.outcome(secret) == nil)
        #expect(try await self.accounts.visitor(of: signIn.secret, isActing: false) == nil)
        #expect(
            try await refusal { try await self.accounts.attempt(username, Provider.password) } == .wrongNameOrPassword)
        // What was asked for is done.
        #expect(try await self.accounts.attempt(username, Self.new).visitor.duty == nil)
        let acts = try await kit.provider.entries().map { $0.prefix { $0 != " " } }
        #expect(acts.filter { $0 == "accounts.reset_password" || $0 == "accounts.finish_password_reset" }.count == 2)
    }

    @Test func `a link is forgotten ninety days after it was over`() async throws {
        let (kit, account, _) = try await self.somebody()
        _ = try await self.accounts.makePasswordReset(for: account.person, by: kit.boss)
        let housekeeping = Housekeeping(
            AccountsModule.chores, database: self.accounts.database, source: self.clock.source, logger: .quiet)
        func count() async throws -> Int {
            try await housekeeping.clean()
            return try await self.accounts.database.read(
                as: .tenant(kit.provider.organisation), "SELECT FROM accounts.password_reset"
            ).count
        }
        self.clock.advance(1_800 + 90 * 86_400)
        #expect(try await count() == 1)
        self.clock.advance(1)
        #expect(try await count() == 0)
    }

    @Test func `a link is dead once it was used, replaced or is late, and so is any other`() async throws {
        let (kit, account, username) = try await self.somebody()
        func make() async throws -> Secret {
            try self.secret(try await self.accounts.makePasswordReset(for: account.person, by: kit.boss).value)
        }
        let replaced = try await make(), used = try await make()
        #expect(try await self.outcome(replaced) == .deadReset)
        // A password that is refused leaves it open.
        for weak in ["short", "Precious Adeyemi"] {
            #expect(try await self.outcome(used, weak)?.problem.violations.map(\.pointer) == ["/password"])
        }
        #expect(try await self.outcome(used) == nil)
        let hash = try await StoredPassword.hash(of: account.id), late = try await make()
        self.clock.advance(1_800)
        let ended = try await make()
        let signIn = try await self.accounts.attempt(username, Self.new)
        _ = try await self.accounts.changePassword(
            PasswordChange(
                present: Password(Self.new), chosen: Password("lantern pickle sofa"),
                network: AddressPrefix("10.1.2.3")), by: signIn.visitor)
        let changed = try await StoredPassword.hash(of: account.id)
        #expect(changed != hash)
        let invitation = try await self.accounts.invite(
            NewInvitation(name: "Mary", NewRole(.careAssistant, kit.rowan)), by: kit.boss
        ).value
        let foreign = String(try #require(invitation.link).dropFirst("/invitation/".count))
        for dead in [
            used, late, ended, Secret(), Secret(shown: foreign), Secret(shown: ""), Secret(shown: "nothing"),
            Secret(shown: signIn.secret.text.value), Secret(shown: used.text.value + "x"),
        ] {
            #expect(try await self.outcome(dead) == .deadReset)
            #expect(try await self.accounts.passwordReset(with: dead) == nil)
        }
        #expect(try await StoredPassword.hash(of: account.id) == changed)
    }

    @Test func `of ten who come with it at once one chooses`() async throws {
        let (kit, account, username) = try await self.somebody()
        let secret = try self.secret(
            try await self.accounts.makePasswordReset(for: account.person, by: kit.boss).value)
        let chosen = (0..<10).map { "teapot gravel moth \($0)" }
        let outcomes = try await withThrowingTaskGroup(of: (Int, AccountsError?).self) { group in
            for (number, password) in chosen.enumerated() {
                group.addTask { (number, try await self.outcome(secret, password)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.filter { $0.1 == nil }
        #expect(winners.count == 1 && outcomes.filter { $0.1 == .deadReset }.count == 9)
        _ = try await self.accounts.attempt(username, chosen[try #require(winners.first).0])
    }

    // MARK: Who may

    @Test func `nobody makes a link for somebody who may do more than they, nor for themself`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        for maker in Role.staff.sorted(by: { $0.rawValue < $1.rawValue }) {
            let principal = kit.principal(try await kit.hire(maker, .organisation))
            for role in [Role.careAssistant, .registeredManager, .hr, .providerDirector, .housekeeping] {
                let person = try await kit.hire(role, kit.rowan).person
                let mayGive = RoleTable.give.contains { $0.by.contains(maker) && $0.roles.contains(role) }
                let refusal = await kit.kind {
                    _ = try await self.accounts.makePasswordReset(for: person, by: principal)
                }
                #expect(refusal == (mayGive ? nil : .forbidden), "\(maker) for \(role)")
            }
        }
        #expect(
            await kit.kind { _ = try await self.accounts.makePasswordReset(for: kit.director.person, by: kit.boss) }
                == .forbidden)
    }

    @Test func `one role of theirs that is out of reach is enough, and so is another home`() async throws {
        let (kit, account, _) = try await self.somebody()
        let manager = kit.principal(try await kit.hire(.registeredManager, kit.rowan))
        func made(by principal: Principal) async -> Problem.Kind? {
            await kit.kind { _ = try await self.accounts.makePasswordReset(for: account.person, by: principal) }
        }
        let elsewhere = kit.principal(try await kit.hire(.registeredManager, kit.harbour))
        let stranger = try await StaffKit(self.accounts, self.clock).boss
        #expect(await made(by: manager) == nil)
        #expect(await made(by: elsewhere) == .notFound)
        #expect(await made(by: stranger) == .notFound)
        // One that is only to begin counts: the link is as good tomorrow.
        _ = try await self.accounts.grant(
            NewRole(.itAdmin, .organisation, from: self.clock.now.addingTimeInterval(86_400)), to: account.person,
            by: kit.boss)
        #expect(await made(by: manager) == .forbidden)
        #expect(await made(by: kit.boss) == nil)
    }

    @Test func `a link is dead once whoever made it could not make it again`() async throws {
        enum Loss: CaseIterable { case revoked, closed, left, raised }
        for loss in Loss.allCases {
            let (kit, account, _) = try await self.somebody()
            let manager = try await kit.hire(.registeredManager, kit.rowan)
            let secret = try self.secret(
                try await self.accounts.makePasswordReset(for: account.person, by: kit.principal(manager)).value)
            switch loss {
            case .revoked:
                let role = try await kit.role(manager, .registeredManager)
                _ = try await self.accounts.revoke(role, of: manager.person, by: kit.boss)
            case .closed: _ = try await self.accounts.close(manager.person, by: kit.boss)
            case .left:
                try await kit.provider.change(
                    "UPDATE people.staff SET status = 'left' WHERE person_id = \(manager.person.uuid)")
            case .raised:
                _ = try await self.accounts.grant(
                    NewRole(.providerDirector, .organisation), to: account.person, by: kit.boss)
            }
            #expect(try await self.outcome(secret) == .deadReset, "\(loss)")
        }
    }

    @Test func `a repeated request is answered without the link`() async throws {
        let (kit, account, _) = try await self.somebody()
        let once = try Once(key: "key-of-the-request", operation: "POST /reset", input: ["a": "b"])
        let first = try await self.accounts.makePasswordReset(for: account.person, by: kit.boss, once: once)
        let again = try await self.accounts.makePasswordReset(for: account.person, by: kit.boss, once: once)
        #expect(first.value.link != nil && again.isReplay && again.value.link == nil)
        #expect(try await self.outcome(self.secret(first.value)) == nil)
    }

    // MARK: From the console

    @Test func `whoever runs the installation lets the last administrator in`() async throws {
        let name = StaffKit.username(), organisation = "Only \(Int.random(in: 1...999_999_999))"
        let kit = try await StaffKit(self.accounts, self.clock), other = try await StaffKit(self.accounts, self.clock)
        let account = try await kit.provider.employ("Dora", name, Grant(.nominatedIndividual, .organisation))
        let made = try await self.accounts.makePasswordReset(named: " \(name.uppercased()) ")
        #expect(try await self.outcome(Secret(shown: String(made.link.dropFirst("/reset/".count)))) == nil)
        _ = try await self.accounts.attempt(name, Self.new)
        #expect(try await kit.provider.entries().contains("accounts.reset_password_from_console"))
        #expect(try await refusal { try await self.accounts.makePasswordReset(named: "nobody.here") } == .notFound)

        try await other.provider.employ("Dora", name, Grant(.nominatedIndividual, .organisation))
        #expect(try await refusal { try await self.accounts.makePasswordReset(named: name) } == .ambiguous)
        try await kit.provider.change(
            "UPDATE accounts.organisation SET name = \(organisation) WHERE tenant_id = app.tid()")
        _ = try await self.accounts.makePasswordReset(named: name, in: organisation)
        #expect(
            try await refusal { try await self.accounts.makePasswordReset(named: name, in: "Nobody's") } == .notFound)
        try await self.accounts.requirePasswordChange(named: name, in: organisation)
        #expect(try await self.accounts.attempt(name, Self.new).visitor.duty != nil)
        _ = try await self.accounts.close(account.person, by: kit.boss)
        #expect(
            try await refusal { try await self.accounts.makePasswordReset(named: name, in: organisation) }
                == .accountIsClosed)
    }

    // MARK: Over HTTP

    @Test func `an administrator hands over a link that is shown once`() async throws {
        let (kit, account, username) = try await self.somebody(), boss = StaffKit.username()
        try await kit.provider.employ("Bella", boss, Grant(.providerDirector, .organisation))
        try await withAccounts(self.accounts) { client in
            let hers = Browser(client), his = Browser(client)
            try await hers.get("/sign-in")
            try await hers.post("/sign-in", ["username": boss, "password": Provider.password])
            let member = try await hers.get("/staff/\(account.person)")
            #expect(member.text.contains("/staff/\(account.person)/password-reset"))
            #expect(member.text.contains("/staff/\(account.person)/password-change"))
            let made = try await hers.post("/staff/\(account.person)/password-reset", [:])
            #expect(made.status == .ok && made.headers[.cacheControl] == "no-store")
            let path = String(
                try #require(made.text.firstMatch(of: /value="http:\/\/[^\/"]+(\/reset\/[^"]+)"/)?.output.1))

            let page = try await his.get(path)
            #expect(page.status == .ok && page.text.contains(username) && page.text.contains("Fernhill Care"))
            let short = try await his.post(path, ["password": "short"])
            #expect(short.status == .unprocessableContent && short.text.contains("Use at least 15 characters"))
            #expect(try await his.post(path, ["password": Self.new, "username": "x"]).status == .unprocessableContent)
            try await his.get(path)
            let done = try await his.post(path, ["password": Self.new])
            #expect(done.status == .seeOther && done.headers[.location] == "/sign-in?new=password")
            #expect(done.signInCookie == nil)
            #expect(try await his.get("/sign-in?new=password").text.contains("Your new password is set"))
            let signedIn = try await his.post("/sign-in", ["username": username, "password": Self.new])
            #expect(signedIn.headers[.location] == "/today")
            #expect(try await Browser(client).get(path).status == .notFound)
        }
    }

    @Test func `an answer to a link tells nothing of who there is`() async throws {
        let (kit, account, _) = try await self.somebody()
        let used = try self.secret(
            try await self.accounts.makePasswordReset(for: account.person, by: kit.boss).value)
        #expect(try await self.outcome(used) == nil)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            func body(_ secret: String, _ password: String = #""teapot gravel moth""#) -> String {
                #"{"secret":\#(secret),"password":\#(password)}"#
            }
            var answers: Set<String> = []
            for secret in [used.text.value, Secret().text.value, "nothing"] {
                let answer = try await browser.json(.post, "/api/v1/accounts/password-reset", body("\"\(secret)\""))
                #expect(answer.status == .notFound)
                answers.insert(String(answer.text.replacing(/urn:request:[0-9a-f-]+/, with: "urn")))
            }
            #expect(answers.count == 1)
            let good = "\"\(used.text.value)\""
            for (sent, status) in [
                (body(#"["a","b"]"#), 422), (body("null"), 422), (body(#"{"$ne":""}"#), 422), (body("\"\""), 422),
                (body(good, #"["a","b"]"#), 422), (body(good, "5"), 422), (body(good, "\"\""), 422), ("{}", 422),
                (#"{"secret":\#(good)}"#, 422), (#"{"password":"teapot gravel moth"}"#, 422),
                (#"{"secret":\#(good),"password":"teapot gravel moth","username":"x"}"#, 422), ("", 400),
            ] {
                let answer = try await browser.json(.post, "/api/v1/accounts/password-reset", sent)
                #expect(answer.status.code == status, "\(sent)")
            }
        }
    }
}
