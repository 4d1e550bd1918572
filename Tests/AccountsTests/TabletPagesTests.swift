import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestKit
import Testing
import Web

@testable import Accounts

/// Shared tablets by plain forms, as a browser without a script sends them; and what is kept of a form that came late.
@Suite(.database, .serialized, .timeLimit(.minutes(5))) struct TabletPagesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    @discardableResult
    private func signIn(_ browser: Browser, _ name: String, next: String? = nil) async throws -> TestResponse {
        try await browser.get("/sign-in?full=true")
        var fields = ["username": name, "password": Provider.password]
        fields["return"] = next
        return try await browser.post("/sign-in", fields)
    }

    /// A browser that a manager has made a tablet and signed out of.
    private func tablet(_ client: any TestClientProtocol, _ kit: TabletKit) async throws -> Browser {
        let browser = Browser(client)
        try await self.signIn(browser, kit.managerName)
        try await browser.get("/tablets")
        let made = try await browser.post("/tablets", ["name": "Garden", "home": "\(kit.provider.rowan)"])
        #expect(made.status == .seeOther && made.headers[.location] == "/tablets")
        let cookie = try #require(made.headers[values: .setCookie].first { $0.hasPrefix("__Host-tablet=") })
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] { #expect(cookie.contains(part)) }
        #expect(try await browser.get("/tablets").text.contains("This device is a shared tablet"))
        _ = try await browser.post("/sign-out", [:])
        return browser
    }

    @Test func `a form that lacks its name or its home comes back with both said`() async throws {
        let kit = try await TabletKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await self.signIn(browser, kit.managerName)
            try await browser.get("/tablets")
            let none = try await browser.post("/tablets", ["name": "Garden", "home": ""])
            #expect(none.status == .unprocessableContent && none.text.contains("Choose a home"))
            #expect(none.text.contains("value=\"Garden\""))
            let nameless = try await browser.post("/tablets", ["name": " ", "home": "\(kit.provider.rowan)"])
            #expect(nameless.status == .unprocessableContent && nameless.text.contains("Enter a name of 60"))
        }
    }

    @Test func `two people hand a tablet on, and it is ended from a desk`() async throws {
        let kit = try await TabletKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let tablet = try await self.tablet(client, kit)
            let first = try await self.signIn(tablet, kit.precious, next: "/sign-ins")
            #expect(first.headers[.location] == "/tablet/pin?next=/sign-ins")
            #expect(try await tablet.get("/tablet/pin?next=/sign-ins").text.contains("Choose a PIN"))
            for (pin, again, words) in [
                ("123456", "123456", "harder to guess"), ("12345", "12345", "Choose six digits"),
                ("804152", "804153", "Type the same six digits twice"),
            ] {
                let refused = try await tablet.post(
                    "/tablet/pin", ["pin": pin, "again": again, "return": "/sign-ins"])
                #expect(refused.status == .unprocessableContent && refused.text.contains(words))
                #expect(!refused.text.contains("value=\"\(pin)\""))
            }
            let chosen = try await tablet.post(
                "/tablet/pin", ["pin": "804152", "again": "804152", "return": "/sign-ins"])
            #expect(chosen.status == .seeOther && chosen.headers[.location] == "/sign-ins")
            let page = try await tablet.get("/sign-ins")
            #expect(page.text.contains("data-tablet=") && page.text.contains("data-idle=\"300\""))
            #expect(page.text.contains("action=\"/tablet/lock\""))
            let locked = try await tablet.post("/tablet/lock", ["return": "/sign-ins"])
            #expect(locked.status == .seeOther && locked.headers[.location] == "/tablet?next=/sign-ins")
            let door = try await tablet.get("/tablet?next=/sign-ins")
            #expect(door.text.contains("Precious A.") && !door.text.contains("Adeyemi"))
            #expect(door.headers[.cacheControl] == "no-store")
            #expect(try await tablet.get("/sign-ins").headers[.location] == "/sign-in?next=/sign-ins")
            #expect(try await tablet.get("/sign-in?next=/sign-ins").headers[.location] == "/tablet?next=/sign-ins")

            let path = "/tablet?person=\(kit.one.person)&next=/sign-ins"
            #expect(try await tablet.get(path).text.contains("inputmode=\"numeric\""))
            let fields = ["person": "\(kit.one.person)", "return": "/sign-ins"]
            let wrong = try await tablet.post("/tablet/open", fields.merging(["pin": "550172"]) { $1 })
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("4 more times"))
            let odd = try await tablet.post("/tablet/open", fields.merging(["pin": "55"]) { $1 })
            #expect(odd.status == .unprocessableContent && odd.text.contains("Enter the six digits"))
            let right = try await tablet.post("/tablet/open", fields.merging(["pin": "804152"]) { $1 })
            #expect(right.status == .seeOther && right.headers[.location] == "/sign-ins")
            #expect(try await tablet.get("/sign-ins").status == .ok)

            let desk = Browser(client)
            try await self.signIn(desk, kit.managerName)
            let list = try await desk.get("/tablets")
            let end = try #require(
                list.text.matches(of: /action="(\/tablets\/[0-9a-f-]+\/end)"/).map { String($0.output.1) }.first {
                    !$0.contains("\(kit.id)")
                })
            #expect(try await desk.post(end, [:]).headers[.location] == "/tablets")
            #expect(try await tablet.get("/sign-ins").headers[.location] == "/sign-in?next=/sign-ins")
            #expect(try await tablet.get("/tablet").headers[.location] == "/sign-in")
        }
    }

    @Test func `whoever puts it down half way is signed out by whoever finds it`() async throws {
        let kit = try await TabletKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let tablet = try await self.tablet(client, kit)
            try await self.signIn(tablet, kit.precious)
            try await tablet.get("/tablet/pin")
            _ = try await tablet.post("/tablet/pin", ["pin": "804152", "again": "804152"])
            self.clock.advance(400)
            #expect(try await tablet.get("/tablet").text.contains("action=\"/tablet/sign-out\""))
            #expect(try await tablet.post("/tablet/sign-out", [:]).headers[.location] == "/tablet")
            #expect(try await tablet.get("/tablet").text.contains("Precious") == false)
        }
    }

    // MARK: What was typed

    @Test func `a form that comes too late is kept, and found after signing in, by nobody else`() async throws {
        let kit = try await TabletKit(self.accounts, self.clock)
        let path = "/homes/\(kit.provider.rowan)/units"
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await self.signIn(browser, kit.managerName)
            try await browser.get("/homes")
            self.clock.advance(901)
            let late = try await browser.post(path, ["name": "A longer name of ours", "position": "3"])
            let place = try #require(late.headers[.location])
            #expect(late.status == .seeOther && place.hasPrefix("/sign-in?next=/kept/"))
            let kept = String(place.dropFirst("/sign-in?next=".count))
            #expect(try await browser.get(kept).headers[.location]?.hasPrefix("/sign-in") == true)

            // Another who signs in with the same browser finds nothing.
            try await self.signIn(browser, kit.precious, next: kept)
            #expect(try await browser.get(kept).status == .notFound)
            try await browser.get("/sign-ins")
            #expect(try await browser.post("\(kept)/drop", [:]).status == .notFound)
            try await browser.get("/sign-ins")
            _ = try await browser.post("/sign-out", [:])

            #expect(try await self.signIn(browser, kit.managerName, next: kept).headers[.location] == kept)
            let page = try await browser.get(kept)
            #expect(page.text.contains(">A longer name of ours</textarea>"))
            #expect(page.text.contains("action=\"\(path)\"") && page.text.contains("name=\"position\" value=\"3\""))
            let sent = try await browser.post(path, ["name": "A longer name of ours", "position": "3"])
            #expect(sent.status == .seeOther)
            try await browser.get(kept)
            #expect(try await browser.post("\(kept)/drop", [:]).headers[.location] == "/today")
            #expect(try await browser.get(kept).status == .notFound)
        }
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        for row in try await admin.read(
            as: .system("test"), "SELECT encode(content, 'escape') AS text FROM accounts.kept_form")
        {
            #expect(try !row.read("text", as: String.self).contains("longer name"))
        }
        await admin.shutDown()
    }

    @Test func `nothing is kept of a secret, of a sign-in that somebody ended, or without the form's own token`()
        async throws
    {
        let kit = try await TabletKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            try await self.signIn(browser, kit.managerName)
            try await browser.get("/password")
            self.clock.advance(901)
            let secret = try await browser.post("/password", ["present": "one two three", "password": "four five six"])
            #expect(secret.headers[.location] == "/sign-in")
            let forged = try await browser.post("/homes/name", ["name": "Forged name"], token: "made-up")
            #expect(forged.status == .forbidden)

            try await self.signIn(browser, kit.managerName)
            try await browser.get("/homes")
            _ = try await self.accounts.endSignIns(of: .person(kit.managerName, organisation: nil))
            let ended = try await browser.post("/homes/name", ["name": "Late name", "version": "1"])
            #expect(ended.status == .unauthorized)
            let script = try #require(HTTPField.Name("WCC-Fragment"))
            try await self.signIn(browser, kit.managerName)
            try await browser.get("/homes")
            self.clock.advance(901)
            var headers = Browser.own
            headers[script] = "messages"
            let asked = try await browser.post("/homes/name", ["name": "By script", "version": "1"], headers: headers)
            #expect(asked.status == .unauthorized)
        }
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let count = try await admin.read(
            as: .system("test"),
            "SELECT FROM accounts.kept_form WHERE tenant_id = \(kit.provider.organisation.uuid)"
        ).count
        #expect(count == 0)
        await admin.shutDown()
    }

    @Test func `a page that locks itself hands over what is half written, also when it is late`() async throws {
        let kit = try await TabletKit(self.accounts, self.clock)
        try await withAccounts(self.accounts) { client in
            let tablet = try await self.tablet(client, kit)
            try await self.signIn(tablet, kit.precious)
            try await tablet.get("/tablet/pin")
            _ = try await tablet.post("/tablet/pin", ["pin": "804152", "again": "804152"])
            for wait in [0.0, 301] {
                try await tablet.get("/sign-ins")
                self.clock.advance(wait)
                let locked = try await tablet.post(
                    "/tablet/lock",
                    [
                        "return": "/sign-ins", "kept_action": "/messages/x", "kept_key": "a-key-of-its-own",
                        "kept_fields": "csrf=old&key=old&body=Mum+had+a+good+night&urgency=routine",
                    ])
                let place = try #require(locked.headers[.location]).removingPercentEncoding ?? ""
                let kept = try #require(place.firstMatch(of: /next=(\/kept\/[0-9a-f-]+)/)).output.1
                try await tablet.get("/tablet?person=\(kit.one.person)")
                _ = try await tablet.post(
                    "/tablet/open", ["person": "\(kit.one.person)", "pin": "804152", "return": String(kept)])
                let page = try await tablet.get(String(kept))
                #expect(page.text.contains(">Mum had a good night</textarea>"))
                #expect(
                    page.text.contains("name=\"urgency\" value=\"routine\"") && !page.text.contains("value=\"old\""))
                #expect(page.text.contains("value=\"a-key-of-its-own\""))
            }
            // What leads off the site, or is none of ours, is nothing.
            try await tablet.get("/sign-ins")
            let odd = try await tablet.post(
                "/tablet/lock",
                ["kept_action": "//elsewhere.example/", "kept_key": "k", "kept_fields": "body=Mum+had"])
            #expect(odd.headers[.location] == "/tablet")
        }
    }
}
