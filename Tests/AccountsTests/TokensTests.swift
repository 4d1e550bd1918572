import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// What programs are given, and how long it lasts.
@Suite(.database, .timeLimit(.minutes(10))) struct TokensTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    @Test func `a program signs in, asks, goes on and signs out, and the audit has all of it`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            let first = try await browser.json(
                .post, "/api/v1/token", #"{"username":"\#(kit.username)","password":"\#(Provider.password)"}"#)
            #expect(first.status == .ok && first.headers[.setCookie] == nil)
            #expect(first.headers[.cacheControl] == "no-store")
            struct Given: Decodable { let access_token, refresh_token, token_type: String; let expires_in: Int }
            let given = try JSONDecoder().decode(Given.self, from: Data(first.text.utf8))
            #expect(given.token_type == "Bearer" && given.expires_in == 300)
            let bearer: HTTPFields = [.authorization: "Bearer \(given.access_token)"]
            let me = try await browser.json(.get, "/api/v1/accounts/me", headers: bearer)
            #expect(me.status == .ok && me.text.contains(kit.username))
            let next = try await browser.json(
                .post, "/api/v1/token/refresh", #"{"refresh_token":"\#(given.refresh_token)"}"#)
            let after = try JSONDecoder().decode(Given.self, from: Data(next.text.utf8))
            #expect(after.refresh_token != given.refresh_token && after.access_token != given.access_token)
            #expect(next.headers[.setCookie] == nil)
            let out = try await browser.json(
                .post, "/api/v1/token/revoke", #"{"refresh_token":"\#(after.refresh_token)"}"#)
            #expect(out.status == .noContent)
            for token in [given.access_token, after.access_token] {
                let late = try await browser.json(
                    .get, "/api/v1/accounts/me", headers: [.authorization: "Bearer \(token)"])
                #expect(late.status == .unauthorized)
            }
            let again = try await browser.json(
                .post, "/api/v1/token/refresh", #"{"refresh_token":"\#(after.refresh_token)"}"#)
            #expect(again.status == .unauthorized)
        }
        #expect(
            try await kit.provider.entries().filter { $0.contains("token") || $0.contains("sign_in") } == [
                "accounts.sign_in", "accounts.issue_tokens", "accounts.refresh_tokens", "accounts.revoke_tokens",
            ])
    }

    @Test func `a name that nobody has and a wrong password get the same answer, and nobody a token`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            var answers: [String] = []
            for (name, password) in [(kit.username, "wrong all over"), ("nobody.\(kit.username)", "wrong all over")] {
                let answer = try await Browser(client).json(
                    .post, "/api/v1/token", #"{"username":"\#(name)","password":"\#(password)"}"#)
                #expect(answer.status == .unauthorized && answer.headers[.setCookie] == nil)
                answers.append(answer.text.replacing(try Regex("urn:request:[0-9a-f-]+"), with: ""))
            }
            #expect(answers.first == answers.last)
        }
    }

    @Test func `tries are counted with those of the browser`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock)
        for _ in 0..<5 {
            #expect(
                try await refusal { try await self.accounts.issueTokens(kit.attempt("wrong")) } == .wrongNameOrPassword)
            #expect(
                try await refusal { try await self.accounts.attempt(kit.username, "wrong") } == .wrongNameOrPassword)
        }
        guard case .tooManyTries = try await refusal({ try await self.accounts.issueTokens(kit.attempt()) }) else {
            Issue.record("one more was let through")
            return
        }
    }

    @Test(arguments: [
        ("", "{}", 422), ("", #"{"username":"a"}"#, 422), ("", #"{"username":"a","password":""}"#, 422),
        ("", #"{"username":"a","password":"b","code":""}"#, 422),
        ("", #"{"username":"a","password":"b","code":123456}"#, 422),
        ("", #"{"username":"a","password":"b","role":"hr"}"#, 422), ("", "username=a&password=b", 400), ("", "", 400),
        ("/refresh", "{}", 422), ("/refresh", #"{"refresh_token":""}"#, 422),
        ("/refresh", #"{"refresh_token":1}"#, 422), ("/refresh", #"{"refresh_token":"x"}"#, 401),
        ("/refresh", #"{"refresh_token":"x","refresh_token":"y"}"#, 400),
        ("/refresh", #"{"refresh_token":"x","scope":"all"}"#, 422), ("/revoke", "{}", 422),
        ("/revoke", #"{"refresh_token":"x"}"#, 401), ("/revoke", #"{"token":"x"}"#, 422),
    ])
    func `what is not asked for is refused at its field`(_ path: String, _ body: String, _ status: Int) async throws {
        try await withAccounts(self.accounts) { client in
            let before = self.accounts.passwords.count
            let answer = try await Browser(client).json(.post, "/api/v1/token\(path)", body)
            #expect(answer.status.code == status, "\(answer.text)")
            #expect(self.accounts.passwords.count == before)
        }
    }

    /// Also for family, who have a day in a browser.
    @Test(arguments: [Role.careAssistant, .relative])
    func `an access token ends after five minutes, a refresh token after an hour, and all of it after twelve`(
        _ role: Role
    ) async throws {
        let kit = try await TokenKit(self.accounts, self.clock, role)
        var tokens = try await kit.issue()
        self.clock.advance(299)
        #expect(try await kit.opens(tokens))
        self.clock.advance(1)
        #expect(try await kit.opens(tokens) == false)
        tokens = try await kit.refresh(tokens)
        for _ in 0..<12 {
            self.clock.advance(3_570)
            tokens = try await kit.refresh(tokens)
        }
        #expect(try await kit.opens(tokens))
        self.clock.advance(60)
        #expect(try await kit.goesOn(tokens) == false, "twelve hours")
        let quiet = try await kit.issue()
        self.clock.advance(3_600)
        #expect(try await kit.goesOn(quiet) == false, "an hour")
    }

    @Test func `whoever has a second factor sends its code, and without it nothing is left open`() async throws {
        let kit = try await FactorKit(self.accounts, self.clock)
        let (app, _, _) = try await kit.setUp()
        func attempt() -> SignInAttempt {
            SignInAttempt(
                name: kit.username, password: Password(Provider.password),
                network: AddressPrefix("10.\(Int.random(in: 0...255)).3.7"))
        }
        await #expect(throws: TokenError.codeAwaited) { _ = try await self.accounts.issueTokens(attempt()) }
        await #expect(throws: AccountsError.wrongCode) {
            _ = try await self.accounts.issueTokens(attempt(), code: kit.wrong(app).code)
        }
        let open = try await self.accounts.database.read(
            as: .tenant(kit.provider.organisation),
            "SELECT id FROM accounts.sign_in WHERE account_id = \(kit.account.id.uuid) AND ended_at IS NULL")
        #expect(open.count == 1, "the browser in which it was set up")
        let tokens = try await self.accounts.issueTokens(attempt(), code: kit.next(app).code)
        let visitor = try await self.accounts.visitor(bearing: tokens.accessToken)
        #expect(!visitor.principal.needsCode)
        self.clock.advance(200)
        let used = try await self.accounts.refreshTokens(tokens.refreshToken, agent: nil)
        self.clock.advance(400)
        let later = try await self.accounts.refreshTokens(used.refreshToken, agent: nil)
        #expect(try await self.accounts.visitor(bearing: later.accessToken).principal.needsCode)
        // By a program too, which goes on with the tokens that it has, and is given no cookie.
        try await withAccounts(self.accounts) { client in
            let answer = try await Browser(client).json(
                .post, "/api/v1/accounts/second-factor/check", #"{"code":"\#(kit.next(app).code)"}"#,
                headers: [.authorization: "Bearer \(later.accessToken)"])
            #expect(answer.status == .noContent && answer.headers[.setCookie] == nil, "\(answer.text)")
        }
        #expect(try await !self.accounts.visitor(bearing: later.accessToken).principal.needsCode)
        _ = try await self.accounts.refreshTokens(later.refreshToken, agent: nil)
    }

    @Test func `whoever has to do something first is given no token`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        _ = try await self.accounts.requirePasswordChange(of: kit.account.person, by: kit.staff.boss)
        await #expect(throws: Problem.self) { _ = try await kit.issue() }
        #expect(try await kit.goesOn(tokens) == false)
        let lacking = try await TokenKit(self.accounts, self.clock)
        let held = try await lacking.issue()
        _ = try await self.accounts.change(FactorPolicyDraft(roles: [.careAssistant]), by: lacking.staff.boss)
        await #expect(throws: Problem.self) { _ = try await lacking.issue() }
        #expect(try await lacking.goesOn(held) == false)
        #expect(try await self.accounts.visitor(bearing: held.accessToken).lacksFactor)
    }

    @Test func `a program stands in the list of sign-ins, and is ended there`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let browser = try await self.accounts.attempt(kit.username, Provider.password)
        let listed = try await self.accounts.signIns(for: browser.visitor.principal)
        #expect(listed.count == 2 && listed.filter(\.isProgram).count == 1)
        let program = try #require(listed.first { $0.isProgram })
        try await self.accounts.end(program.id, by: browser.visitor.principal)
        #expect(try await kit.opens(tokens) == false)
        #expect(try await kit.goesOn(tokens) == false)
        #expect(try await self.accounts.visitor(of: browser.secret, isActing: true) != nil, "only that one")
    }

    @Test func `what is shown opens nothing elsewhere: access to refresh, refresh as bearer, by any method`()
        async throws
    {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            for path in ["refresh", "revoke", ""] {
                let address = path.isEmpty ? "/api/v1/token" : "/api/v1/token/\(path)"
                for token in [tokens.accessToken, tokens.refreshToken] {
                    for method in [HTTPRequest.Method.get, .head, .put, .delete, .patch] {
                        let answer = try await browser.json(
                            method, address, method == .put ? #"{"refresh_token":"\#(token)"}"# : nil)
                        #expect(answer.status == .methodNotAllowed, "\(method) \(path)")
                        let bearing = try await browser.json(
                            method, address, headers: [.authorization: "Bearer \(token)"])
                        #expect((400..<500).contains(bearing.status.code), "\(method) \(path)")
                    }
                }
                let access = try await browser.json(
                    .post, address, #"{"refresh_token":"\#(tokens.accessToken)"}"#)
                #expect((400..<500).contains(access.status.code), "\(path)")
            }
            let refresh: HTTPFields = [.authorization: "Bearer \(tokens.refreshToken)"]
            for path in ["/api/v1/accounts/me", "/api/v1/accounts/homes", "/api/v1/accounts/sign-ins"] {
                for method in [HTTPRequest.Method.get, .head] {
                    #expect(try await browser.json(method, path, headers: refresh).status == .unauthorized)
                }
            }
            #expect(
                try await browser.json(.post, "/api/v1/accounts/sign-out", headers: refresh).status == .unauthorized)
            browser.signIn = tokens.accessToken
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .unauthorized)
        }
        #expect(try await kit.generation(of: tokens) == 0, "none of it was an exchange")
        #expect(try await kit.opens(tokens))
        #expect(try await kit.goesOn(tokens), "and none of it was a reuse")
    }

    @Test(arguments: ["x", "%"]) func `a cookie and a token in one request are refused`(_ form: String) async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let cookie = try await self.accounts.attempt(kit.username, Provider.password)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = form.replacing("%", with: cookie.secret.text.value)
            for header in ["Bearer \(tokens.accessToken)", "Bearer x", "Basic x"] {
                let answer = try await browser.json(
                    .get, "/api/v1/accounts/me", headers: [.authorization: header])
                #expect(answer.status == .badRequest)
            }
        }
    }

    @Test func `what is kept opens nothing: no column of the database is a token`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let next = try await kit.refresh(tokens)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        for table in ["sign_in", "token_family", "signing_key"] {
            let rows = try await admin.read(
                as: .system("test"),
                "SELECT to_jsonb(held)::text AS row FROM \(unsafeText: "accounts.\(table)") AS held")
            #expect(rows.count > 0)
            for row in rows {
                let text: String = try row.read("row")
                for secret in [tokens, next].flatMap({ [$0.accessToken, $0.refreshToken] }) {
                    let bytes = (Data(base64URL: secret) ?? Data(secret.utf8)).map { String(format: "%02x", $0) }
                        .joined()
                    #expect(!text.contains(secret) && !text.contains(bytes))
                }
            }
        }
        await admin.shutDown()
    }

    @Test func `one request with a token asks the database once, as one with a cookie does`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock)
        let tokens = try await kit.refresh(kit.issue())
        // The first of its generation is written down.
        #expect(try await kit.opens(tokens))
        let before = self.accounts.database.statistics.roundTrips
        #expect(try await kit.opens(tokens))
        #expect(self.accounts.database.statistics.roundTrips - before == 1)
    }
}
