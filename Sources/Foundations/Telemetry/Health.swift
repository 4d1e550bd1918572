import Kernel
import NIOConcurrencyHelpers

/// What this process depends on, and whether it is there.
///
/// Asked by everybody and never more often than each component's answer is kept, so that a crowd of probes is not a
/// load. Liveness is not asked here at all: a process that can answer is alive, and starting it again does not bring
/// the database back.
package final class HealthRegistry: Sendable {
    private let timeout: Duration
    private let keep: Duration
    private let components = NIOLockedValueBox<[HealthComponent]>([])

    package init(timeout: Duration = .seconds(2), keep: Duration = .seconds(1)) {
        self.timeout = timeout
        self.keep = keep
    }

    /// - Parameters:
    ///   - name: One lower case word.
    ///   - isRequired: Whether the process is of no use without it, and should get no requests.
    ///   - check: Returns if all is well, and throws if not.
    package func add(_ name: String, isRequired: Bool, _ check: @escaping @Sendable () async throws -> Void) {
        let component = HealthComponent(
            name: name, isRequired: isRequired, timeout: self.timeout, keep: self.keep, check: check)
        self.components.withLockedValue { $0.append(component) }
    }

    package func report() async -> HealthReport {
        let components = self.components.withLockedValue { $0 }
        let results = await withTaskGroup { group in
            for (index, component) in components.enumerated() {
                group.addTask { (index, await component.result()) }
            }
            return await group.reduce(into: [(Int, HealthReport.Component)]()) { $0.append($1) }
        }
        return HealthReport(components: results.sorted { $0.0 < $1.0 }.map(\.1))
    }
}

package struct HealthReport: Sendable {
    package enum State: String, Sendable, Codable { case up, degraded, down }

    package struct Component: Sendable {
        package let name: String
        package let isRequired: Bool
        package let state: State
        /// Why it is down, safe to show to those who run the product.
        package let reason: String?
        package let took: Duration
    }

    package let components: [Component]

    package var isReady: Bool { self.components.allSatisfy { !$0.isRequired || $0.state == .up } }
    package var failing: [String] { self.components.filter { $0.state != .up }.map(\.name) }
    package var state: State {
        if !self.isReady { return .down }
        return self.failing.isEmpty ? .up : .degraded
    }
}

/// Checks one thing, one check at a time.
private actor HealthComponent {
    private let name: String
    private let isRequired: Bool
    private let timeout: Duration
    private let keep: Duration
    private let check: @Sendable () async throws -> Void
    private var last: (result: HealthReport.Component, until: ContinuousClock.Instant)?
    private var run = 0
    private var isRunning = false
    private var isLate = false
    private var waiting: [CheckedContinuation<HealthReport.Component, Never>] = []

    init(
        name: String, isRequired: Bool, timeout: Duration, keep: Duration,
        check: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.isRequired = isRequired
        self.timeout = timeout
        self.keep = keep
        self.check = check
    }

    func result() async -> HealthReport.Component {
        if let last, last.until > .now { return last.result }
        // A check that hangs is not started a second time, and nobody waits for it a second time.
        if self.isLate { return self.late() }
        if !self.isRunning { self.start() }
        return await withCheckedContinuation { self.waiting.append($0) }
    }

    private func start() {
        self.isRunning = true
        self.run += 1
        let number = self.run
        let started = ContinuousClock.now
        let task = Task {
            let reason: String?
            do {
                try await self.check()
                reason = nil
            } catch {
                reason = (error as? Unhealthy)?.logDescription ?? String(logging: error)
            }
            self.finish(self.component(reason == nil ? .up : .down, reason, .now - started))
        }
        Task {
            try? await Task.sleep(for: self.timeout)
            self.expire(task, number)
        }
    }

    private func finish(_ result: HealthReport.Component) {
        self.isRunning = false
        self.isLate = false
        self.last = (result, .now + self.keep)
        self.answer(result)
    }

    /// The timer of a check that has long ended expires too; it must not hit the next one.
    private func expire(_ task: Task<Void, Never>, _ number: Int) {
        guard self.isRunning, self.run == number else { return }
        task.cancel()
        self.isLate = true
        self.answer(self.late())
    }

    private func late() -> HealthReport.Component {
        self.component(.down, "no answer within \(self.timeout)", self.timeout)
    }

    private func answer(_ result: HealthReport.Component) {
        for continuation in self.waiting { continuation.resume(returning: result) }
        self.waiting = []
    }

    private func component(_ state: HealthReport.State, _ reason: String?, _ took: Duration) -> HealthReport.Component {
        .init(name: self.name, isRequired: self.isRequired, state: state, reason: reason, took: took)
    }
}
