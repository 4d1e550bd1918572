import CoreMetrics
import NIOConcurrencyHelpers

/// One metric with one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    func write(to text: inout MetricsText, _ name: String, _ labels: String)
}

final class CounterSeries: CounterHandler, MetricSeries {
    private let total = NIOLockedValueBox<Int64>(0)

    init(_: [Double] = []) {}

    /// A counter only grows, and stays at the largest number rather than to trap.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.total.withLockedValue { total in
            let sum = total.addingReportingOverflow(amount)
            total = sum.overflow ? .max : sum.partialValue
        }
    }

    func reset() { self.total.withLockedValue { $0 = 0 } }

    func write(to text: inout MetricsText, _ name: String, _ labels: String) {
        text.sample(name, labels, Double(self.total.withLockedValue { $0 }))
    }
}

final class FloatingCounterSeries: FloatingPointCounterHandler, MetricSeries {
    private let total = NIOLockedValueBox(0.0)

    init(_: [Double] = []) {}

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        self.total.withLockedValue { $0 += amount }
    }

    func reset() { self.total.withLockedValue { $0 = 0 } }

    func write(to text: inout MetricsText, _ name: String, _ labels: String) {
        text.sample(name, labels, self.total.withLockedValue { $0 })
    }
}

/// A number that goes up and down.
final class GaugeSeries: MeterHandler, RecorderHandler, MetricSeries {
    private let value = NIOLockedValueBox(0.0)

    init(_: [Double] = []) {}

    func set(_ value: Int64) { self.set(Double(value)) }
    func set(_ value: Double) { self.value.withLockedValue { $0 = value } }
    func increment(by amount: Double) { self.value.withLockedValue { $0 += amount.isNaN ? 0 : amount } }
    func decrement(by amount: Double) { self.increment(by: -amount) }
    func record(_ value: Int64) { self.set(value) }
    func record(_ value: Double) { self.set(value) }

    func write(to text: inout MetricsText, _ name: String, _ labels: String) {
        text.sample(name, labels, self.value.withLockedValue { $0 })
    }
}

/// How many values were how large.
final class HistogramSeries: RecorderHandler, TimerHandler, MetricSeries {
    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    /// What a recorded number is multiplied by: timers record nanoseconds and show seconds.
    private let scale: Double
    private let state: NIOLockedValueBox<State>

    init(bounds: [Double], scale: Double) {
        self.bounds = bounds
        self.scale = scale
        self.state = NIOLockedValueBox(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { self.record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { self.record(Double(max(0, duration))) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let scaled = value * self.scale
        let bucket = self.bounds.firstIndex { scaled <= $0 } ?? self.bounds.count
        self.state.withLockedValue { state in
            state.counts[bucket] += 1
            state.sum += scaled
        }
    }

    func write(to text: inout MetricsText, _ name: String, _ labels: String) {
        let state = self.state.withLockedValue { $0 }
        let before = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        for (bound, count) in zip(self.bounds + [.infinity], state.counts) {
            total += count
            text.sample("\(name)_bucket", "\(before)le=\"\(MetricsText.number(bound))\"", Double(total))
        }
        text.sample("\(name)_sum", labels, state.sum)
        text.sample("\(name)_count", labels, Double(total))
    }
}
