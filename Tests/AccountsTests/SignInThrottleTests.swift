import Foundation
import Kernel
import Limits
import TestKit
import Testing

@testable import Accounts

@Suite struct SignInThrottleTests {
    @Test func `a name has twenty tries in ten minutes, wherever they come from`() async throws {
        let clock = ManualClock()
        let throttle = SignInThrottle(rates: Rates(now: { clock.now }, security: .quiet))
        let name = try #require(SignInName("alice"))
        var taken = 0
        for try_ in 0..<600 {
            let network = AddressPrefix("10.0.\(try_ % 250).1")
            if (try? await throttle.reserve(name, from: network, on: nil)) != nil { taken += 1 }
            clock.advance(1)
        }
        #expect(taken == 19 || taken == 20)
        clock.advance(600)
        _ = try await throttle.reserve(name, from: AddressPrefix("10.1.1.1"), on: nil)
    }

    @Test func `a network has thirty at once, and says how long to wait`() async throws {
        let clock = ManualClock()
        let throttle = SignInThrottle(rates: Rates(now: { clock.now }, security: .quiet))
        for number in 0..<30 {
            let name = try #require(SignInName("name\(number)"))
            _ = try await throttle.reserve(name, from: AddressPrefix("192.0.2.\(number)"), on: nil)
        }
        let name = try #require(SignInName("another"))
        await #expect(throws: AccountsError.tooManyTries(seconds: 2)) {
            try await throttle.reserve(name, from: AddressPrefix("192.0.2.200"), on: nil)
        }
        // What was refused for the network's sake was not counted against the name.
        for _ in 0..<10 { _ = try await throttle.reserve(name, from: AddressPrefix("198.51.100.1"), on: nil) }
        await #expect(throws: AccountsError.tooManyTries(seconds: 60)) {
            try await throttle.reserve(name, from: AddressPrefix("203.0.113.1"), on: nil)
        }
    }
}
