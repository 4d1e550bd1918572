import Foundation
import Kernel
import Logging
import NIOConcurrencyHelpers
import Redis
import TestKit
import Testing

@testable import Limits

/// Against Redis itself, whose clock nobody holds: so what is counted here takes hours to come back.
@Suite(.timeLimit(.minutes(5))) struct RedisRatesTests {
    private func counting<Value: Sendable>(
        _ rates: [RateClass: Rate] = [:], arguments: [String] = [],
        _ body: (TestRedis, Redis, Rates) async throws -> Value
    ) async throws -> Value {
        try await TestRedis.running(arguments) { server in
            let redis = try #require(Redis(server.settings, logger: .quiet))
            return try await redis.running { redis in
                try await body(server, redis, Rates(.testing(rates), redis: redis, now: { Date() }, security: .quiet))
            }
        }
    }

    private func taken(_ rates: Rates, _ rateClass: RateClass, _ subject: String, of tries: Int) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<tries {
                group.addTask { await rates.take([rates.keys.place(rateClass, subject)])?.isAllowed ?? false }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }

    @Test(arguments: [RateClass.read, .signInName, .export])
    func `processes count together, and those who ask at once get no more`(_ rateClass: RateClass) async throws {
        try await TestRedis.running { server in
            let rates: [RateClass: Rate] = [rateClass: Rate(50, per: .seconds(36_000))]
            let first = try #require(Redis(server.settings, logger: .quiet))
            let second = try #require(Redis(server.settings, logger: .quiet))
            try await first.running { first in
                try await second.running { second in
                    let one = Rates(.testing(rates), redis: first, now: { Date() }, security: .quiet)
                    let other = Rates(.testing(rates), redis: second, now: { Date() }, security: .quiet)
                    async let here = self.taken(one, rateClass, "ann", of: 100)
                    async let there = self.taken(other, rateClass, "ann", of: 100)
                    let count = await here + there
                    #expect((50...51).contains(count))
                    let refused = await one.take([one.keys.place(rateClass, "ann")])
                    #expect(refused?.isAllowed == false)
                    let wait = refused?.retryAfter ?? 0
                    #expect(wait > 0 && wait <= 720)
                    let ben = await other.take([other.keys.place(rateClass, "ben")])
                    #expect(ben?.remaining == 49)
                }
            }
        }
    }

    @Test func `what Redis answers is what a process answers`() async throws {
        let rates: [RateClass: Rate] = [
            .read: Rate(4, per: .seconds(36_000)), .organisation: Rate(3, per: .seconds(36_000)),
        ]
        try await self.counting(rates) { _, redis, _ in
            let keys = LimitKeys()
            let places = [keys.place(.read, "ann"), keys.place(.organisation, "fernhill")]
            let shared = RedisRates(redis, rates), alone = ProcessRates(rates, now: { Date() })
            for round in 0..<6 {
                if round == 5 {
                    await shared.giveBack(places)
                    alone.giveBack(places)
                }
                let one = try #require(await shared.take(places)), other = try #require(alone.take(places))
                #expect(one.isAllowed == other.isAllowed && one.remaining == other.remaining)
                #expect(one.rateClass == other.rateClass)
                #expect(abs(one.retryAfter - other.retryAfter) < 600 && abs(one.reset - other.reset) < 600)
            }
        }
    }

    @Test func `nothing in Redis says whom it counts, and all of it ends`() async throws {
        try await self.counting([.read: Rate(10, per: .seconds(36_000))]) { _, redis, rates in
            _ = await rates.take([rates.keys.place(.read, "precious.adeyemi")])
            let keys = try await redis.ask(["KEYS", "*"]).list?.compactMap(\.text) ?? []
            #expect(keys.count == 1 && keys.allSatisfy { $0.hasPrefix("rl:read:") && !$0.contains("precious") })
            let expiry = try await redis.ask(["PTTL", keys.first ?? ""]).number ?? -1
            #expect(expiry > 0 && expiry <= 3_602_000)
        }
    }

    @Test func `one that was emptied counts from the beginning, and knows the script again`() async throws {
        try await self.counting([.read: Rate(3, per: .seconds(36_000))]) { _, redis, rates in
            #expect(await self.taken(rates, .read, "ann", of: 9) == 3)
            _ = try await redis.ask(["FLUSHALL"])
            _ = try await redis.ask(["SCRIPT", "FLUSH"])
            #expect(await self.taken(rates, .read, "ann", of: 9) == 3)
            #expect(try await redis.ask(["DBSIZE"]) == .number(1))
        }
    }

    /// Refused, emptied, stopped, full, of the wrong kind: a guesser gets what is allowed, and once more at most.
    @Test func `whatever becomes of Redis, a guesser gets no more in this process`() async throws {
        try await self.counting([.signInName: Rate(10, per: .seconds(36_000))]) { server, redis, rates in
            #expect(await self.taken(rates, .signInName, "ann", of: 30) == 10)
            _ = try await redis.ask(["FLUSHALL"])
            #expect(await self.taken(rates, .signInName, "ann", of: 30) == 0)
            await server.stop()
            #expect(try await eventually(within: .seconds(60)) { !redis.isUp })
            #expect(await self.taken(rates, .signInName, "ann", of: 30) == 0)
            #expect(await self.taken(rates, .signInName, "ben", of: 30) == 10)
        }
    }

    @Test func `one that is full, or holds something else, is none: this process counts`() async throws {
        let rate = Rate(3, per: .seconds(36_000)), rates: [RateClass: Rate] = [.read: rate, .signInName: rate]
        try await self.counting(rates) { _, redis, rates in
            for (number, spoil) in [
                ["SET", rates.keys.place(.read, "ann0").redisKey, "no number"],
                ["LPUSH", rates.keys.place(.read, "ann1").redisKey, "a list"],
                ["CONFIG", "SET", "maxmemory", "1"],
            ].enumerated() {
                _ = try await redis.ask(spoil)
                #expect(await self.taken(rates, .read, "ann\(number)", of: 9) == 3)
                #expect(await self.taken(rates, .signInName, "ann\(number)", of: 9) == 3)
            }
        }
    }

    @Test func `the rights that the handbook names are enough, and no more than are needed`() async throws {
        let rights = "~rl:* &wake:* +evalsha +eval +get +set +time +publish +subscribe +ping +select"
        try await self.counting { server, administrator, _ in
            let user =
                ["ACL", "SETUSER", "wcc", "on", ">opensesame", "-@all"] + rights.split(separator: " ").map(String.init)
            _ = try await administrator.ask(user)
            var settings = server.settings
            settings.address = RedisAddress("redis://wcc:opensesame@127.0.0.1:\(server.port)/0")
            let redis = try #require(Redis(settings, logger: .quiet))
            let heard = NIOLockedValueBox("")
            redis.subscribe(to: "wake:test") { text in heard.withLockedValue { $0 = text } }
            try await redis.running { redis in
                let rates = Rates(
                    .testing([.read: Rate(3, per: .seconds(36_000))]), redis: redis, now: { Date() }, security: .quiet)
                #expect(await self.taken(rates, .read, "ann", of: 9) == 3)
                redis.tell(["PUBLISH", "wake:test", "news"])
                try #require(await eventually(within: .seconds(60)) { heard.withLockedValue { $0 } == "news" })
                #expect(try await administrator.ask(["DBSIZE"]) == .number(1))
                await #expect(throws: RedisError.refused("NOPERM")) { try await redis.ask(["FLUSHALL"]) }
                await #expect(throws: RedisError.refused("NOPERM")) { try await redis.ask(["GET", "other"]) }
            }
        }
    }

    @Test func `one that stands still costs one wait`() async throws {
        try await TestRedis.running { server in
            var settings = server.settings
            settings.answer = .milliseconds(50)
            let redis = try #require(Redis(settings, logger: .quiet))
            try await redis.running { redis in
                let rates = Rates(
                    .testing([.read: Rate(5, per: .seconds(36_000))]), redis: redis, now: { Date() }, security: .quiet)
                server.freeze()
                #expect(await self.taken(rates, .read, "ann", of: 200) == 5)
                server.thaw()
            }
        }
    }
}
