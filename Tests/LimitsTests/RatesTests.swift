import Foundation
import Kernel
import Logging
import TestKit
import Testing

@testable import Limits

/// In one process, by a clock that the test holds.
@Suite struct RatesTests {
    private let clock = ManualClock()

    private func rates(_ shared: FakeCounter? = nil, _ rates: [RateClass: Rate] = [:]) -> Rates {
        Rates(.testing(rates), shared: shared, now: { self.clock.now }, security: .quiet)
    }

    private func isAllowed(_ rates: Rates, _ rateClass: RateClass, _ subject: String = "ann") async -> Bool {
        await rates.take([rates.keys.place(rateClass, subject)])?.isAllowed ?? false
    }

    @Test(arguments: [(600, 60.0), (7, 3.0), (2, 3_600), (100, 1.0), (1_200, 60)])
    func `bursts and sustained use are let through as often as is written, give or take two in a hundred`(
        _ count: Int, _ seconds: Double
    ) async {
        let rates = self.rates(nil, [.read: Rate(count, per: .seconds(seconds))])
        var burst = 0
        while await self.isAllowed(rates, .read) { burst += 1 }
        #expect(burst == count)
        // Asked three times as often as is allowed, at moments that fit nothing, for a hundred periods.
        let periods = max(100, 2_000 / count)
        var taken = 0, elapsed = 0.0
        while elapsed < seconds * Double(periods) {
            let step = seconds / Double(count) * Double.random(in: 0.05...0.6)
            elapsed += step
            self.clock.advance(step)
            if await self.isAllowed(rates, .read) { taken += 1 }
        }
        let expected = Double(count * periods)
        #expect(abs(Double(taken) - expected) <= expected * 0.02 + 1)
    }

    @Test func `an answer says how much is left, and when there is more`() async throws {
        let rates = self.rates(nil, [.read: Rate(4, per: .seconds(60))])
        let place = rates.keys.place(.read, "ann")
        var left: [Int] = []
        for _ in 0..<4 {
            let answer = try #require(await rates.take([place]))
            #expect(answer.isAllowed && answer.retryAfter == 0)
            left.append(answer.remaining)
        }
        #expect(left == [3, 2, 1, 0])
        self.clock.advance(5)
        let refused = try #require(await rates.take([place]))
        #expect(!refused.isAllowed && refused.remaining == 0 && refused.rateClass == .read)
        #expect(abs(refused.retryAfter - 10) < 0.001 && abs(refused.reset - 55) < 0.001)
        self.clock.advance(10)
        #expect(await self.isAllowed(rates, .read))
        #expect(await !self.isAllowed(rates, .read))
    }

    @Test func `whoever is refused for the sake of one is not counted against the other`() async throws {
        let rates = self.rates(nil, [.read: Rate(3, per: .seconds(60)), .organisation: Rate(1, per: .seconds(60))])
        let own = rates.keys.place(.read, "ann"), all = rates.keys.place(.organisation, "fernhill")
        #expect(await rates.take([own, all])?.isAllowed == true)
        for _ in 0..<5 {
            let answer = await rates.take([own, all])
            #expect(answer?.isAllowed == false && answer?.rateClass == .organisation)
        }
        #expect(await rates.take([own])?.remaining == 1)
    }

    @Test func `people and classes are counted apart`() async {
        let rates = self.rates(nil, [.read: Rate(1, per: .seconds(60)), .write: Rate(1, per: .seconds(60))])
        #expect(await self.isAllowed(rates, .read))
        #expect(await !self.isAllowed(rates, .read))
        #expect(await self.isAllowed(rates, .read, "ben"))
        #expect(await self.isAllowed(rates, .write))
    }

    @Test func `a Redis that says nothing leaves this process to count, neither open nor closed`() async {
        for rateClass in RateClass.allCases {
            let rates = self.rates(FakeCounter(), [rateClass: Rate(3, per: .seconds(60))])
            for _ in 0..<3 { #expect(await self.isAllowed(rates, rateClass), "\(rateClass)") }
            #expect(await !self.isAllowed(rates, rateClass), "\(rateClass)")
        }
    }

    /// An attack goes on while Redis is emptied: what was used up here stays used up.
    @Test(arguments: RateClass.allCases.filter(\.isSecurity))
    func `what keeps a guesser out is counted here too while Redis counts`(_ rateClass: RateClass) async {
        let shared = FakeCounter()
        let rate = Rate(3, per: .seconds(60))
        shared.answer = RateAnswer(isAllowed: true, rateClass, rate, retryAfter: 0, reset: 1)
        let rates = self.rates(shared, [rateClass: rate])
        for _ in 0..<3 { #expect(await self.isAllowed(rates, rateClass)) }
        #expect(await !self.isAllowed(rates, rateClass))
        #expect(shared.taken.withLockedValue { $0 } == 3)
        shared.answer = nil
        #expect(await !self.isAllowed(rates, rateClass))
    }

    @Test func `what Redis refuses is not counted here`() async {
        let shared = FakeCounter()
        let rates = self.rates(shared, [.signInName: Rate(2, per: .seconds(60))])
        shared.answer = RateAnswer(
            isAllowed: false, .signInName, Rate(2, per: .seconds(60)), retryAfter: 9, reset: 60)
        for _ in 0..<20 { #expect(await !self.isAllowed(rates, .signInName)) }
        shared.answer = nil
        #expect(await self.isAllowed(rates, .signInName))
        #expect(await self.isAllowed(rates, .signInName))
        #expect(await !self.isAllowed(rates, .signInName))
    }

    @Test func `what is given back is given back in both places`() async {
        let shared = FakeCounter()
        let rates = self.rates(shared, [.signInName: Rate(1, per: .seconds(60))])
        let place = rates.keys.place(.signInName, "ann")
        #expect(await rates.take([place])?.isAllowed == true)
        await rates.giveBack([place])
        #expect(await rates.take([place])?.isAllowed == true)
        #expect(await rates.take([place])?.isAllowed == false)
        #expect(shared.returned.withLockedValue { $0 } == 1)
    }

    @Test func `whoever has had enough is in the security log, once a minute, without their name`() async {
        let logs = RecordedLogs()
        let rates = Rates(
            .testing([.read: Rate(1, per: .seconds(3_600))]), shared: nil, now: { self.clock.now },
            security: logs.logger)
        for _ in 0..<50 { _ = await self.isAllowed(rates, .read, "precious.adeyemi") }
        #expect(logs.lines.count == 1)
        self.clock.advance(61)
        for _ in 0..<50 { _ = await self.isAllowed(rates, .read, "precious.adeyemi") }
        #expect(logs.lines.count == 2)
        #expect(logs.lines.allSatisfy { $0.contains("limit reached") && $0.contains("read") })
        #expect(!logs.lines.contains { $0.contains("precious") })
    }

    @Test func `a subject has one fingerprint for all who share the key, and another for everybody else`() {
        let key = Redacted(Data((0..<32).map { UInt8($0) }))
        let one = LimitKeys(key), other = LimitKeys(key), stranger = LimitKeys()
        #expect(one.place(.read, "ann") == other.place(.read, "ann"))
        #expect(one.place(.read, "ann") != one.place(.read, "ben"))
        #expect(one.place(.read, "ann").fingerprint != one.place(.write, "ann").fingerprint)
        #expect(one.place(.read, "ann") != stranger.place(.read, "ann"))
        #expect(one.key(for: "a") == other.key(for: "a") && one.key(for: "a") != one.key(for: "b"))
        #expect(one.key(for: "a") != stranger.key(for: "a"))
    }
}
