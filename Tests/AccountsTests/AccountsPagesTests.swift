import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

@Suite(.database, .serialized) struct AccountsPagesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    private func employ(_ username: String) async throws -> Provider {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Precious Adeyemi", username, Grant(.careAssistant, .home(provider.rowan)))
        return provider
    }

    @Test func `somebody signs in with a form, and out with another`() async throws {
        let provider = try await self.employ("page.one")
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            let page = try await browser.get("/sign-in?next=/messages")
            #expect(page.status == .ok && page.text.contains("<title>Sign in"))
            #expect(page.headers[.cacheControl]?.contains("no-store") == true)
            let sent = try await browser.post(
                "/sign-in", ["username": " PAGE.one", "password": Provider.password, "return": "/messages"])
            #expect(sent.status == .seeOther && sent.headers[.location] == "/messages")
            let cookie = try #require(sent.signInCookie)
            for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] { #expect(cookie.contains(part)) }
            for part in ["Domain", "Max-Age", "Expires"] { #expect(!cookie.contains(part)) }
            #expect(try #require(browser.signIn).count == 43)

            let me = try await browser.json(.get, "/api/v1/accounts/me")
            #expect(me.status == .ok && me.text.contains(#""username":"page.one""#))
            #expect(try await browser.get("/sign-in?next=/residents").headers[.location] == "/residents")

            let token = try await self.token(of: browser)
            let out = try await browser.post("/sign-out", [:], token: token)
            #expect(out.status == .seeOther && out.headers[.location] == "/sign-in")
            #expect(out.signInCookie?.contains("Max-Age=0") == true)
            #expect(browser.signIn == nil)
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .unauthorized)
        }
        #expect(
            try await provider.entries().map { $0.split(separator: " ").first ?? "" } == [
                "accounts.prepare", "accounts.create", "accounts.sign_in", "accounts.read_own", "accounts.sign_out",
            ])
    }

    /// What the forms of a signed-in page would carry.
    private func token(of browser: Browser) async throws -> String {
        let secret = Secret(shown: try #require(browser.signIn))
        let visitor = try #require(try await self.accounts.visitor(of: secret, isActing: false))
        return Seal(key: Data(visitor.formKey.value.utf8)).mark("form")
    }

    @Test func `a wrong try comes back with what was typed, but not the password`() async throws {
        _ = try await self.employ("page.two")
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await browser.get("/sign-in")
            let back = try await browser.post(
                "/sign-in", ["username": "page.<two>", "password": "hunter2hunter2", "return": "/messages"])
            #expect(back.status == .unprocessableContent && back.signInCookie == nil)
            #expect(back.text.contains("<title>Error: Sign in"))
            #expect(back.text.contains("The username and password do not match an account."))
            #expect(back.text.contains("page.&lt;two&gt;") && !back.text.contains("hunter2"))
            #expect(back.text.contains(#"name="return" value="/messages""#))
            let empty = try await browser.post("/sign-in", ["username": " ", "password": ""])
            #expect(empty.status == .unprocessableContent)
            #expect(empty.text.contains("Enter your username") && empty.text.contains("Enter your password"))
        }
    }

    @Test func `a page says the same of a name that is known and of one that is not`() async throws {
        _ = try await self.employ("page.known")
        try await withAccounts(self.accounts) { client in
            var pages: [String] = []
            for name in ["page.known", "page.other"] {
                let browser = Browser(client)
                try await browser.get("/sign-in")
                let page = try await browser.post("/sign-in", ["username": name, "password": "wrong password"])
                let json = try await browser.json(
                    .post, "/api/v1/accounts/sign-in", #"{"username":"\#(name)","password":"wrong password"}"#)
                #expect(json.status == .unauthorized)
                pages.append(Self.stable("\(page.status) \(page.text) \(json.text)").replacing(name, with: "NAME"))
            }
            #expect(pages[0] == pages[1])
        }
    }

    /// Without what differs from one answer to the next: nonces, tokens, keys, request ids.
    private static func stable(_ text: String) -> String {
        text.replacing(/[A-Za-z0-9_-]{43}/, with: "SECRET")
            .replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "ID")
            .replacing(/urn:request:[0-9A-Za-z-]+/, with: "REQUEST")
    }

    @Test(arguments: [
        ("/messages?show=urgent", "/messages?show=urgent"), ("/", "/"), ("", "/today"), ("//evil.example", "/today"),
        ("/\\evil.example", "/today"), ("\\\\evil.example", "/today"), ("https://evil.example", "/today"),
        ("https:evil.example", "/today"), ("javascript:alert(1)", "/today"), ("evil.example", "/today"),
        ("/\t/evil.example", "/today"), ("/\n/evil.example", "/today"), ("\t//evil.example", "/today"),
        (" /today", "/today"), ("/a\r\nSet-Cookie: a=b", "/today"), ("/\u{2215}evil.example", "/today"),
        ("/%09/evil.example", "/%09/evil.example"), ("/@evil.example", "/@evil.example"), ("/.", "/."),
    ])
    func `signing in leads to a page of ours and nowhere else`(_ asked: String, _ place: String) async throws {
        let provider = try await Provider(self.accounts, self.clock)
        let username = "open.\(provider.organisation.description.suffix(8))"
        try await provider.employ("Somebody", username, Grant(.careAssistant, .organisation))
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await browser.get("/sign-in")
            let sent = try await browser.post(
                "/sign-in", ["username": username, "password": Provider.password, "return": asked])
            #expect(sent.status == .seeOther && sent.headers[.location] == place)
            // Whoever is in already is sent on by the same rule.
            let query = asked.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            #expect(try await browser.get("/sign-in?next=\(query)").headers[.location] == place)
        }
    }

    @Test func `a cookie that was planted is not taken over`() async throws {
        _ = try await self.employ("page.fixed")
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            let planted = Secret().text.value
            browser.signIn = planted
            let page = try await browser.get("/sign-in")
            #expect(page.text.contains("You were signed out because"))
            try await browser.post("/sign-in", ["username": "page.fixed", "password": Provider.password])
            let first = try #require(browser.signIn)
            #expect(first != planted)

            // Again from the same browser, without having signed out.
            try await Self.signIn(browser, "page.fixed")
            let second = try #require(browser.signIn)
            #expect(second != first)
            for dead in [planted, first] {
                let other = Browser(client)
                other.signIn = dead
                #expect(try await other.json(.get, "/api/v1/accounts/me").status == .unauthorized)
            }
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .ok)
        }
    }

    private static func signIn(_ browser: Browser, _ username: String) async throws {
        let sent = try await browser.json(
            .post, "/api/v1/accounts/sign-in", #"{"username":"\#(username)","password":"\#(Provider.password)"}"#)
        #expect(sent.status == .ok, "\(sent.text)")
    }

    @Test func `a form from elsewhere signs nobody in`() async throws {
        _ = try await self.employ("page.csrf")
        let fields = ["username": "page.csrf", "password": Provider.password]
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        let foreign: [HTTPFields] = [
            [site: "cross-site"], [site: "same-site"], [site: "none"], [.origin: "https://evil.example"],
            [.origin: "null"], [:],
        ]
        try await withAccounts(self.accounts) { client in
            for headers in foreign {
                let browser = Browser(client)
                try await browser.get("/sign-in")
                let sent = try await browser.post("/sign-in", fields, headers: headers)
                #expect(sent.status == .forbidden && sent.signInCookie == nil, "\(headers)")
            }
            let attacker = Browser(client), victim = Browser(client)
            try await attacker.get("/sign-in")
            try await victim.get("/sign-in")
            for token in ["", "x", Secret().text.value] {
                #expect(try await victim.post("/sign-in", fields, token: token).status == .forbidden)
            }
            #expect(victim.signIn == nil)
        }
    }

    @Test func `too many tries are answered with how long to wait`() async throws {
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await browser.get("/sign-in")
            for _ in 0..<10 {
                let back = try await browser.post("/sign-in", ["username": "page.flood", "password": "wrong"])
                #expect(back.status == .unprocessableContent)
            }
            let page = try await browser.post("/sign-in", ["username": "Page.Flood ", "password": "wrong"])
            #expect(page.status == .tooManyRequests && page.headers[.retryAfter] == "60")
            #expect(page.text.contains("<title>Error: Sign in") && page.text.contains("Page.Flood "))
            let json = try await browser.json(
                .post, "/api/v1/accounts/sign-in", #"{"username":"page.flood","password":"wrong"}"#)
            #expect(json.status == .tooManyRequests && json.headers[.retryAfter] == "60")
            #expect(json.headers[.contentType] == "application/problem+json")
        }
    }
}

@Suite struct SetUpPagesTests {
    @Test(.database) func `the set-up page is there while it is needed, and never again`() async throws {
        let clock = ManualClock()
        let accounts = AccountsService.testing(clock, TestDatabase.current.patient())
        try await withAccounts(accounts) { client in
            let browser = Browser(client)
            #expect(try await browser.get("/setup").status == .notFound)
            let secret = try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
            let page = try await browser.get("/setup")
            #expect(page.status == .ok && page.text.contains("<title>Set up"))
            var fields = [
                "secret": "wrong", "home": "Rowan House", "name": "Joanne Hartley", "username": "j.hartley",
                "email": "", "password": "three words apart",
            ]
            let wrong = try await browser.post("/setup", fields)
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("This secret does not work"))
            #expect(wrong.text.contains("Joanne Hartley") && !wrong.text.contains("three words apart"))
            fields["secret"] = " \(secret.text.value) "
            fields["password"] = "short"
            let short = try await browser.post("/setup", fields)
            #expect(short.status == .unprocessableContent && short.text.contains("Use at least 15 characters"))
            #expect(!short.text.contains(secret.text.value))
            fields["password"] = "three words apart"
            fields["role"] = "registered_manager"
            #expect(try await browser.post("/setup", fields).status == .unprocessableContent)
            fields["role"] = nil
            try await browser.get("/setup")
            let done = try await browser.post("/setup", fields)
            #expect(done.status == .seeOther && done.headers[.location] == "/sign-in")
            #expect(try await browser.get("/setup").status == .notFound)
            try await browser.get("/sign-in")
            #expect(try await browser.post("/setup", fields).status == .notFound)
            let page2 = try await browser.get("/sign-in")
            #expect(page2.text.contains("Sign in to Fernhill Care") && page2.text.contains("Rowan House."))
            let sent = try await browser.post(
                "/sign-in", ["username": "j.hartley", "password": "three words apart"])
            #expect(sent.headers[.location] == "/today")
        }
    }
}
