import FoundationEssentials
import Kernel

/// From where on a worker looks for what is due, so that it does not walk again over what it has already taken.
///
/// What is taken stays in the index, before everything that still waits, for as long as any transaction holds
/// PostgreSQL's horizon back: a report of ten minutes is enough. A claim that begins at the front walks over all of it,
/// and gets slower with each job that is done. So a worker remembers how far it has seen. A job can appear behind that,
/// when its transaction commits late or another worker's claim is taken back; hence the looks back.
struct ClaimWindow: Sendable {
    enum Look: Sendable, Equatable { case onward, back, everything }

    /// Where in a lane to begin: at a job that has been taken.
    struct Place: Sendable, Equatable {
        var due: Date
        var id: UUID
    }

    /// How far back a job is looked for often, behind the last such look: longer than a transaction lies between its
    /// end and its commit.
    static let reach: TimeInterval = 5

    /// All lanes have been seen up to here, except those with a place of their own.
    private(set) var floor = Date.distantPast
    private(set) var places: [Identifier<Organisation>: Place] = [:]
    /// How far a look back came last; what appeared behind the floor since then has not been seen.
    private var lookedBack = Date.distantPast
    private var lookBack: ContinuousClock.Instant?
    private var lookAtAll: ContinuousClock.Instant?
    private let pauses: (back: Duration, everything: Duration)

    init(back: Duration = .seconds(1), everything: Duration = .seconds(60)) {
        self.pauses = (back, everything)
    }

    func next(at now: ContinuousClock.Instant) -> Look {
        if self.lookAtAll.map({ $0 <= now }) ?? true { return .everything }
        if self.lookBack.map({ $0 <= now }) ?? true { return .back }
        return .onward
    }

    /// What a claim is asked: where lanes begin that are not named, and those that are.
    func bounds(of look: Look) -> (since: Date, places: [Identifier<Organisation>: Place]) {
        switch look {
        case .onward: (self.floor, self.places)
        case .back: self.back(to: self.lookedBack.addingTimeInterval(-Self.reach))
        case .everything: (.distantPast, [:])
        }
    }

    /// A lane that has not been seen that far begins where it is.
    private func back(to since: Date) -> (Date, [Identifier<Organisation>: Place]) {
        (since, self.places.filter { $0.value.due < since })
    }

    /// Learns from a claim how far it saw, and when to look back next.
    ///
    /// `last` has the last job taken from each lane. The `limited` lanes gave as much as they were allowed to, and may
    /// hold more; if the claim as a whole did, lanes that it did not come to have not been seen. Looking back takes a
    /// twentieth of the time, and no more.
    mutating func learn(
        _ look: Look, at moment: Date, last: [Identifier<Organisation>: Place],
        limited: Set<Identifier<Organisation>>, isFull: Bool, now: ContinuousClock.Instant, took duration: Duration
    ) {
        if isFull {
            self.places.merge(last) { $1 }
        } else {
            let (since, before) = self.bounds(of: look)
            self.places = Dictionary(
                uniqueKeysWithValues: limited.map { lane in
                    (lane, last[lane] ?? before[lane] ?? Place(due: since, id: Self.first))
                })
            self.floor = moment
            if look != .onward { self.lookedBack = moment }
        }
        if look != .onward { self.lookBack = now + max(self.pauses.back, duration * 20) }
        if look == .everything { self.lookAtAll = now + max(self.pauses.everything, duration * 20) }
    }

    static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
