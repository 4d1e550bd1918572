import Kernel
import NIOConcurrencyHelpers

/// What a worker has in its hands, and how far it has seen.
final class JobDesk: Sendable {
    private struct State {
        var held: [Identifier<Organisation>: Int] = [:]
        var total = 0
        var window: ClaimWindow
    }

    private let state: NIOLockedValueBox<State>
    let size: Int
    /// One organisation's jobs never take all places, so a long one of another's is not waited for.
    private var most: Int { max(1, self.size * 3 / 4) }

    init(size: Int, window: ClaimWindow) {
        self.size = size
        self.state = NIOLockedValueBox(State(window: window))
    }

    /// What to ask for; `nil` when there is hardly room, so that claims are few and large.
    func ask(kinds: [String], lease: Duration) -> JobClaim? {
        self.state.withLockedValue { state in
            let free = self.size - state.total
            guard free > 0, free >= self.size / 4 else { return nil }
            return JobClaim(
                state.window.next(at: .now), through: state.window, number: free, most: self.most, held: state.held,
                kinds: kinds, lease: lease)
        }
    }

    func take(_ claimed: ClaimedJobs, for claim: JobClaim, took duration: Duration) {
        let counts = claimed.jobs.reduce(into: [:]) { $0[$1.tenant, default: 0] += 1 }
        let limited =
            claim.lanes.filter { $0.share <= counts[$0.tenant] ?? 0 }.map(\.tenant)
            + counts.filter { $0.value >= claim.most }.map(\.key)
        self.state.withLockedValue { state in
            state.held.merge(counts) { $0 + $1 }
            state.total += claimed.jobs.count
            state.window.learn(
                claim.look, at: claimed.moment, last: claimed.last, limited: Set(limited),
                isFull: claimed.jobs.count >= claim.number, now: .now, took: duration)
        }
    }

    func giveBack(_ job: LeasedJob) {
        self.state.withLockedValue { state in
            state.total -= 1
            state.held[job.tenant] = state.held[job.tenant].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
    }
}
