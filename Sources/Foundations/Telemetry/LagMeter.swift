import CoreMetrics
import NIOConcurrencyHelpers
package import NIOCore
import ServiceLifecycle

/// Measures how long work waits for a thread to run on: event loops, and Swift's own pool.
///
/// A loop that is held up, by a blocking call or by too much work, delays every connection on it; nothing else shows
/// that before people notice.
package final class LagMeter: Service {
    private struct Loop {
        var askedAt: ContinuousClock.Instant?
        var last: Duration = .zero
    }

    private let loops: [any EventLoop]
    private let interval: Duration
    private let states: NIOLockedValueBox<[Loop]>
    private let pool = NIOLockedValueBox<Duration>(.zero)

    package init(of group: any EventLoopGroup, every interval: Duration = .seconds(1), metrics: MetricsRegistry) {
        self.loops = Array(group.makeIterator())
        self.interval = interval
        self.states = NIOLockedValueBox(Array(repeating: Loop(), count: self.loops.count))
        let states = self.states
        let pool = self.pool
        metrics.observe("wcc_event_loop_lag_seconds", "How long work waits for the slowest event loop") {
            let now = ContinuousClock.now
            return states.withLockedValue { loops in
                loops.map { max($0.last, $0.askedAt.map { now - $0 } ?? .zero) }.max()
            }.map { $0 / .seconds(1) }
        }
        metrics.observe("wcc_task_lag_seconds", "How late a sleeping task is woken") {
            pool.withLockedValue { $0 } / .seconds(1)
        }
    }

    package func run() async throws {
        let loopLag = Timer(label: "wcc_event_loop_delay")
        try? await cancelWhenGracefulShutdown {
            while true {
                let due = ContinuousClock.now + self.interval
                try await Task.sleep(until: due)
                self.pool.withLockedValue { $0 = max(.zero, .now - due) }
                for (index, loop) in self.loops.enumerated() { self.ask(loop, index, loopLag) }
            }
        }
    }

    /// A loop that has not answered yet is not asked again; its wait goes on counting.
    private func ask(_ loop: any EventLoop, _ index: Int, _ timer: Timer) {
        let asked = ContinuousClock.now
        let isFree = self.states.withLockedValue { states in
            guard states[index].askedAt == nil else { return false }
            states[index].askedAt = asked
            return true
        }
        guard isFree else { return }
        loop.execute {
            let lag = ContinuousClock.now - asked
            self.states.withLockedValue { states in
                states[index].askedAt = nil
                states[index].last = lag
            }
            timer.recordNanoseconds(Int64(lag / .nanoseconds(1)))
        }
    }
}
