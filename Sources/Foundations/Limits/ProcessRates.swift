package import FoundationEssentials
import NIOConcurrencyHelpers

/// Counts in the memory of this process; it always has an answer.
package final class ProcessRates: RateCounter {
    private let rates: [RateClass: Rate]
    private let tables: NIOLockedValueBox<[RateClass: RateTable]>
    private let now: @Sendable () -> Date

    package init(_ rates: [RateClass: Rate], now: @escaping @Sendable () -> Date) {
        self.rates = rates
        self.tables = NIOLockedValueBox(rates.mapValues { RateTable($0) })
        self.now = now
    }

    package func take(_ places: [RatePlace]) -> RateAnswer? {
        let now = self.now().timeIntervalSinceReferenceDate
        let answers = self.tables.withLockedValue { tables in
            let waits = places.map { tables[$0.rateClass]?.wait($0.key, at: now) ?? 0 }
            let isAllowed = waits.allSatisfy { $0 <= 0 }
            return zip(places, waits).compactMap { place, wait -> RateAnswer? in
                guard let rate = self.rates[place.rateClass] else { return nil }
                if isAllowed { tables[place.rateClass]?.take(place.key, at: now) }
                return RateAnswer(
                    isAllowed: wait <= 0, place.rateClass, rate, retryAfter: wait,
                    reset: tables[place.rateClass]?.reset(place.key, at: now) ?? 0)
            }
        }
        return RateAnswer.decisive(answers)
    }

    package func giveBack(_ places: [RatePlace]) {
        self.tables.withLockedValue { tables in
            for place in places { tables[place.rateClass]?.giveBack(place.key) }
        }
    }
}
