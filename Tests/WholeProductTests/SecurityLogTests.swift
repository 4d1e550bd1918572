import Audit
import Foundation
import HTTPTypes
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web
import WriteCareConnect

@testable import Accounts

/// What happens at the door is in the security log: each kind, as often as it happened.
@Suite(.database, .timeLimit(.minutes(10))) struct SecurityLogTests {
    private struct Counted: Sendable {
        let tenants: [String: Int]
        let installation: [String: Int]
    }

    private func counted(_ world: World, _ admin: Database) async throws -> Counted {
        await world.wcc.securityLog.write(isLast: true)
        func sum(_ statement: SQL) async throws -> [String: Int] {
            var found: [String: Int] = [:]
            for row in try await admin.read(as: .system("test"), statement) {
                found[try row.read("kind")] = try row.read("number")
            }
            return found
        }
        return Counted(
            tenants: try await sum(
                """
                SELECT kind, sum(count)::bigint AS number FROM audit.security_event
                WHERE tenant_id = \(world.id.uuid) GROUP BY kind
                """),
            installation: try await sum(
                "SELECT kind, sum(count)::bigint AS number FROM audit.installation_event GROUP BY kind"))
    }

    private func attempt(_ name: String, _ password: String = "wrong") -> SignInAttempt {
        SignInAttempt(
            name: name, password: Password(password), network: AddressPrefix("10.1.2.3"), agent: "Tests")
    }

    @Test func `each kind that is provoked is counted`() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await withApp(settings: ["LIMITS_EXPORT": "1/1h"]) { client, wcc in
            let asking = Asking(client: client)
            let world = try await World(in: wcc, mark: "secured")
            let before = try await self.counted(world, admin)
            let director = world[.director].principal, accounts = wcc.accounts
            // Signing in: a wrong password, a name that nobody has, too often.
            for _ in 0..<3 { _ = try? await accounts.signIn(self.attempt(world.username(.carer))) }
            for _ in 0..<2 { _ = try? await accounts.signIn(self.attempt("nobody.\(world.mark)")) }
            for _ in 0..<12 { _ = try? await accounts.signIn(self.attempt("nobody.\(world.mark)")) }
            _ = try await accounts.signIn(self.attempt(world.username(.gp), World.password))
            // What is not theirs, and what is not there.
            let scene = try await world.scene()
            for path in ["/residents/\(scene.resident)", "/residents/\(UUID())"] {
                let answer = try await asking.send(.get, path, [.accept: "text/html"], as: world[.elsewhere])
                #expect(answer.status == .notFound)
            }
            #expect(
                try await asking.send(.get, "/audit", [.accept: "text/html"], as: world[.carer]).status == .forbidden)
            // Too much at once.
            for _ in 0..<3 { _ = try await asking.send(.get, "/audit/export", as: world[.director]) }
            // A wrong present password.
            func visitor(_ part: Part) -> Visitor {
                Visitor(
                    principal: world[part].principal, name: "", preferredName: "", initials: "", roleTitle: "",
                    homes: [], isOutside: false, formKey: "x")
            }
            _ = try? await accounts.changePassword(
                PasswordChange(
                    present: Password("wrong"), chosen: Password("another long enough password"),
                    network: AddressPrefix("10.1.2.3")), by: visitor(.nurse))
            // Roles, sign-ins, accounts, a second step, a link for a password.
            let sample = try #require(Sample.all.first { $0.act == RemoveFactorOf.self })
            let person = try await world.scene(for: sample).staff
            _ = try await accounts.removeFactor(of: person, by: director)
            _ = try await accounts.grant(NewRole(.seniorCarer, .home(world.home)), to: person, by: director)
            _ = try await accounts.endSignIns(of: person, by: director)
            _ = try await accounts.makePasswordReset(for: person, by: director)
            _ = try await accounts.close(person, by: director)
            _ = try await accounts.reopen(person, by: director)
            // A tablet, and a new program with a token of which there is a copy.
            let tablet = try await accounts.enrol(
                TabletDraft(homeId: world.home, name: "Night tablet"), by: world[.manager].principal
            ).record.value.id
            try await accounts.endTablet(tablet, by: world[.manager].principal)
            let tokens = try await accounts.issueTokens(
                self.attempt(world.username(.carer), World.password), code: nil)
            _ = try await accounts.refreshTokens(tokens.refreshToken, agent: "Tests")
            await #expect(throws: TokenError.dead) {
                try await accounts.refreshTokens(tokens.refreshToken, agent: "Somebody else's")
            }
            // An emergency that finds nobody.
            _ = try? await wcc.people.openInEmergency(
                EmergencyRequest(fullName: "Nobody", room: "1", reason: "It cannot wait"), by: visitor(.carer))

            let after = try await self.counted(world, admin)
            func more(_ kind: SecurityKind) -> Int {
                after.tenants[kind.rawValue, default: 0] - before.tenants[kind.rawValue, default: 0]
            }
            let expected: [SecurityKind: Int] = [
                .signInFailed: 3, .newDevice: 2, .accessRefused: 3, .limitReached: 2, .passwordFailed: 1,
                .roleGiven: 1, .factorRemoved: 1, .signInsEnded: 1, .passwordReset: 1, .accountClosed: 1,
                .accountReopened: 1, .emergencyMissed: 1, .tabletEnrolled: 1, .tabletEnded: 1, .tokenReused: 1,
            ]
            #expect(expected.count == 15)
            for (kind, number) in expected { #expect(more(kind) == number, "\(kind)") }
            #expect(after.tenants[SecurityKind.unknownName.rawValue] == nil)
            let unknown = after.installation[SecurityKind.unknownName.rawValue, default: 0]
            let throttled = after.installation[SecurityKind.signInThrottled.rawValue, default: 0]
            // A slow machine gets another try or two meanwhile.
            #expect(unknown + throttled == 14 && unknown >= 10 && throttled > 0, "\(after.installation)")
        }
        await admin.shutDown()
    }

    @Test func `those in charge are told of what needs a look, until they have seen it`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "alerted"), director = world[.director]
            await wcc.securityLog.write(isLast: true)
            let path = "/api/v1/audit/security-alerts"
            let first = try await asking.send(.get, path, as: director)
            // Everybody has signed in with a browser that was not known; only those who administer are told of.
            #expect(
                first.text.contains("new_device") && first.text.contains(world[.manager].principal.person.description))
            #expect(!first.text.contains(world[.carer].principal.person.description))
            let today = try await asking.send(.get, "/today", [.accept: "text/html"], as: director)
            #expect(today.text.contains("Security: have a look"))
            let until = try #require(today.text.firstMatch(of: /name="until" value="([^"]+)"/)?.output.1)
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
            let seen = try await asking.send(
                .post, "/audit/security/seen", form,
                "csrf=\(director.token)&key=\(UUID())&until=\(until)&return=/today", as: director)
            #expect(seen.status == .seeOther && seen.headers[.location] == "/today")
            #expect(try await asking.send(.get, path, as: director).text == #"{"items":[]}"#)
            // Nine are a bad memory; ten are somebody who tries.
            for number in 1...10 {
                _ = try? await wcc.accounts.signIn(
                    SignInAttempt(
                        name: world.username(.nurse), password: Password("wrong"),
                        network: AddressPrefix("10.9.\(number).1"), agent: "Tests"))
                let alerts = try await asking.send(.get, path, as: director).text
                #expect(alerts.contains("many_failures") == (number == 10), "\(number)")
            }
            for wrong in ["", "x", "2026-11-22"] {
                let answer = try await asking.send(
                    .post, "/audit/security/seen", form,
                    "csrf=\(director.token)&key=\(UUID())&until=\(wrong)", as: director)
                #expect(answer.status == .unprocessableContent)
            }
        }
    }

    @Test func `the log can be paged and narrowed, and is of one organisation`() async throws {
        try await withProduct { asking, wcc in
            let world = try await World(in: wcc, mark: "logged"), other = try await World(in: wcc, mark: "unlogged")
            for number in 0..<5 {
                _ = try await asking.send(.get, "/residents/\(UUID())", as: world[.carer])
                _ = try await asking.send(.get, "/api/v1/people/residents/\(UUID())", as: other[.carer])
                await wcc.securityLog.write(isLast: true)
                if number == 4 { break }
            }
            let director = world[.director].principal
            let service = SecurityService(
                database: wcc.database, audit: Audit(),
                directory: AuditDirectory(names: { _, _ in [:] }, standing: { _, _, _ in nil }))
            var filter = SecurityFilter(), seen: [SecurityEvent] = [], after: Keyset?
            filter.kind = .accessRefused
            repeat {
                let page = try await service.events(filter, after: after, limit: 2, for: director)
                seen += page.items
                after = try page.next.map { try Keyset($0, parts: 2) }
            } while after != nil
            #expect(seen.count == 5 && Set(seen.map(\.id)).count == 5)
            #expect(seen.allSatisfy { $0.rule == "404 GET /residents/{resident}" && $0.count == 1 })
            #expect(seen.map(\.at) == seen.map(\.at).sorted(by: >))
            filter.person = other[.carer].principal.person
            #expect(try await service.events(filter, for: director).items.isEmpty)
        }
    }
}
