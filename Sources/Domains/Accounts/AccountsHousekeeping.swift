import FoundationEssentials
package import Kernel
package import Logging
package import Postgres
import ServiceLifecycle

/// Throws away sign-ins that ended long ago: where somebody was, and with which browser, is nobody's business for ever.
///
/// That there was a sign-in stays in the audit. Every process does it; what one is throwing away the others step over.
package struct AccountsHousekeeping: Service {
    package struct Settings: Sendable {
        package var pause: Duration = .seconds(60 * 60)
        /// How long somebody may look back at where they were signed in.
        package var signIns: Duration = .seconds(90 * 24 * 60 * 60)
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
        let before = self.source.now().advanced(by: .zero - self.settings.signIns), batch = self.settings.batch
        var count = batch
        while count >= batch {
            count = try await self.database.transaction(as: .system("housekeeping")) { tx in
                try tx.execute(SignInStore().forget(before: before, atMost: batch)).first?.read("count") ?? 0
            }
        }
    }
}
