package import FoundationEssentials
package import Kernel
package import Logging
package import Postgres
import ServiceLifecycle

/// Throws away what nobody needs any more, of all organisations, once an hour or so.
///
/// Every process does it; what one is throwing away the others step over.
package struct Housekeeping: Service {
    /// One thing that goes when it is old.
    package struct Chore: Sendable {
        let age: Duration
        let statement: @Sendable (Date, Int) -> SQL

        /// - Parameters:
        ///   - age: How long it is kept.
        ///   - statement: Throws away what is from before a time, at most so many, and says how many as `count`; made
        ///     by a store, of a function that looks across organisations.
        package init(keeping age: Duration, _ statement: @escaping @Sendable (Date, Int) -> SQL) {
            self.age = age
            self.statement = statement
        }
    }

    private let database: Database
    private let source: Source
    private let chores: [Chore]
    private let pause: Duration
    private let batch: Int
    private let logger: Logger

    package init(
        _ chores: [Chore], database: Database, source: Source, pause: Duration = .seconds(60 * 60), batch: Int = 1_000,
        logger: Logger
    ) {
        self.chores = chores
        self.database = database
        self.source = source
        self.pause = pause
        self.batch = batch
        self.logger = logger
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await self.clean()
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    self.logger.warning("housekeeping failed", error: error)
                }
                try await Task.sleep(for: self.pause * Double.random(in: 0.8...1.2))
            }
        }
    }

    /// In small transactions, so that nobody waits for it.
    package func clean() async throws {
        let now = self.source.now(), batch = self.batch
        for chore in self.chores {
            let before = now.addingTimeInterval(-(chore.age / .seconds(1)))
            var count = batch
            while count >= batch {
                count = try await self.database.transaction(as: .system("housekeeping")) { tx in
                    try tx.execute(chore.statement(before, batch)).first?.read("count") ?? 0
                }
            }
        }
    }
}
