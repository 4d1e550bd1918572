import Foundation
import Kernel
import Testing

@testable import Accounts

@Suite struct SignInThrottleTests {
    /// Takes if it may, and says what it was told.
    private func ask(_ table: inout RateTable, _ key: Int = 1, at now: Double) -> Double {
        let wait = table.wait(key, at: now)
        if wait == 0 { table.take(key, at: now) }
        return wait
    }

    @Test func `five at once, then one a minute`() {
        var table = RateTable(limit: .init(burst: 5, interval: 60))
        for _ in 0..<5 { #expect(self.ask(&table, at: 0) == 0) }
        #expect(self.ask(&table, at: 0) == 60)
        #expect(abs(self.ask(&table, at: 0.04) - 59.96) < 0.001)
        #expect(self.ask(&table, at: 60) == 0)
        #expect(self.ask(&table, at: 60) == 60)
        for _ in 0..<5 { #expect(self.ask(&table, at: 10_000) == 0) }
        #expect(self.ask(&table, at: 10_000) == 60)
    }

    @Test func `what is given back can be taken again, once`() {
        var table = RateTable(limit: .init(burst: 2, interval: 10))
        _ = self.ask(&table, at: 0)
        _ = self.ask(&table, at: 0)
        table.giveBack(1)
        #expect(self.ask(&table, at: 0) == 0)
        #expect(self.ask(&table, at: 0) == 10)
    }

    @Test func `keys are counted apart, and those that share a slot together`() {
        var table = RateTable(limit: .init(burst: 1, interval: 10), slots: 4)
        #expect(self.ask(&table, 1, at: 0) == 0)
        #expect(self.ask(&table, 2, at: 0) == 0)
        #expect(self.ask(&table, 5, at: 0) == 10)
        #expect(self.ask(&table, -3, at: 0) == 10)
        #expect(self.ask(&table, .min, at: 0) == 0)
    }

    @Test func `a clock that is set back locks nobody out for long`() {
        var table = RateTable(limit: .init(burst: 3, interval: 60))
        for _ in 0..<3 { _ = self.ask(&table, at: 1_000_000) }
        #expect(self.ask(&table, at: 0) <= 60)
        #expect(self.ask(&table, at: 60) == 0)
    }

    @Test func `a name has twenty tries in ten minutes, wherever they come from`() throws {
        let clock = ManualClock()
        let throttle = SignInThrottle(now: { clock.now })
        let name = try #require(SignInName("alice"))
        var taken = 0
        for try_ in 0..<600 {
            let network = AddressPrefix("10.0.\(try_ % 250).1")
            if (try? throttle.reserve(name, from: network)) != nil { taken += 1 }
            clock.advance(1)
        }
        #expect(taken == 19 || taken == 20)
        clock.advance(600)
        #expect((try? throttle.reserve(name, from: AddressPrefix("10.1.1.1"))) != nil)
    }

    @Test func `a network has thirty at once, and says how long to wait`() throws {
        let clock = ManualClock()
        let throttle = SignInThrottle(now: { clock.now })
        for number in 0..<30 {
            let name = try #require(SignInName("name\(number)"))
            #expect((try? throttle.reserve(name, from: AddressPrefix("192.0.2.\(number)"))) != nil)
        }
        let name = try #require(SignInName("another"))
        #expect(throws: AccountsError.tooManyTries(seconds: 2)) {
            try throttle.reserve(name, from: AddressPrefix("192.0.2.200"))
        }
        // What was refused for the network's sake was not counted against the name.
        for _ in 0..<10 { _ = try throttle.reserve(name, from: AddressPrefix("198.51.100.1")) }
        #expect(throws: AccountsError.tooManyTries(seconds: 60)) {
            try throttle.reserve(name, from: AddressPrefix("203.0.113.1"))
        }
    }
}
