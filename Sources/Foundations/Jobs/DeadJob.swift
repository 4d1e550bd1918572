package import FoundationEssentials
package import Kernel
package import Postgres

/// A job that was given up, and waits for a person.
///
/// What it was to do stays in the queue: it may name people.
package struct DeadJob: Sendable, Equatable {
    package let id: Identifier<any Job>
    package let kind: String
    package let attempts: Int
    /// The kind of the last error, if there was one; a worker that died has none.
    package let error: String?
    package let queuedAt: Date
    package let diedAt: Date
}

extension Jobs {
    /// Those of the transaction's organisation, what was queued last first.
    package func dead(_ limit: Int, before last: Identifier<any Job>?, in tx: borrowing Transaction) throws -> [DeadJob]
    {
        try self.store.dead(limit, before: last, in: tx)
    }

    /// Lets dead jobs be tried again from their first attempt, all of them without `ids`; returns how many there were.
    package func replay(_ ids: [Identifier<any Job>]?, in tx: borrowing Transaction) throws -> Int {
        let count = try self.store.replay(ids, in: tx)
        if count > 0 { tx.afterCommit(self.doorbell.ring) }
        return count
    }
}
