import Foundation
import HTTPTypes
import Kernel
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// How far somebody gets who has shown half of who they are, by every route there is.
@Suite(.database, .timeLimit(.minutes(5))) struct SecondFactorTests {
    /// Routes for those who must set up a second factor first, and for nobody else who is not all in.
    static let beforeFactor: Set<String> = [
        "GET /second-factor", "POST /second-factor/begin", "POST /second-factor/confirm", "POST /sign-out",
        "GET /api/v1/accounts/second-factor", "POST /api/v1/accounts/second-factor",
        "POST /api/v1/accounts/second-factor/confirmation", "POST /api/v1/accounts/sign-out",
    ]

    /// The app of somebody in the world who has set it up, and their sign-in that has shown it.
    private func setUp(_ someone: Someone, _ wcc: WriteCareConnect) async throws -> (app: TOTP, signIn: NewSignIn) {
        let begun = try await wcc.accounts.beginFactor(by: someone.principal).value
        let app = TOTP(secret: try #require(Self.bytes(begun.secret)))
        let confirmed = try await wcc.accounts.confirmFactor(
            CodeEntry(app.code(at: TOTP.step(at: Date()))), by: someone.principal)
        return (app, try #require(confirmed.signIn))
    }

    /// Base32, as an app reads it.
    private static func bytes(_ text: String) -> Data? {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var data = Data(), buffer = 0, held = 0
        for letter in text {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            (buffer, held) = ((buffer << 5 | value) & 0xFFFF, held + 5)
            if held >= 8 {
                held -= 8
                data.append(UInt8(truncatingIfNeeded: buffer >> held))
            }
        }
        return data
    }

    private func someone(_ signIn: NewSignIn, like other: Someone) throws -> Someone {
        Someone(
            part: other.part, principal: signIn.visitor.principal, username: other.username,
            cookie: "__Host-wcc=\(signIn.secret.text.value)", token: FormToken(for: signIn.visitor).text,
            search: try signIn.visitor.seal(#"{"text":"said"}"#, for: "search"))
    }

    @Test func `with the password alone every route is as if nobody were there`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "halfin"), scene = try await world.scene()
            _ = try await self.setUp(world[.carer], wcc)
            let half = try await world.signIn(.carer)
            #expect(try await wcc.accounts.half(Secret(shown: String(half.cookie.dropFirst(11)))) != nil)
            for sample in Sample.all where sample.act != nil {
                let answer = try await asking.ask(sample, scene, as: half)
                let nobody = try await asking.ask(sample, scene, as: nil)
                #expect(answer.status == nobody.status, "\(sample.testDescription)")
                let places = [answer, nobody].map { $0.headers[.location]?.prefix { $0 != "?" } }
                #expect(places.first == places.last, "\(sample.testDescription)")
                #expect(!answer.text.contains(world.mark), "\(sample.testDescription)")
            }
            // There is one way on, and one way out.
            let page = try await asking.send(.get, "/sign-in", [.accept: "text/html"], as: half)
            #expect(page.headers[.location] == "/sign-in/code")
            let code = try await asking.send(.get, "/sign-in/code?next=/messages", [.accept: "text/html"], as: half)
            #expect(code.status == .ok && code.text.contains("Enter your code") && !code.text.contains(world.mark))
            let json: HTTPFields = [.contentType: "application/json"]
            let wrong = try await asking.send(
                .post, "/api/v1/accounts/sign-in/code", json, #"{"code":"12345"}"#, as: half)
            #expect(wrong.status == .unprocessableContent)
            #expect(try await asking.send(.post, "/api/v1/accounts/sign-in/stop", as: half).status == .noContent)
            let over = try await asking.send(
                .post, "/api/v1/accounts/sign-in/code", json, #"{"code":"123456"}"#, as: half)
            #expect(over.status == .unauthorized)
        }
    }

    @Test func `a program signs in in two steps, and says who it is after the second`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "program")
            let (app, _) = try await self.setUp(world[.nurse], wcc)
            let json: HTTPFields = [.contentType: "application/json"]
            let first = try await asking.send(
                .post, "/api/v1/accounts/sign-in", json,
                #"{"username":"\#(world[.nurse].username)","password":"\#(World.password)"}"#, as: nil)
            #expect(first.status == .ok && first.text == #"{"awaits":"code"}"#)
            var half = world[.nurse]
            half = Someone(
                part: .nurse, principal: half.principal, username: half.username,
                cookie: String(try #require(first.headers[.setCookie]).prefix { $0 != ";" }), token: "", search: "")
            // The one after the one that confirmed it.
            let step = TOTP.step(at: Date()) + 1
            let second = try await asking.send(
                .post, "/api/v1/accounts/sign-in/code", json, #"{"code":"\#(app.code(at: step))"}"#, as: half)
            #expect(second.status == .ok && second.text.contains(world[.nurse].username))
            let cookie = try #require(second.headers[.setCookie])
            #expect(!cookie.hasPrefix(half.cookie) && cookie.contains("HttpOnly") && cookie.contains("Secure"))
        }
    }

    @Test func `whoever must set up a second factor gets to that, to the way out, and nowhere else`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "mustset"), scene = try await world.sceneWithAnnouncement()
            _ = try await wcc.accounts.change(
                FactorPolicyDraft(roles: [.careAssistant]), by: world[.director].principal)
            var reached: Set<String> = []
            for sample in Sample.all where sample.act != nil && !sample.endsSignIn {
                let answer = try await asking.ask(sample, scene, as: world[.carer])
                if Self.beforeFactor.contains(sample.route) {
                    reached.insert(sample.route)
                    #expect(answer.status == sample.status, "\(sample.testDescription)")
                } else if sample.isPage, sample.method == .get {
                    #expect(answer.status == .seeOther, "\(sample.testDescription)")
                    #expect(answer.headers[.location] == "/second-factor", "\(sample.testDescription)")
                } else {
                    #expect(answer.status == .forbidden, "\(sample.testDescription)")
                    #expect(sample.isPage || answer.text.contains("/problems/factor-required"))
                }
                #expect(!answer.text.contains("\(world.mark) "), "\(sample.testDescription)")
            }
            #expect(reached.count == Self.beforeFactor.count - 2)
            for sample in Sample.all where sample.endsSignIn {
                let again = try await world.signIn(.carer)
                let answer = try await asking.ask(sample, scene, as: again)
                let isOpen = Self.beforeFactor.contains(sample.route)
                #expect(answer.status == (isOpen ? sample.status : .forbidden), "\(sample.testDescription)")
            }
            // The others are not held up.
            #expect(try await asking.send(.get, "/api/v1/accounts/me", as: world[.nurse]).status == .ok)
            let again = try await world.signIn(.carer)
            let (_, signIn) = try await self.setUp(again, wcc)
            let whole = try self.someone(signIn, like: again)
            #expect(try await asking.send(.get, "/api/v1/accounts/me", as: whole).status == .ok)
        }
    }

    @Test func `every act of somebody with a factor that asks for a code is asked for one, by page and by API`()
        async throws
    {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "stepup")
            for part in [Part.manager, .director] {
                let (app, signIn) = try await self.setUp(world[part], wcc)
                let admin = TestDatabase.current.open(as: "postgres", size: 1)
                try await admin.transaction(as: .system("test")) { [id = world.id] tx in
                    _ = try tx.execute(
                        """
                        UPDATE accounts.sign_in SET code_at = code_at - interval '10 minutes'
                        WHERE tenant_id = \(id.uuid) AND code_at IS NOT NULL
                        """)
                }
                await admin.shutDown()
                var late = try self.someone(signIn, like: world[part])
                var asked = 0
                for sample in Sample.all where sample.by == part && sample.act?.asksForCode == true {
                    let scene = try await world.scene(for: sample)
                    let answer = try await asking.ask(sample, scene, as: late)
                    // A page that offers a form asks when it is sent.
                    if sample.isPage, answer.status == .ok, sample.method == .get { continue }
                    #expect(answer.status == .forbidden, "\(sample.testDescription): \(answer.text)")
                    #expect(
                        answer.text.contains(sample.isPage ? "step_up_code" : "/problems/step-up-required"),
                        "\(sample.testDescription)")
                    asked += 1
                }
                #expect(asked > 1)
                // What was typed is still there, and is done with the code.
                guard part == .director else { continue }
                let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
                let key = UUID().uuidString
                func send(_ code: String?) async throws -> Answer {
                    try await asking.send(
                        .post, "/second-factor/policy", form,
                        "csrf=\(late.token)&key=\(key)&roles=gp&version=1" + (code.map { "&step_up_code=\($0)" } ?? ""),
                        as: late)
                }
                let page = try await send(nil)
                #expect(page.text.contains(#"name="roles" value="gp""#) && page.text.contains(#"value="\#(key)""#))
                let wrong = try await send("12345")
                #expect(wrong.status == .unprocessableContent && wrong.text.contains(#"name="roles" value="gp""#))
                let right = try await send(app.code(at: TOTP.step(at: Date()) + 1))
                #expect(right.status == .seeOther && right.headers[.location] == "/second-factor/policy")
                #expect(try await wcc.accounts.factorPolicy(for: world[.manager].principal).roles == [.gp])
                // The earlier sign-in is over.
                #expect(try await asking.send(.get, "/api/v1/accounts/me", as: late).status == .unauthorized)
                let cookie = try #require(right.headers[.setCookie]).prefix { $0 != ";" }
                late = Someone(
                    part: part, principal: late.principal, username: late.username, cookie: String(cookie), token: "",
                    search: "")
                #expect(try await asking.send(.get, "/api/v1/accounts/me", as: late).status == .ok)
            }
        }
    }

    /// So that somebody who adds one thinks of it, and nobody takes one off the list by accident.
    @Test func `these acts ask for a code`() {
        #expect(
            Set(WriteCareConnect.permissions.filter { $0.asksForCode }.map { $0.name }) == [
                "accounts.grant_role", "accounts.change_role", "accounts.revoke_role", "accounts.close",
                "accounts.reopen", "accounts.invite", "accounts.renew_invitation", "people.invite_contact",
                "accounts.renew_recovery_codes", "accounts.remove_factor", "accounts.remove_factor_of",
                "accounts.change_factor_policy", "audit.export", "messages.change_policy",
                "messages.change_ladder_policy", "accounts.enrol_tablet", "accounts.set_tablet_pin",
                "messages.change_ladder_policy", "people.open_in_emergency",
                "audit.export_security",
            ])
    }
}
