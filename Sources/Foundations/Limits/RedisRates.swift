import Crypto
import FoundationEssentials
package import Redis

/// Counts for all processes that share a Redis, by its clock.
package struct RedisRates: RateCounter {
    private let redis: Redis
    private let rates: [RateClass: Rate]

    package init(_ redis: Redis, _ rates: [RateClass: Rate]) {
        self.redis = redis
        self.rates = rates
    }

    package func take(_ places: [RatePlace]) async -> RateAnswer? { await self.run(places, cost: 1) }

    package func giveBack(_ places: [RatePlace]) async { _ = await self.run(places, cost: -1) }

    private func run(_ places: [RatePlace], cost: Int) async -> RateAnswer? {
        let rates = places.compactMap { self.rates[$0.rateClass] }
        guard !places.isEmpty, rates.count == places.count else { return nil }
        let words =
            ["\(places.count)"] + places.map(\.redisKey) + ["\(cost)"]
            + rates.flatMap { ["\(max(1, Int($0.interval * 1_000_000)))", "\($0.burst)"] }
        guard let reply = await self.reply(words)?.list, reply.count == 2 * places.count else { return nil }
        let numbers = reply.compactMap(\.number)
        guard numbers.count == reply.count else { return nil }
        let answers = zip(places, rates).enumerated().map { index, asked in
            let wait = Double(numbers[2 * index]) / 1_000_000, reset = Double(numbers[2 * index + 1]) / 1_000_000
            return RateAnswer(
                isAllowed: wait <= 0, asked.0.rateClass, asked.1, retryAfter: wait, reset: reset)
        }
        return RateAnswer.decisive(answers)
    }

    /// By the script's hash, and in full where Redis does not know it: after a start, and after it was emptied.
    private func reply(_ words: [String]) async -> RedisValue? {
        do {
            return try await self.redis.ask(["EVALSHA", Self.hash] + words)
        } catch .refused("NOSCRIPT") {
            return try? await self.redis.ask(["EVAL", Self.script] + words)
        } catch {
            return nil
        }
    }

    private static let hash = Insecure.SHA1.hash(data: Data(Self.script.utf8)).map { byte in
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()

    /// The generic cell rate algorithm, in millionths of a second.
    ///
    /// A value is the instant at which an allowance is whole again. One that is no number counts as whole, and a clock
    /// that was set back locks nobody out for longer than a whole allowance takes.
    private static let script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local cost = tonumber(ARGV[1])
        local due, waits, isAllowed, reply = {}, {}, true, {}
        for i, key in ipairs(KEYS) do
            local interval, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
            local at = tonumber(redis.call('GET', key)) or now
            due[i] = math.min(math.max(at, now), now + interval * burst)
            waits[i] = math.max(0, due[i] + cost * interval - now - interval * burst)
            if waits[i] > 0 then isAllowed = false end
        end
        for i, key in ipairs(KEYS) do
            if isAllowed then
                due[i] = math.max(due[i] + cost * tonumber(ARGV[2 * i]), now)
                redis.call('SET', key, string.format('%.0f', due[i]), 'PX', math.ceil((due[i] - now) / 1000) + 1000)
            end
            reply[2 * i - 1] = math.ceil(waits[i])
            reply[2 * i] = math.ceil(due[i] - now)
        end
        return reply
        """
}
