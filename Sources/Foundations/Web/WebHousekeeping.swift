import FoundationEssentials
package import Kernel
package import Logging
package import Postgres
import ServiceLifecycle

/// Throws away what nobody needs any more: keys that nobody will send again, and notices that nobody came for.
///
/// Every process does it; what one is throwing away the others step over.
package struct WebHousekeeping: Service {
    package struct Settings: Sendable {
        package var pause: Duration = .seconds(60 * 60)
        /// How long a request may be repeated.
        package var keys: Duration = .seconds(48 * 60 * 60)
        /// How long somebody may be away before the page has to be loaded anew.
        package var notices: Duration = .seconds(14 * 24 * 60 * 60)
        package var batch = 1_000
        package init() {}
    }

    private let database: Database
    private let source: Source
    private let settings: Settings
    private let logger: Logger

    package init(database: Database, source: Source, settings: Settings = Settings(), logger: Logger) {
        self.database = database
        self.source = source
        self.settings = settings
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
                try await Task.sleep(for: self.settings.pause * Double.random(in: 0.8...1.2))
            }
        }
    }

    /// In small transactions, so that nobody waits for it.
    func clean() async throws {
        let now = self.source.now(), batch = self.settings.batch
        let keys = now.addingTimeInterval(-(self.settings.keys / .seconds(1)))
        let notices = now.addingTimeInterval(-(self.settings.notices / .seconds(1)))
        for statement: SQL in [
            "SELECT web.forget_keys(\(keys), \(batch)) AS count",
            "SELECT web.trim_inboxes(\(notices), \(batch)) AS count",
        ] {
            var count = batch
            while count >= batch {
                count = try await self.database.transaction(as: .system("housekeeping")) { tx in
                    try tx.execute(statement).first?.read("count") ?? 0
                }
            }
        }
    }
}
