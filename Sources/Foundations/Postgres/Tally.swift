import NIOConcurrencyHelpers

/// What a piece of work asked of the database.
///
/// A test of a hot route states how many round trips it may take: `let (_, tally) = await Tally.count { … }`. It goes
/// with the task, so what others do on the same database does not count.
package final class Tally: Sendable {
    @TaskLocal static var current: Tally?

    private let counts = NIOLockedValueBox((texts: [String](), roundTrips: 0, transactions: 0))

    private init() {}

    package static func count<Value>(
        isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Value
    ) async rethrows -> (value: Value, tally: Tally) {
        let tally = Tally()
        let value = try await Self.$current.withValue(tally, operation: work, isolation: isolation)
        return (value, tally)
    }

    /// The statements of the work itself, without `BEGIN`, the tenant and `COMMIT`; what ran twice is here twice.
    package var statements: [String] { self.counts.withLockedValue(\.texts) }
    package var roundTrips: Int { self.counts.withLockedValue(\.roundTrips) }
    package var transactions: Int { self.counts.withLockedValue(\.transactions) }

    func note(_ texts: [String]) {
        self.counts.withLockedValue { counts in
            counts.texts += texts
            counts.roundTrips += 1
        }
    }

    func noteTransaction() { self.counts.withLockedValue { $0.transactions += 1 } }
}
