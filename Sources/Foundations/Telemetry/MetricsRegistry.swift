package import CoreMetrics
import NIOConcurrencyHelpers

/// Every number that this process counts, for Prometheus to fetch.
///
/// Modules count through swift-metrics and know nothing of this. Names become Prometheus's: a counter ends in `_total`,
/// a timer in `_seconds`. A metric has at most ``seriesPerFamily`` combinations of labels; what comes on top is counted
/// together under `other`, so that a label somebody filled with identifiers cannot fill the memory.
package final class MetricsRegistry: MetricsFactory, Sendable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// One metric with all its series.
    private struct Family {
        let kind: Kind
        let bounds: [Double]
        var series: [String: any MetricSeries] = [:]
    }
    private struct Observation {
        let kind: Kind
        let labels: String
        let read: @Sendable () -> Double?
    }
    private struct Description {
        let help: String
        let bounds: [Double]?
    }
    private struct State {
        var families: [String: Family] = [:]
        var observations: [String: [Observation]] = [:]
        var descriptions: [String: Description] = [:]
        var refused = 0
    }

    package let seriesPerFamily: Int
    private let state = NIOLockedValueBox(State())

    package init(seriesPerFamily: Int = 500) { self.seriesPerFamily = seriesPerFamily }

    /// From half a millisecond to half a minute.
    package static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    /// Powers of four, from 1 to a million.
    package static let amounts: [Double] = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]

    // MARK: Declaring

    /// Says what a metric means, and where its histogram is cut.
    package func describe(_ name: String, _ help: String, bounds: [Double]? = nil) {
        let bounds = bounds.map { Array(Set($0.filter(\.isFinite))).sorted() }
        self.state.withLockedValue { $0.descriptions[MetricName.metric(name)] = .init(help: help, bounds: bounds) }
    }

    /// A number that is read when it is asked for; no series while it is `nil`.
    package func observe(
        _ name: String, _ help: String, as kind: Kind = .gauge, labels: [(String, String)] = [],
        _ read: @escaping @Sendable () -> Double?
    ) {
        let name = MetricName.metric(name)
        let labels = MetricName.labels(labels)
        self.state.withLockedValue { state in
            state.descriptions[name] = .init(help: help, bounds: nil)
            state.observations[name, default: []].removeAll { $0.labels == labels }
            state.observations[name, default: []].append(.init(kind: kind, labels: labels, read: read))
        }
    }

    // MARK: swift-metrics

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(MetricName.metric(label, ending: "_total"), .counter, dimensions, [], CounterSeries.init)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.series(MetricName.metric(label, ending: "_total"), .counter, dimensions, [], FloatingCounterSeries.init)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(MetricName.metric(label), .gauge, dimensions, [], GaugeSeries.init)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = MetricName.metric(label)
        if !aggregate { return self.series(name, .gauge, dimensions, [], GaugeSeries.init) }
        return self.series(name, .histogram, dimensions, Self.amounts) { HistogramSeries(bounds: $0, scale: 1) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = MetricName.metric(label, ending: "_seconds")
        return self.series(name, .histogram, dimensions, Self.seconds) { HistogramSeries(bounds: $0, scale: 1e-9) }
    }

    // What is counted stays: a counter that goes away and comes back looks like a process that was restarted.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of a metric with these labels, made when it is first asked for.
    ///
    /// A name that is two kinds of metric is a mistake in the source: the second one counts into nothing, and
    /// `wcc_metrics_refused_total` says so.
    private func series<Series: MetricSeries>(
        _ name: String, _ kind: Kind, _ dimensions: [(String, String)], _ usual: [Double],
        _ make: ([Double]) -> Series
    ) -> Series {
        let labels = MetricName.labels(dimensions)
        return self.state.withLockedValue { state in
            let bounds = kind == .histogram ? state.descriptions[name]?.bounds ?? usual : []
            var family = state.families[name] ?? Family(kind: kind, bounds: bounds)
            if let known = family.series[labels] as? Series { return known }
            var key = labels
            if family.kind != kind || family.series[labels] != nil {
                state.refused += 1
                return make(bounds)
            }
            if family.series.count >= self.seriesPerFamily {
                state.refused += 1
                key = MetricName.labels(dimensions.map { ($0.0, "other") })
                if let known = family.series[key] as? Series { return known }
            }
            let made = make(family.bounds)
            family.series[key] = made
            state.families[name] = family
            return made
        }
    }

    // MARK: Exposing

    /// Everything, in Prometheus's text format 0.0.4.
    package var exposition: String {
        let (families, observations, descriptions, refused) = self.state.withLockedValue {
            ($0.families, $0.observations, $0.descriptions, $0.refused)
        }
        var text = MetricsText()
        for name in Set(families.keys).union(observations.keys).sorted() {
            let observed = (observations[name] ?? []).compactMap { observation in
                observation.read().map { (observation.kind, observation.labels, $0) }
            }
            guard let kind = families[name]?.kind ?? observed.first?.0 else { continue }
            text.family(name, kind, descriptions[name]?.help)
            for (labels, series) in (families[name]?.series ?? [:]).sorted(by: { $0.key < $1.key }) {
                series.write(to: &text, name, labels)
            }
            for (_, labels, value) in observed where families[name]?.series[labels] == nil {
                text.sample(name, labels, value)
            }
        }
        text.family("wcc_metrics_refused_total", .counter, "Series that had too many labels or a name of another kind")
        text.sample("wcc_metrics_refused_total", "", Double(refused))
        return text.text
    }
}
