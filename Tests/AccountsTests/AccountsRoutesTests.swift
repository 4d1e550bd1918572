import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

@Suite(.database, .serialized) struct AccountsRoutesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    @Test func `a program signs in, asks who it is and where, and signs out`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ(
            "Sian Griffiths", "api.one", email: "sian@example.org", Grant(.registeredNurse, .unit(provider.garden)))
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            let signIn = try await browser.json(
                .post, "/api/v1/accounts/sign-in",
                #"{"username":"sian@example.org","password":"\#(Provider.password)"}"#)
            #expect(signIn.status == .ok && signIn.signInCookie != nil)
            #expect(signIn.headers[.cacheControl] == "no-store")
            let me = try await browser.json(.get, "/api/v1/accounts/me")
            #expect(me.text == signIn.text)
            let facts = try #require(
                try JSONSerialization.jsonObject(with: Data(me.text.utf8)) as? [String: Any])
            #expect(facts["email"] as? String == "sian@example.org" && facts["title"] as? String == "Senior carer")
            #expect(facts["home_ids"] as? [String] == [provider.rowan.description])
            let role = try #require((facts["roles"] as? [[String: Any]])?.first)
            #expect(role["role"] as? String == "registered_nurse" && role["scope"] as? String == "unit")
            #expect(role["unit_id"] as? String == provider.garden.description)

            let homes = try await browser.json(.get, "/api/v1/accounts/homes")
            #expect(homes.status == .ok && homes.text.contains(#""name":"Garden""#))
            #expect(homes.text.contains(#""time_zone":"Europe/London""#) && homes.text.contains(#""type":"nursing""#))

            let out = try await browser.json(.post, "/api/v1/accounts/sign-out")
            #expect(out.status == .noContent && out.signInCookie?.contains("Max-Age=0") == true)
            #expect(try await browser.json(.get, "/api/v1/accounts/homes").status == .unauthorized)
        }
    }

    @Test(arguments: ["me", "homes", "sign-out"]) func `nobody unknown is answered`(_ path: String) async throws {
        try await withAccounts(self.accounts) { client in
            let method: HTTPRequest.Method = path == "sign-out" ? .post : .get
            let browser = Browser(client)
            for cookie in [nil, "", "x", Secret().text.value, String(repeating: "A", count: 5_000)] {
                browser.signIn = cookie
                let response = try await browser.json(method, "/api/v1/accounts/\(path)")
                #expect(response.status == .unauthorized)
            }
        }
    }

    @Test(arguments: [
        ("{}", 422), (#"{"username":"a"}"#, 422), (#"{"username":"a","password":""}"#, 422),
        (#"{"username":" ","password":"b"}"#, 422), (#"{"username":["a","b"],"password":"b"}"#, 422),
        (#"{"username":{"$ne":""},"password":{"$ne":""}}"#, 422),
        (#"{"username":"a","password":"b","role":"hr"}"#, 422),
        (#"{"username":"a","username":"b","password":"c"}"#, 400), ("username=a&password=b", 400), ("", 400),
        (#"{"username":"a\u0000","password":"b"}"#, 422),
    ])
    func `what is not asked for is refused before anything is hashed`(_ body: String, _ status: Int) async throws {
        try await withAccounts(self.accounts) { client in
            let before = self.accounts.passwords.count
            let response = try await Browser(client).json(.post, "/api/v1/accounts/sign-in", body)
            #expect(response.status.code == status, "\(response.text)")
            #expect(self.accounts.passwords.count == before)
        }
    }

    @Test func `a page that asks by itself keeps nobody signed in`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Somebody", "api.idle", Grant(.careAssistant, .organisation))
        let signIn = try await self.accounts.attempt("api.idle", Provider.password)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            self.clock.advance(600)
            #expect(try await browser.get("/sign-in").status == .seeOther)
            for _ in 0..<14 {
                self.clock.advance(60)
                let page = try await browser.get("/sign-in", headers: [.background: "1"])
                #expect(page.status == .seeOther)
                #expect(try await browser.get("/events").status == .notFound)
            }
            self.clock.advance(60)
            #expect(try await browser.get("/sign-in", headers: [.background: "1"]).status == .ok)
        }
    }

    @Test func `one request of somebody signed in asks the database once to know them`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Somebody", "api.count", Grant(.careAssistant, .organisation))
        let signIn = try await self.accounts.attempt("api.count", Provider.password)
        let before = self.accounts.database.statistics.roundTrips
        _ = try await self.accounts.visitor(of: signIn.secret, isActing: true)
        #expect(self.accounts.database.statistics.roundTrips - before == 1)
    }
}
