import FoundationEssentials
package import Kernel
package import Logging
import NIOConcurrencyHelpers
package import Postgres
import ServiceLifecycle
package import Web

/// Writes down what happens at the door: who was not let in, who asked for too much or for what is not theirs.
///
/// A request only counts and goes on; once a second what was counted is written, all of it in one statement. So what is
/// noted never slows or fails what it is about, and a crash loses a second of it, and of what was repeated a minute: a
/// line in the log of the process was there before. What has a transaction of its own, such as a role that was given, is
/// written in that transaction by ``Audit`` and is never lost.
package struct SecurityLog: Service {
    private let database: Database
    private let source: Source
    private let pause: Duration
    private let logger: Logger
    private let security: Logger
    private let store = SecurityStore()
    private let book = NIOLockedValueBox(SecurityBook())

    package init(
        database: Database, source: Source, pause: Duration = .seconds(1), logger: Logger,
        security: Logger = Logger(label: "wcc.security")
    ) {
        self.database = database
        self.source = source
        self.pause = pause
        self.logger = logger
        self.security = security
    }

    package func note(_ notice: SecurityNotice) {
        let now = self.source.now()
        self.book.withLockedValue { $0.note(notice, at: now) }
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.pause)
                await self.write()
            }
        }
        await self.write(isLast: true)
    }

    /// Writes what is due; what cannot be written waits for the next time.
    package func write(isLast: Bool = false) async {
        let now = self.source.now()
        let rows = self.book.withLockedValue { $0.take(at: now, isLast: isLast) }
        if rows.isEmpty { return }
        for row in rows { self.security.notice("security event", metadata: row.metadata) }
        do {
            try await self.database.transaction(as: .system("security log")) { [store] tx in
                try store.report(rows, at: now, in: tx)
            }
        } catch {
            self.book.withLockedValue { $0.giveBack(rows, at: now) }
            self.logger.warning("security events could not be written", error: error)
        }
    }
}

extension SecurityBook.Row {
    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["kind": "\(self.notice.kind.rawValue)", "count": "\(self.count)"]
        metadata["organisation.id"] = self.notice.organisation.map { "\($0)" }
        metadata["person.id"] = self.notice.person.map { "\($0)" }
        metadata["address.hash"] = self.notice.address.map { "\($0)" }
        return metadata
    }
}
