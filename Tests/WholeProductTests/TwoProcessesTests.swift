import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing
import WriteCareConnect

@testable import Accounts
@testable import Web

/// Two of the whole product on one database, joined by Redis.
@Suite(.database, .timeLimit(.minutes(5))) struct TwoProcessesTests {
    private func withTwo(
        _ server: TestRedis,
        _ body: @escaping @Sendable (Asking, WriteCareConnect, Asking, WriteCareConnect) async throws -> Void
    ) async throws {
        // Nothing looks by itself for ten minutes.
        var streams = LiveStreams.Settings()
        streams.poll = .seconds(600)
        streams.heartbeat = .seconds(600)
        streams.recheck = .seconds(600)
        streams.age = .seconds(600)
        let settings = [
            "REDIS_URL": server.url, "LIMITS_KEY": TestKeys.make(),
            "REDIS_TIMEOUT": "5s",
        ]
        try await withApp(streams: streams, settings: settings) { [streams] one, first in
            try await withApp(streams: streams, settings: settings) { other, second in
                #expect(
                    try await eventually(within: .seconds(60)) {
                        first.isJoined && second.isJoined
                    })
                try await body(Asking(client: one), first, Asking(client: other), second)
            }
        }
    }

    @Test func `a sign-in that ends on one process closes its streams on the other`() async throws {
        try await TestRedis.running { server in
            try await self.withTwo(server) { _, first, other, second in
                let world = try await World(in: first, mark: "twoprocesses")
                let nurse = try await world.signIn(.nurse)
                async let stream = other.send(.get, "/events", as: nurse)
                try #require(await eventually(within: .seconds(60)) { second.streams.count == 1 })
                try await first.accounts.signOut(nurse.principal)
                #expect(try await stream.text.contains("event: bye"))
                #expect(second.streams.count == 0)
            }
        }
    }

    @Test func `a name has ten tries, on however many processes they are made at once`() async throws {
        try await TestRedis.running { server in
            try await self.withTwo(server) { _, first, _, second in
                let world = try await World(in: first, mark: "tentries")
                let name = world.username(.nurse)
                let before = first.accounts.passwords.count + second.accounts.passwords.count
                let refusals = await withTaskGroup(of: AccountsError?.self) { group in
                    for number in 0..<200 {
                        let accounts = number.isMultiple(of: 2) ? first.accounts : second.accounts
                        group.addTask {
                            let attempt = SignInAttempt(
                                name: name, password: Password("guess \(number)"),
                                network: AddressPrefix("10.0.\(number).1"))
                            do {
                                _ = try await accounts.signIn(attempt)
                                return nil
                            } catch {
                                return error as? AccountsError
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                let hashed = first.accounts.passwords.count + second.accounts.passwords.count - before
                #expect(hashed == 10)
                #expect(refusals.filter { $0 == .wrongNameOrPassword }.count == 10)
                #expect(
                    refusals.allSatisfy {
                        if case .tooManyTries = $0 { true } else { $0 == .wrongNameOrPassword }
                    })
            }
        }
    }

    @Test func `health says that Redis is gone, and requests are served all the same`() async throws {
        try await TestRedis.running { server in
            try await self.withTwo(server) { asking, first, _, _ in
                let world = try await World(in: first, mark: "redisgone")
                let health = try await asking.send(.get, "/health", as: nil)
                #expect(health.status == .ok && health.text.contains(#"{"name":"redis","state":"up"}"#))
                await server.stop()
                #expect(try await eventually(within: .seconds(60)) { !first.isJoined })
                #expect(
                    try await eventually(within: .seconds(60)) {
                        let health = try await asking.send(.get, "/health", as: nil)
                        return health.status == .ok && health.text.contains(#"{"name":"redis","state":"down"}"#)
                    })
                #expect(try await asking.send(.get, "/health/readiness", as: nil).status == .ok)
                let nurse = try await world.signIn(.nurse)
                let answer = try await asking.send(.get, "/api/v1/accounts/me", as: nurse)
                #expect(answer.status == .ok && answer.headers[.rateLimit] != nil)
            }
        }
    }
}
