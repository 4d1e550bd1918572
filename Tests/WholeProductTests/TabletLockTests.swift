import Foundation
import HTTPTypes
import Kernel
import Postgres
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// What is quiet, what is locked, and what a page asks by itself, over every route there is.
@Suite(.database, .timeLimit(.minutes(20))) struct TabletLockTests {
    private func admin(_ statement: SQL) async throws -> PostgresRows {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let rows = try await admin.transaction(as: .system("test")) { try $0.execute(statement) }
        await admin.shutDown()
        return rows
    }

    /// Somebody who has signed in on a tablet.
    private func onTablet(_ part: Part, _ world: World, _ tablet: Secret) async throws -> Someone {
        let signIn = try await world.wcc.accounts.signIn(
            SignInAttempt(
                name: world.username(part), password: Password(World.password),
                network: AddressPrefix("10.\(Int.random(in: 0...255)).9.9"), tablet: tablet))
        return Someone(
            part: part, principal: signIn.visitor.principal, username: world.username(part),
            cookie: "__Host-wcc=\(signIn.secret.text.value); __Host-tablet=\(tablet.text.value)",
            token: FormToken(for: signIn.visitor).text,
            search: try signIn.visitor.seal(#"{"text":"said"}"#, for: "search"))
    }

    private func tablet(_ world: World) async throws -> Secret {
        let enrolled = try await world.wcc.accounts.enrol(
            TabletDraft(homeId: world.home, name: "Hall"), by: world[.manager].principal)
        return try #require(enrolled.tablet)
    }

    @Test func `a locked tablet opens nothing by any route, and shows nothing of anybody`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "locked"), scene = try await world.sceneWithAnnouncement()
            let tablet = try await self.tablet(world)
            for part in [Part.carer, .manager] {
                let someone = try await self.onTablet(part, world, tablet)
                // The control: it is open.
                let open = try await asking.send(.get, "/api/v1/accounts/me", as: someone)
                #expect(open.status == .ok)
                try await wcc.accounts.lock(someone.principal)
                var sent = 0
                for sample in Sample.all where sample.act != nil {
                    let answer = try await asking.ask(sample, scene, as: someone)
                    let what = "\(part): \(sample.testDescription)"
                    if sample.isPage, answer.status == .seeOther {
                        sent += 1
                        #expect(answer.headers[.location]?.hasPrefix("/sign-in") == true, "\(what)")
                    } else {
                        #expect(answer.status == .unauthorized, "\(what): \(answer.text)")
                    }
                    #expect(!answer.text.contains(world.mark), "\(what)")
                    #expect(answer.headers[.setCookie] == nil, "\(what)")
                }
                #expect(sent > 50)
                // The ways on: who are you, and the PIN.
                let door = try await asking.send(.get, "/tablet", [.accept: "text/html"], as: someone)
                #expect(door.status == .ok && door.text.contains("Who are you?"))
                let sign = try await asking.send(.get, "/sign-in?next=/messages", [.accept: "text/html"], as: someone)
                #expect(sign.headers[.location] == "/tablet?next=/messages")
                let again = try await asking.send(.get, "/api/v1/accounts/me", as: someone)
                #expect(again.status == .unauthorized)
            }
        }
    }

    @Test func `without its tablet, a sign-in of a tablet is nobody by any route`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "taken"), scene = try await world.sceneWithAnnouncement()
            let someone = try await self.onTablet(.carer, world, try await self.tablet(world))
            let cookie = String(someone.cookie.prefix { $0 != ";" })
            let thief = Someone(
                part: .carer, principal: someone.principal, username: someone.username, cookie: cookie,
                token: someone.token, search: someone.search)
            for sample in Sample.all where sample.act != nil {
                let answer = try await asking.ask(sample, scene, as: thief)
                #expect([.seeOther, .unauthorized].contains(answer.status), "\(sample.testDescription)")
                #expect(!answer.text.contains(world.mark), "\(sample.testDescription)")
            }
            #expect(try await asking.send(.get, "/api/v1/accounts/me", as: someone).status == .ok)
        }
    }

    @Test func `nothing that a page asks by itself moves the clock, and what a person asks does`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "quiet"), scene = try await world.sceneWithAnnouncement()
            let someone = world[.carer], id = try #require(someone.principal.signIn).uuid
            func left() async throws -> Double {
                let rows = try await self.admin(
                    "SELECT extract(epoch FROM idle_until - now())::float8 AS left FROM accounts.sign_in WHERE id = \(id)"
                )
                return try #require(rows.first).read("left")
            }
            func rest() async throws {
                _ = try await self.admin(
                    """
                    UPDATE accounts.sign_in SET last_act_at = now() - interval '10 minutes',
                        idle_until = now() + interval '5 minutes' WHERE id = \(id)
                    """)
            }
            let background = try #require(HTTPField.Name("WCC-Background"))
            for sample in Sample.all where sample.method == .get && sample.act != nil {
                try await rest()
                var headers: HTTPFields = sample.isPage ? [.accept: "text/html"] : [:]
                // A stream is one whatever it says.
                if !sample.isStream { headers[background] = "1" }
                _ = try await asking.send(.get, sample.path(scene, someone), headers, as: someone)
                #expect(try await left() < 301, "\(sample.testDescription)")
            }
            for sample in Sample.all where sample.method == .get && sample.act != nil && !sample.isStream {
                try await rest()
                _ = try await asking.ask(sample, scene, as: someone)
                #expect(try await left() > 800, "\(sample.testDescription)")
            }
        }
    }
}
