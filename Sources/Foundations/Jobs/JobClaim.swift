import FoundationEssentials
import Kernel

/// What a worker asks the queue for.
struct JobClaim: Sendable {
    /// A lane that is asked otherwise than the others.
    struct Lane: Sendable {
        let tenant: Identifier<Organisation>
        let place: ClaimWindow.Place
        let share: Int
    }

    let look: ClaimWindow.Look
    let kinds: [String]
    let lease: Duration
    let number: Int
    /// Of one lane.
    let most: Int
    let since: Date
    /// What time it is, for a test that lives through a night in a second; by the database's clock otherwise.
    var clock: Date?
    let lanes: [Lane]

    /// `held` says how many jobs of each organisation are being worked on.
    init(
        _ look: ClaimWindow.Look, through window: ClaimWindow, number: Int, most: Int,
        held: [Identifier<Organisation>: Int], kinds: [String], lease: Duration
    ) {
        let (since, places) = window.bounds(of: look)
        self.look = look
        self.kinds = kinds
        self.lease = lease
        self.number = number
        self.most = most
        self.since = since
        self.lanes = Set(places.keys).union(held.keys).map { tenant in
            Lane(
                tenant: tenant, place: places[tenant] ?? ClaimWindow.Place(due: since, id: ClaimWindow.first),
                share: max(0, most - (held[tenant] ?? 0)))
        }
    }
}

/// What a worker got.
struct ClaimedJobs: Sendable {
    /// By the clock of the database.
    let moment: Date
    var jobs: [LeasedJob] = []
    private(set) var last: [Identifier<Organisation>: ClaimWindow.Place] = [:]

    init(at moment: Date) { self.moment = moment }

    mutating func note(_ place: ClaimWindow.Place, in tenant: Identifier<Organisation>) {
        guard let known = self.last[tenant] else { return self.last[tenant] = place }
        if (known.due, known.id.uuidString) < (place.due, place.id.uuidString) { self.last[tenant] = place }
    }
}
