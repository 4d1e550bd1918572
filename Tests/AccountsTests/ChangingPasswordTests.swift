import Foundation
import HTTPTypes
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// Changing one's own password, and being made to.
@Suite(.database, .serialized, .timeLimit(.minutes(5))) struct ChangingPasswordTests {
    private static let new = "teapot gravel moth"
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func change(
        _ present: String = Provider.password, _ chosen: String = Self.new, by signIn: NewSignIn,
        from network: String = "10.1.2.3"
    ) async throws -> NewSignIn? {
        try await self.accounts.changePassword(
            PasswordChange(
                present: Password(present), chosen: Password(chosen), network: AddressPrefix(network), agent: "Test"),
            by: signIn.visitor)
    }

    private func somebody() async throws -> (kit: StaffKit, account: NewAccount, username: String) {
        let kit = try await StaffKit(self.accounts, self.clock), username = StaffKit.username()
        let account = try await kit.provider.employ(
            "Precious Adeyemi", username, Grant(.careAssistant, kit.rowan))
        return (kit, account, username)
    }

    private func isIn(_ signIn: NewSignIn) async throws -> Bool {
        try await self.accounts.visitor(of: signIn.secret, isActing: false) != nil
    }

    @Test func `a new password ends every other sign-in, and this one goes on under a new secret`() async throws {
        let (kit, _, username) = try await self.somebody()
        let here = try await self.accounts.attempt(username, Provider.password)
        let there = try await self.accounts.attempt(username, Provider.password)
        let renewed = try #require(try await self.change(by: here))
        #expect(renewed.secret.text.value != here.secret.text.value)
        #expect(renewed.visitor.principal.signIn != here.visitor.principal.signIn)
        #expect(renewed.visitor.principal.person == here.visitor.principal.person)
        #expect(try await self.isIn(renewed))
        #expect(try await self.isIn(here) == false)
        #expect(try await self.isIn(there) == false)
        #expect(
            try await refusal { try await self.accounts.attempt(username, Provider.password) } == .wrongNameOrPassword)
        _ = try await self.accounts.attempt(username, Self.new)
        let acts = try await kit.provider.entries().map { $0.prefix { $0 != " " } }
        #expect(acts.filter { $0 == "accounts.change_password" }.count == 1)
    }

    @Test func `what is wrong is said at its field, and nothing changes`() async throws {
        let (kit, account, username) = try await self.somebody()
        let signIn = try await self.accounts.attempt(username, Provider.password)
        let before = try await StoredPassword.hash(of: account.id)
        for (present, chosen, pointers) in [
            ("", Self.new, ["/present"]), ("", "short", ["/present", "/password"]), ("wrong", "short", ["/password"]),
            ("wrong", Self.new, ["/present"]), (Provider.password, "Precious Adeyemi 1", ["/password"]),
            (Provider.password, "\(username) Rowan House", ["/password"]),
            (Provider.password, Provider.password, ["/password"]),
            (Provider.password, String(repeating: "teapot moth ", count: 200), ["/password"]),
            (String(repeating: "x", count: 2_000), Self.new, ["/present"]),
        ] {
            #expect(await kit.refused { _ = try await self.change(present, chosen, by: signIn) } == pointers)
        }
        #expect(try await StoredPassword.hash(of: account.id) == before)
        #expect(try await self.isIn(signIn))
        // Only the two that were looked at are tries.
        let failures = try await kit.provider.entries().filter { $0.hasPrefix("accounts.fail_password_change") }
        #expect(failures.count == 2)
    }

    @Test func `tries are counted with those to sign in`() async throws {
        let (_, _, username) = try await self.somebody()
        let signIn = try await self.accounts.attempt(username, Provider.password)
        let before = self.accounts.passwords.count
        var refusals: [AccountsError?] = []
        for number in 0..<12 {
            refusals.append(
                try await refusal { _ = try await self.change("guess \(number)", by: signIn, from: "10.7.\(number).1") }
            )
        }
        #expect(refusals.suffix(2).allSatisfy { $0 == .tooManyTries(seconds: 60) })
        #expect(self.accounts.passwords.count == before + 10)
        #expect(
            try await refusal { try await self.accounts.attempt(username, Provider.password) }
                == .tooManyTries(seconds: 60))
    }

    @Test func `of two changes at once one counts`() async throws {
        let (_, _, username) = try await self.somebody()
        let signIns = [
            try await self.accounts.attempt(username, Provider.password),
            try await self.accounts.attempt(username, Provider.password),
        ]
        let chosen = ["teapot gravel moth", "lantern pickle sofa"]
        let outcomes = await withTaskGroup(of: (Int, NewSignIn?).self) { group in
            for (number, signIn) in signIns.enumerated() {
                group.addTask {
                    (number, (try? await self.change(Provider.password, chosen[number], by: signIn)) ?? nil)
                }
            }
            return await group.reduce(into: [Int: NewSignIn]()) { found, one in found[one.0] = one.1 }
        }
        #expect(outcomes.count == 1)
        let winner = try #require(outcomes.keys.first)
        _ = try await self.accounts.attempt(username, chosen[winner])
        #expect(
            try await refusal { try await self.accounts.attempt(username, chosen[1 - winner]) } == .wrongNameOrPassword)
        #expect(try await self.isIn(try #require(outcomes[winner])))
    }

    @Test(arguments: [PasswordScheme.Algorithm.argon2id, .bcrypt])
    func `two hundred characters count, all of them`(_ algorithm: PasswordScheme.Algorithm) async throws {
        let scheme = PasswordScheme(algorithm, pepper: Redacted("pepper of the tests, long enough to be one"))
        let accounts = AccountsService.testing(
            self.clock, self.accounts.database, PasswordHasher(scheme, limit: 1_000))
        let (_, _, username) = try await self.somebody()
        let signIn = try await accounts.attempt(username, Provider.password)
        let long = String((0..<200).map { "teapot gravel moth lantern"[$0 % 26] })
        #expect(long.count == 200)
        _ = try await accounts.changePassword(
            PasswordChange(
                present: Password(Provider.password), chosen: Password(long), network: AddressPrefix("10.1.2.3")),
            by: signIn.visitor)
        var late = Array(long)
        late[73] = "!"
        for wrong in [String(long.dropLast()), String(late), String(long.prefix(72))] {
            #expect(try await refusal { try await accounts.attempt(username, wrong) } == .wrongNameOrPassword)
        }
        _ = try await accounts.attempt(username, long)
    }

    // MARK: Having to

    @Test func `whoever must choose a new password reaches nothing else until it is done`() async throws {
        let (kit, account, username) = try await self.somebody()
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await browser.get("/sign-in")
            try await browser.post("/sign-in", ["username": username, "password": Provider.password])
            let before = browser.signIn
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .ok)
            _ = try await self.accounts.requirePasswordChange(of: account.person, by: kit.boss)

            for path in ["/sign-ins", "/staff", "/sign-in", "/password/", "/%70assword", "/nowhere"] {
                let sent = try await browser.get(path)
                #expect(sent.status == .seeOther && sent.headers[.location] == "/password", "\(path)")
            }
            for (method, path) in [
                (HTTPRequest.Method.get, "/api/v1/accounts/me"), (.get, "/api/v1/accounts/sign-ins"),
                (.post, "/api/v1/accounts/sign-ins/end-others"), (.get, "/api/v1/accounts/staff"),
            ] {
                let answer = try await browser.json(method, path)
                #expect(answer.status == .forbidden && answer.text.contains("/problems/password-change-required"))
            }
            let page = try await browser.get("/password")
            #expect(page.status == .ok && page.text.contains("Whoever looks after your account has asked for it"))
            #expect(!page.text.contains("href=\"/staff\""))
            let short = try await browser.post(
                "/password", ["present": Provider.password, "password": "short"])
            #expect(short.status == .unprocessableContent && short.text.contains("Use at least 15 characters"))
            let same = try await browser.post(
                "/password", ["present": Provider.password, "password": Provider.password])
            #expect(same.status == .unprocessableContent)
            let done = try await browser.post("/password", ["present": Provider.password, "password": Self.new])
            #expect(done.status == .seeOther && done.headers[.location] == "/today")
            #expect(browser.signIn != before && browser.signIn?.count == 43)
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .ok)
            #expect(try await browser.get("/sign-ins").status == .ok)
        }
    }

    @Test func `they may sign out instead, and their streams end`() async throws {
        let (kit, account, username) = try await self.somebody()
        let signIn = try await self.accounts.attempt(username, Provider.password)
        #expect(try await self.accounts.isLive(signIn.visitor.principal))
        _ = try await self.accounts.requirePasswordChange(of: account.person, by: kit.boss)
        #expect(try await self.accounts.isLive(signIn.visitor.principal) == false)
        #expect(try await self.isIn(signIn))
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            let out = try await browser.json(.post, "/api/v1/accounts/sign-out")
            #expect(out.status == .noContent)
        }
        #expect(try await self.isIn(signIn) == false)
    }

    @Test func `who may ask for a new password is who may take the roles away, and nobody asks themself`() async throws
    {
        let (kit, account, _) = try await self.somebody()
        func asked(by principal: Principal) async -> Problem.Kind? {
            await kit.kind { _ = try await self.accounts.requirePasswordChange(of: account.person, by: principal) }
        }
        for (role, reach, refusal) in [
            (Role.registeredManager, kit.rowan, Problem.Kind?.none), (.hr, kit.rowan, nil),
            (.careAssistant, kit.rowan, .forbidden), (.registeredManager, kit.harbour, .notFound),
        ] {
            let principal = kit.principal(try await kit.hire(role, reach))
            #expect(await asked(by: principal) == refusal, "\(role)")
        }
        let other = try await StaffKit(self.accounts, self.clock)
        #expect(await asked(by: other.boss) == .notFound)
        let (_, seen) = try await self.accounts.readStaffMember(account.person, for: kit.boss)
        #expect(seen.mustChangePassword)
        #expect(
            await kit.kind {
                _ = try await self.accounts.requirePasswordChange(of: kit.director.person, by: kit.boss)
            } == .forbidden)
        _ = try await self.accounts.close(account.person, by: kit.boss)
        #expect(await asked(by: kit.boss) == .conflict)
    }

    // MARK: Over HTTP

    @Test func `a form changes it, and a program does`() async throws {
        let (_, _, username) = try await self.somebody()
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await browser.get("/sign-in")
            try await browser.post("/sign-in", ["username": username, "password": Provider.password])
            let page = try await browser.get("/password")
            #expect(page.status == .ok && page.text.contains("autocomplete=\"new-password\""))
            let wrong = try await browser.post("/password", ["present": "wrong", "password": Self.new])
            #expect(wrong.status == .unprocessableContent)
            #expect(wrong.text.contains("This is not your present password") && !wrong.text.contains(Self.new))
            let done = try await browser.post("/password", ["present": Provider.password, "password": Self.new])
            #expect(done.status == .seeOther && done.headers[.location] == "/password?done=true")
            let cookie = try #require(done.signInCookie)
            for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] { #expect(cookie.contains(part)) }
            #expect(try await browser.get("/password?done=true").text.contains("Your password is changed"))
            let before = browser.signIn
            let sent = try await browser.json(
                .post, "/api/v1/accounts/password",
                #"{"present":"\#(Self.new)","password":"lantern pickle sofa"}"#)
            #expect(sent.status == .noContent && sent.signInCookie != nil && browser.signIn != before)
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .ok)
            for (body, status) in [
                ("{}", 422), (#"{"present":"a"}"#, 422), (#"{"password":"a"}"#, 422),
                (#"{"present":["a","b"],"password":"teapot gravel moth"}"#, 422),
                (#"{"present":"a","password":["teapot gravel moth","x"]}"#, 422),
                (#"{"present":"a","password":{"$ne":""}}"#, 422),
                (#"{"present":"a","password":"b","must":false}"#, 422),
                (#"{"present":"a","password":"b","password":"c"}"#, 400), ("", 400),
            ] {
                #expect(
                    try await browser.json(.post, "/api/v1/accounts/password", body).status.code == status, "\(body)")
            }
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .ok)
        }
    }

    @Test func `nothing of a password is kept with the key of its request`() async throws {
        let (kit, _, username) = try await self.somebody()
        let signIn = try await self.accounts.attempt(username, Provider.password)
        let once = try Once(
            key: "key-of-the-request", operation: "POST /password", input: ["password": Self.new])
        _ = try await self.accounts.changePassword(
            PasswordChange(
                present: Password(Provider.password), chosen: Password(Self.new), network: AddressPrefix("10.1.2.3")),
            by: signIn.visitor, once: once)
        let rows = try await self.accounts.database.read(
            as: .tenant(kit.provider.organisation),
            "SELECT FROM web.idempotency WHERE fingerprint = sha256('POST /password') AND reply = 'true'")
        #expect(rows.count == 1)
    }
}

extension String {
    fileprivate subscript(_ offset: Int) -> Character { self[self.index(self.startIndex, offsetBy: offset)] }
}
