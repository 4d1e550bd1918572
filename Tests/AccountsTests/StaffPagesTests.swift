import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestKit
import Testing
import Web

@testable import Accounts

/// The pages as somebody without a script uses them.
@Suite(.database, .timeLimit(.minutes(3))) struct StaffPagesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func signIn(_ account: NewAccount, _ client: any TestClientProtocol) async throws -> Browser {
        let browser = Browser(client)
        try await browser.get("/sign-in")
        let answer = try await browser.post(
            "/sign-in", ["username": account.username.text, "password": Provider.password])
        #expect(answer.status == .seeOther)
        return browser
    }

    @Test func `a colleague is invited, comes by the link, signs in, and is in the list`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let manager = try await kit.hire(.registeredManager, kit.rowan)
        try await withAccounts(self.accounts) { client in
            let hers = try await self.signIn(manager, client)
            #expect(try await hers.get("/staff").text.contains("/staff/invite"))
            try await hers.get("/staff/invite")
            let wrong = try await hers.post("/staff/invite", ["name": "", "role": "", "place": "", "until": "soon"])
            #expect(wrong.status == .unprocessableContent)
            for text in ["Enter their name", "Choose the role", "Choose where", "Write the day"] {
                #expect(wrong.text.contains(text))
            }
            let made = try await hers.post(
                "/staff/invite",
                ["name": "Mary <b>", "role": "care_assistant", "place": "\(kit.provider.rowan)", "until": ""])
            #expect(made.status == .ok && made.headers[.cacheControl] == "no-store")
            let path = try #require(made.text.firstMatch(of: /value="http:\/\/[^\/"]+(\/invitation\/[^"]+)"/)?.output.1)
            #expect(try await hers.get("/staff/invitations").text.contains("Mary &lt;b&gt;"))

            let his = Browser(client)
            let welcome = try await his.get(String(path))
            #expect(welcome.status == .ok && welcome.text.contains("Care assistant, Rowan House"))
            let short = try await his.post(String(path), ["username": "m", "email": "", "password": "short"])
            #expect(short.status == .unprocessableContent && short.text.contains("Use at least 15 characters"))
            #expect(!short.text.contains("value=\"short\""))
            let username = StaffKit.username()
            let came = try await his.post(
                String(path), ["username": username, "email": "", "password": Provider.password])
            #expect(came.status == .seeOther && came.headers[.location] == "/sign-in?new=true")
            #expect(try await his.get("/sign-in?new=true").text.contains("Your account is made"))
            let signedIn = try await his.post("/sign-in", ["username": username, "password": Provider.password])
            #expect(signedIn.headers[.location] == "/today")
            let again = try await his.get(String(path))
            #expect(again.status == .notFound && again.text.contains("This link does not work any more"))
            #expect(try await hers.get("/staff?q=mary").text.contains("Mary &lt;b&gt;"))
            let own = try await his.get("/staff")
            #expect(own.status == .ok && !own.text.contains("/staff/invite"))
            let signIns = try await his.get("/sign-ins")
            #expect(signIns.text.contains("This device") && !signIns.text.contains("10.0.0"))
        }
    }

    @Test func `a page that is out of date loses nothing, and says what is there now`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), carer = try await kit.hire(.careAssistant, kit.rowan)
        let role = try await kit.role(carer, .careAssistant)
        try await withAccounts(self.accounts) { client in
            let browser = try await self.signIn(kit.director, client)
            let path = "/staff/\(carer.person)"
            #expect(try await browser.get(path).text.contains("Change when it ends"))
            _ = try await self.accounts.change(
                role, of: carer.person, to: RoleEnd(self.clock.now.addingTimeInterval(90 * 86_400)), by: kit.boss)
            let stale = try await browser.post("\(path)/roles/\(role)/end", ["until": "2099-01-01", "version": "1"])
            #expect(stale.status == .preconditionFailed && stale.text.contains("There now:"))
            #expect(stale.text.contains("value=\"2099-01-01\"") && stale.text.contains("name=\"version\" value=\"2\""))
            let saved = try await browser.post("\(path)/roles/\(role)/end", ["until": "2099-01-01", "version": "2"])
            #expect(saved.status == .seeOther && saved.headers[.location] == path)
            try await browser.get(path)
            let twice = try await browser.post(
                "\(path)/roles",
                ["role": "care_assistant", "place": "\(kit.provider.rowan)", "from": "", "until": ""])
            #expect(twice.status == .conflict && twice.text.contains("They have this role here already"))
            let closed = try await browser.post("\(path)/close", [:])
            #expect(closed.status == .seeOther)
            let page = try await browser.get(path)
            #expect(page.text.contains("This account is closed") && page.text.contains("Open the account again"))
            #expect(!page.text.contains("Give a role"))
        }
    }

    @Test func `the last administrator is told why, and where they stand`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let role = try await kit.role(kit.director, .providerDirector)
        try await withAccounts(self.accounts) { client in
            let browser = try await self.signIn(kit.director, client), path = "/staff/\(kit.director.person)"
            #expect(try await browser.get(path).text.contains("Give up this role"))
            let answer = try await browser.post("\(path)/roles/\(role)/removal", ["version": "1"])
            #expect(answer.status == .conflict && answer.text.contains("Nobody else could give roles any more"))
        }
    }

    @Test func `homes and units are arranged by forms, and what is stale comes back with what is there`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), rowan = kit.provider.rowan,
            garden = kit.provider.garden
        try await withAccounts(self.accounts) { client in
            let browser = try await self.signIn(kit.director, client)
            #expect(try await browser.get("/staff").text.contains("href=\"/homes\""))
            try await browser.get("/homes")
            let home = ["type": "nursing", "tint": "harbour", "time_zone": "Europe/London"]
            for (path, fields) in [
                ("/homes/name", ["name": "Fernhill Homes", "version": "1"]),
                (
                    "/homes/\(rowan)/edit",
                    home.merging(["name": "Rowan Lodge", "position": "2", "version": "1"]) { $1 }
                ),
                ("/homes/\(rowan)/units/\(garden)/edit", ["name": "Meadow", "position": "9", "version": "1"]),
                ("/homes/\(rowan)/units", ["name": "Terrace", "position": ""]),
                ("/homes", home.merging(["name": "Orchard Court", "position": ""]) { $1 }),
            ] {
                let answer = try await browser.post(path, fields)
                #expect(answer.status == .seeOther && answer.headers[.location] == "/homes", "\(path)")
            }
            let page = try await browser.get("/homes").text
            for name in ["Homes of Fernhill Homes", "Rowan Lodge", "Meadow", "Terrace", "Orchard Court"] {
                #expect(page.contains(name))
            }
            let stale = try await browser.post(
                "/homes/\(rowan)/edit", home.merging(["name": "Rowan Hall", "position": "2", "version": "1"]) { $1 })
            #expect(stale.status == .preconditionFailed)
            #expect(
                stale.text.contains("There now:</strong> Rowan Lodge") && stale.text.contains("value=\"Rowan Hall\""))
            let wrong = try await browser.post("/homes", home.merging(["name": "", "position": "first"]) { $1 })
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("Write a number from 1 to 1000"))
        }
    }

    @Test func `a program comes by a link, too, and no line of any log has the secret`() async throws {
        let kit = try await StaffKit(self.accounts, self.clock), logs = RecordedLogs()
        let made = try await self.accounts.invite(
            NewInvitation(name: "Mary Sutton", NewRole(.careAssistant, kit.rowan)), by: kit.boss)
        let path = try #require(made.value.link), secret = path.dropFirst("/invitation/".count)
        try await withAccounts(self.accounts, .live, logger: logs.logger) { client in
            let browser = Browser(client)
            #expect(try await browser.get(path).status == .ok)
            let username = StaffKit.username()
            func come(_ username: String, _ password: String) async throws -> TestResponse {
                try await browser.json(
                    .post, "/api/v1/accounts/invitation",
                    #"{"secret":"\#(secret)","username":"\#(username)","password":"\#(password)"}"#)
            }
            let short = try await come(username, "short")
            #expect(short.status == .unprocessableContent && short.text.contains("/password"))
            #expect(try await come(kit.director.username.text, Provider.password).status == .conflict)
            #expect(try await come(username, Provider.password).status == .noContent)
            #expect(try await come(username, Provider.password).status == .notFound)
            let dead = try await browser.get(path)
            #expect(dead.status == .notFound)
        }
        #expect(logs.lines.contains { $0.contains("route=/invitation/{secret}") })
        for line in logs.lines { #expect(!line.contains(secret), "\(line)") }
    }
}
