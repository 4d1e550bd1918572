import Foundation
import Kernel
import Logging
import NIOConcurrencyHelpers
import TestKit

@testable import Limits

/// A clock that stands still until it is told.
final class ManualClock: Sendable {
    private let time = NIOLockedValueBox(Date(timeIntervalSince1970: 1_795_000_000))

    var now: Date { self.time.withLockedValue { $0 } }
    func advance(_ seconds: Double) { self.time.withLockedValue { $0 += seconds } }
}

/// A Redis that gives no answer, or one that is made up.
final class FakeCounter: RateCounter {
    private let given = NIOLockedValueBox<RateAnswer?>(nil)
    let taken = NIOLockedValueBox(0)
    let returned = NIOLockedValueBox(0)

    var answer: RateAnswer? {
        get { self.given.withLockedValue { $0 } }
        set { self.given.withLockedValue { $0 = newValue } }
    }

    func take(_: [RatePlace]) async -> RateAnswer? {
        self.taken.withLockedValue { $0 += 1 }
        return self.answer
    }
    func giveBack(_: [RatePlace]) async { self.returned.withLockedValue { $0 += 1 } }
}

extension LimitsSettings {
    /// With a key, as processes share it, and some rates of a test's own.
    static func testing(_ rates: [RateClass: Rate] = [:]) -> LimitsSettings {
        var settings = LimitsSettings()
        settings.key = Redacted(Data((0..<32).map { UInt8($0) }))
        settings.rates.merge(rates) { $1 }
        return settings
    }
}
