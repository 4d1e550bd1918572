import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Limits
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Web

/// The limits in front of a small site with a route of every sort.
@Suite struct RateGateTests {
    private static let people = NIOLockedValueBox<[String: Visitor]>([:])

    /// Whoever `x-person` names, at an address of `x-forwarded-for`.
    private func limited<Value: Sendable>(
        _ rates: [RateClass: Rate], logs: RecordedLogs = RecordedLogs(), at clock: NIOLockedValueBox<Date>? = nil,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var settings = LimitsSettings()
        settings.rates.merge(rates) { $1 }
        var site = TestSite()
        site.settings.trustedProxies = 1
        let now: @Sendable () -> Date = { clock?.withLockedValue { $0 } ?? Date(timeIntervalSince1970: 1_795_000_000) }
        let responder = try site.site(Rates(settings, now: now, security: logs.logger)).responder(
            authenticator: Authenticator { request in
                guard let name = HTTPField.Name("x-person"), let person = request.headers[name] else { return nil }
                return Self.people.withLockedValue { people in
                    let visitor = people[person] ?? .someone(.someone(.careAssistant, in: Self.organisation))
                    people[person] = visitor
                    return visitor
                }
            })
        return try await Application(responder: responder, logger: .quiet).test(.router, body)
    }

    private static let organisation = Identifier<Organisation>.any()

    private func get(
        _ client: any TestClientProtocol, _ path: String, as person: String? = nil, from address: String = "192.0.2.1",
        accept: String = "application/json"
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: accept, .forwardedFor: address]
        if let person, let name = HTTPField.Name("x-person") { headers[name] = person }
        return try await client.executeRequest(uri: path, method: .get, headers: headers, body: nil)
    }

    @Test func `an answer of the API says how much is left, and one too many when there is more`() async throws {
        try await self.limited([.read: Rate(3, per: .seconds(60))]) { client in
            for left in [2, 1, 0] {
                let answer = try await self.get(client, "/api/v1/tests/notes", as: "left")
                #expect(answer.status == .ok)
                #expect(answer.headers[.rateLimit] == "\"read\";r=\(left);t=\(20 * (3 - left))")
                #expect(answer.headers[.rateLimitPolicy] == "\"read\";q=3;w=60")
                #expect(answer.headers[.retryAfter] == nil)
            }
            let refused = try await self.get(client, "/api/v1/tests/notes", as: "left")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(try refused.object["type"] as? String == "/problems/rate-limited")
            #expect(refused.headers[.retryAfter] == "20" && refused.headers[.cacheControl] == "no-store")
            #expect(refused.headers[.rateLimit] == "\"read\";r=0;t=20")
            #expect(refused.headers[.rateLimitPolicy] == "\"read\";q=3;w=60")
        }
    }

    @Test func `a person gets a page that says so, and no other page has the fields`() async throws {
        try await self.limited([.read: Rate(1, per: .seconds(60))]) { client in
            let page = try await self.get(client, "/page", as: "page", accept: "text/html")
            #expect(page.status == .ok && page.headers[.rateLimit] == nil)
            let refused = try await self.get(client, "/page", as: "page", accept: "text/html")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.contentType]?.hasPrefix("text/html") == true)
            #expect(refused.headers[.retryAfter] == "60" && refused.headers[.rateLimit] != nil)
            #expect(refused.text.contains("Try again in 60 seconds."))
        }
    }

    @Test func `what somebody has used up comes back`() async throws {
        let clock = NIOLockedValueBox(Date(timeIntervalSince1970: 1_795_000_000))
        try await self.limited([.read: Rate(1, per: .seconds(60))], at: clock) { client in
            var statuses: [HTTPResponse.Status] = []
            for _ in 0..<2 { statuses.append(try await self.get(client, "/page", as: "back").status) }
            clock.withLockedValue { $0 += 60 }
            statuses.append(try await self.get(client, "/page", as: "back").status)
            #expect(statuses == [.ok, .tooManyRequests, .ok])
        }
    }

    @Test func `eighty people behind one address at a change of shift are eighty people`() async throws {
        // One address may do little as a stranger; nobody who is signed in is counted as one.
        try await self.limited([.address: Rate(5, per: .seconds(3_600))]) { client in
            for _ in 0..<10 {
                try await withThrowingTaskGroup { group in
                    for person in 0..<80 {
                        group.addTask { try await self.get(client, "/page", as: "shift\(person)").status }
                    }
                    while let status = try await group.next() { #expect(status == .ok) }
                }
            }
        }
    }

    @Test func `eighty people who come to sign in from one address are not too many as things are`() async throws {
        try await self.limited([:]) { client in
            for _ in 0..<(80 * 4) {
                let status = try await self.get(client, "/open").status
                #expect(status == .ok)
            }
        }
    }

    @Test func `strangers are counted by their address, as far as our proxies vouch for it`() async throws {
        try await self.limited([.address: Rate(2, per: .seconds(3_600))]) { client in
            for forged in ["", "10.1.1.1, ", "10.1.1.2, 10.1.1.3, "] {
                let status = try await self.get(client, "/open", from: "\(forged)198.51.100.7").status
                #expect(status == (forged.hasPrefix("10.1.1.2") ? .tooManyRequests : .ok))
            }
            #expect(try await self.get(client, "/open", from: "198.51.100.8").status == .ok)
            // Whoever is not let in is a stranger, too.
            #expect(try await self.get(client, "/api/v1/tests/notes", from: "198.51.100.9").status == .unauthorized)
            #expect(try await self.get(client, "/api/v1/tests/notes", from: "198.51.100.9").status == .unauthorized)
            #expect(
                try await self.get(client, "/api/v1/tests/notes", from: "198.51.100.9").status == .tooManyRequests)
        }
    }

    @Test func `an address is an address of IPv4, or a network of IPv6`() {
        #expect(RateGate.subject("192.0.2.1") == "192.0.2.1")
        #expect(RateGate.subject("::ffff:192.0.2.1") == "192.0.2.1")
        #expect(RateGate.subject("2001:db8:1:2::1") == RateGate.subject("2001:db8:1:2:ffff::9"))
        #expect(RateGate.subject("2001:db8:1:2::1") != RateGate.subject("2001:db8:1:3::1"))
        #expect(RateGate.subject("fe80::1%eth0") == RateGate.subject("fe80::2"))
        #expect(RateGate.subject("local") == "local" && RateGate.subject("") == "")
    }

    @Test func `reading, writing and everything of an organisation are counted apart`() async throws {
        let rates: [RateClass: Rate] = [
            .read: Rate(2, per: .seconds(3_600)), .write: Rate(1, per: .seconds(3_600)),
            .organisation: Rate(4, per: .seconds(3_600)),
        ]
        try await self.limited(rates) { client in
            func write(_ person: String) async throws -> HTTPResponse.Status {
                var headers: HTTPFields = [.fetchSite: "same-origin", .forwardedFor: "192.0.2.1"]
                if let name = HTTPField.Name("x-person") { headers[name] = person }
                return try await client.executeRequest(
                    uri: "/api/v1/tests/notes", method: .delete, headers: headers, body: nil
                ).status
            }
            #expect(try await write("apart1") == .noContent)
            #expect(try await write("apart1") == .tooManyRequests)
            #expect(try await self.get(client, "/page", as: "apart1").status == .ok)
            #expect(try await write("apart2") == .noContent)
            #expect(try await self.get(client, "/page", as: "apart2").status == .ok)
            // All four of the organisation are used up; what was refused before counted for nobody.
            let refused = try await self.get(client, "/api/v1/tests/notes", as: "apart3")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.rateLimit]?.hasPrefix("\"organisation\"") == true)
        }
    }

    @Test func `who had too much is in the security log, as nobody`() async throws {
        let logs = RecordedLogs()
        try await self.limited([.read: Rate(1, per: .seconds(60))], logs: logs) { client in
            for _ in 0..<20 { _ = try await self.get(client, "/page", as: "logged") }
            let person = Self.people.withLockedValue { $0["logged"]?.principal.person.description } ?? ""
            #expect(logs.lines.count == 1 && !person.isEmpty)
            #expect(logs.lines.allSatisfy { $0.contains("rule=read") && $0.contains("subject.hash=") })
            #expect(!logs.lines.contains { $0.contains(person) || $0.contains("192.0.2.1") })
        }
    }
}
