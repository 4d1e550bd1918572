package import FoundationEssentials
import Kernel
package import Logging
import Metrics
import NIOConcurrencyHelpers
package import Redis

/// Asked before anything is done for somebody: whether they have not had enough of it for now.
///
/// With a Redis that answers, all processes count together. Without one, for whatever reason, each counts for itself.
/// What keeps a guesser out is counted in both places at once, so that a Redis which is lost or emptied in the middle
/// of an attack gives nobody a fresh allowance here.
package struct Rates: Sendable {
    package let keys: LimitKeys
    private let process: ProcessRates
    private let shared: (any RateCounter)?
    private let reports: NIOLockedValueBox<RateTable>
    private let now: @Sendable () -> Date
    private let security: Logger

    package init(
        _ settings: LimitsSettings = LimitsSettings(), redis: Redis? = nil, now: @escaping @Sendable () -> Date,
        security: Logger = Logger(label: "wcc.security")
    ) {
        self.init(settings, shared: redis.map { RedisRates($0, settings.rates) }, now: now, security: security)
    }

    init(
        _ settings: LimitsSettings, shared: (any RateCounter)?, now: @escaping @Sendable () -> Date, security: Logger
    ) {
        self.keys = LimitKeys(settings.key)
        self.process = ProcessRates(settings.rates, now: now)
        self.shared = shared
        self.now = now
        self.security = security
        // A flood is one line a minute of each who floods.
        self.reports = NIOLockedValueBox(RateTable(Rate(1, per: .seconds(60))))
    }

    /// Takes one of each, or none of any.
    package func take(_ places: [RatePlace]) async -> RateAnswer? {
        let answer = await self.count(places)
        if let answer, !answer.isAllowed { self.report(answer, places) }
        return answer
    }

    private func count(_ places: [RatePlace]) async -> RateAnswer? {
        guard let shared else { return self.process.take(places) }
        guard places.contains(where: \.rateClass.isSecurity) else {
            if let answer = await shared.take(places) { return answer }
            LimitsMetrics.alone.increment()
            return self.process.take(places)
        }
        let here = self.process.take(places)
        guard here?.isAllowed ?? true else { return here }
        guard let everywhere = await shared.take(places) else {
            LimitsMetrics.alone.increment()
            return here
        }
        if !everywhere.isAllowed { self.process.giveBack(places) }
        return everywhere
    }

    /// For what turned out to be nothing that has to be counted.
    package func giveBack(_ places: [RatePlace]) async {
        self.process.giveBack(places)
        await self.shared?.giveBack(places)
    }

    private func report(_ answer: RateAnswer, _ places: [RatePlace]) {
        LimitsMetrics.refused(answer.rateClass)
        guard let place = places.first(where: { $0.rateClass == answer.rateClass }) else { return }
        let now = self.now().timeIntervalSinceReferenceDate
        let isNews = self.reports.withLockedValue { reports in
            guard reports.wait(place.key, at: now) <= 0 else { return false }
            reports.take(place.key, at: now)
            return true
        }
        guard isNews else { return }
        self.security.warning(
            "limit reached",
            metadata: ["rule": "\(answer.rateClass.rawValue)", "subject.hash": "\(place.fingerprint)"])
    }
}

/// What this module counts, in one place.
enum LimitsMetrics {
    static let alone = Counter(label: "wcc_limits_counted_alone_total")
    private static let counters = Dictionary(
        uniqueKeysWithValues: RateClass.allCases.map {
            ($0, Counter(label: "wcc_limits_refused_total", dimensions: [("class", $0.rawValue)]))
        })

    static func refused(_ rateClass: RateClass) { self.counters[rateClass]?.increment() }
}
