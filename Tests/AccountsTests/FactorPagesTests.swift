import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestKit
import Testing
import Web

@testable import Accounts

/// The second step by plain forms, as a browser without a script sends them.
@Suite(.database, .serialized) struct FactorPagesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func begin(_ browser: Browser, _ kit: FactorKit) async throws -> TestResponse {
        try await browser.get("/sign-in")
        return try await browser.post("/sign-in", ["username": kit.username, "password": Provider.password])
    }

    @Test func `somebody sets it up, sees the codes once, and signs in with it`() async throws {
        let kit = try await FactorKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            #expect(try await self.begin(browser, kit).headers[.location] == "/today")
            #expect(try await browser.get("/second-factor").text.contains("You have no second step"))
            let begun = try await browser.post("/second-factor/begin", [:])
            #expect(begun.status == .seeOther && begun.headers[.location] == "/second-factor")
            let page = try await browser.get("/second-factor")
            let app = try await kit.app()
            #expect(page.text.contains(Base32.encode(app.secret).inGroups(of: 4, by: " ")))
            #expect(page.text.contains("<svg class=\"qr\"") && page.headers[.cacheControl] == "no-store")
            let wrong = try await browser.post("/second-factor/confirm", ["code": kit.wrong(app).code])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("Error: Your second step"))
            let earlier = try #require(browser.signIn)
            let codes = try await browser.post("/second-factor/confirm", ["code": kit.next(app).code])
            #expect(codes.status == .ok && codes.headers[.cacheControl] == "no-store")
            #expect(codes.text.matches(of: /[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/).count == 10)
            #expect(browser.signIn != earlier)
            #expect(try await browser.get("/second-factor").text.contains("ten recovery codes"))

            let other = Browser(client)
            try await other.get("/sign-in?next=/sign-ins")
            let half = try await other.post(
                "/sign-in", ["username": kit.username, "password": Provider.password, "return": "/sign-ins"])
            #expect(half.headers[.location] == "/sign-in/code?next=/sign-ins")
            #expect(try await other.get("/sign-ins").headers[.location] == "/sign-in?next=/sign-ins")
            try await other.get("/sign-in/code?next=/sign-ins")
            let again = try await other.post("/sign-in/code", ["code": "12345", "return": "/sign-ins"])
            #expect(again.status == .unprocessableContent && again.text.contains("value=\"/sign-ins\""))
            let secret = other.signIn
            let right = try await other.post("/sign-in/code", ["code": kit.next(app).code, "return": "/sign-ins"])
            #expect(right.status == .seeOther && right.headers[.location] == "/sign-ins")
            let cookie = try #require(right.signInCookie)
            for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] { #expect(cookie.contains(part)) }
            #expect(other.signIn != secret)
            #expect(try await other.get("/sign-in/code").headers[.location] == "/today")
        }
    }

    @Test func `after five wrong codes the page says how long to wait`() async throws {
        let kit = try await FactorKit(self.accounts, self.clock), (app, codes, _) = try await kit.setUp()
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            _ = try await self.begin(browser, kit)
            try await browser.get("/sign-in/code")
            for _ in 0..<5 {
                let wrong = try await browser.post("/sign-in/code", ["code": kit.wrong(app).code])
                #expect(wrong.status == .unprocessableContent)
            }
            // With another browser, too.
            let other = Browser(client)
            _ = try await self.begin(other, kit)
            try await other.get("/sign-in/code")
            for code in [kit.wrong(app).code, codes[0]] {
                let answer = try await other.post("/sign-in/code", ["code": code])
                #expect(answer.status == .tooManyRequests && answer.headers[.retryAfter] == "60")
            }
            self.clock.advance(60)
            let recovered = try await other.post("/sign-in/code", ["code": codes[0].lowercased()])
            #expect(recovered.status == .seeOther && recovered.headers[.location] == "/second-factor")
            #expect(try await other.get("/second-factor").text.contains("A recovery code was last used"))
            // The other half sign-in is still one, and can be given up.
            let stopped = try await browser.post("/sign-in/stop", [:])
            #expect(stopped.headers[.location] == "/sign-in" && browser.signIn == nil)
        }
    }

    @Test func `a form that asks for a code is done with it, and one that does not is not held up`() async throws {
        let kit = try await FactorKit(self.accounts, self.clock), (app, _, signIn) = try await kit.setUp()
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            self.clock.advance(600)
            try await browser.get("/second-factor")
            let asked = try await browser.post("/second-factor/recovery-codes", [:])
            #expect(asked.status == .forbidden && asked.text.contains("name=\"step_up_code\""))
            #expect(asked.text.contains("action=\"/second-factor/recovery-codes\""))
            let wrong = try await browser.post("/second-factor/recovery-codes", ["step_up_code": kit.wrong(app).code])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("name=\"step_up_code\""))
            #expect(browser.signIn == signIn.secret.text.value)
            let done = try await browser.post("/second-factor/recovery-codes", ["step_up_code": kit.next(app).code])
            #expect(done.status == .ok && done.text.contains("Write these down"))
            #expect(browser.signIn != signIn.secret.text.value)
            // Now there is nothing to ask for.
            try await browser.get("/second-factor")
            #expect(try await browser.post("/second-factor/removal", [:]).headers[.location] == "/second-factor")
            #expect(try await self.begin(Browser(client), kit).headers[.location] == "/today")
        }
    }

    @Test func `what is answered after a code keeps the new sign-in, whatever is wrong with the form`() async throws {
        let kit = try await FactorKit(self.accounts, self.clock), (app, _, signIn) = try await kit.setUp()
        let carer = try await kit.staff.hire(.careAssistant, kit.staff.rowan)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            self.clock.advance(600)
            try await browser.get("/second-factor")
            let refused = try await browser.post(
                "/staff/\(carer.person)/roles/\(Identifier<Grant>.any())/removal",
                ["version": "1", "step_up_code": kit.next(app).code])
            #expect(refused.status == .notFound)
            #expect(browser.signIn != signIn.secret.text.value)
            #expect(try await browser.json(.get, "/api/v1/accounts/me").status == .ok)
        }
    }

    @Test func `a program is told what is asked, shows a code, and goes on`() async throws {
        let kit = try await FactorKit(self.accounts, self.clock), (app, _, signIn) = try await kit.setUp()
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            browser.signIn = signIn.secret.text.value
            self.clock.advance(600)
            let path = "/api/v1/accounts/second-factor"
            let asked = try await browser.json(.post, "\(path)/recovery-codes")
            #expect(asked.status == .forbidden && asked.text.contains("/problems/step-up-required"))
            for body in [#"{}"#, #"{"code":""}"#, #"{"code":123456}"#, #"{"code":"123456","x":1}"#] {
                #expect(try await browser.json(.post, "\(path)/check", body).status == .unprocessableContent, "\(body)")
            }
            let shown = try await browser.json(.post, "\(path)/check", #"{"code":"\#(kit.next(app).code)"}"#)
            #expect(shown.status == .noContent && browser.signIn != signIn.secret.text.value)
            let made = try await browser.json(.post, "\(path)/recovery-codes")
            #expect(made.status == .ok && made.text.matches(of: /[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/).count == 10)
            #expect(try await browser.json(.delete, path).status == .noContent)
            #expect(try await browser.json(.get, path).text.contains(#""state":"none""#))
        }
    }
}
