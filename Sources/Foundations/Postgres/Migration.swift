internal import Crypto
package import FoundationEssentials
import Kernel

/// One step of the schema, forward only.
///
/// The id begins with a timestamp, so steps from every module sort into one history.
package struct Migration: Sendable {
    package let id: String
    package let sql: String
    /// Whether it runs in a transaction, together with the note that it was applied.
    package let isTransactional: Bool

    /// - Parameters:
    ///   - id: `2026-11-22T1060 messages`.
    ///   - sql: One statement or many.
    ///   - isTransactional: False only for a single statement that PostgreSQL runs in no transaction, such as
    ///     `CREATE INDEX CONCURRENTLY IF NOT EXISTS`; it must do no harm when it runs twice.
    package init(_ id: String, _ sql: String, isTransactional: Bool = true) {
        self.id = id
        self.sql = sql
        self.isTransactional = isTransactional
    }

    /// Of the text as it stands: whoever changes an applied step, even in a comment, is told.
    var checksum: String {
        SHA256.hash(data: Data(self.sql.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// Where one step stands in one database.
package struct MigrationStatus: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case applied(at: Date)
        case pending
        /// Applied by a release that knows more.
        case unknown
        /// Applied with another text.
        case changed
    }
    package let id: String
    package let state: State
}

/// Why a schema cannot be used or brought forward, in one sentence.
package enum MigrationError: SafeToLog, Sendable, Equatable, CustomStringConvertible {
    case unknown(String)
    case changed(String)
    /// A step that sorts before one that is applied already.
    case outOfOrder(String, before: String)
    case missing([String])
    case busy(Duration)
    case failed(String, reason: String)

    package var logDescription: String { self.description }
    package var description: String {
        switch self {
        case .unknown(let id):
            return "The database has the migration \"\(id)\", which this release does not know; run a newer release."
        case .changed(let id):
            return """
                The migration "\(id)" is not as it was when it was applied to this database; put its text back and \
                write a new one.
                """
        case .outOfOrder(let id, let other):
            return """
                The migration "\(id)" comes before "\(other)", which this database has already; give it a later \
                number.
                """
        case .missing(let ids):
            let others = ids.count - 1
            let rest = others == 0 ? "" : " and \(others) other\(others == 1 ? "" : "s")"
            return "The database lacks the migration \"\(ids.first ?? "")\"\(rest); run wcc migrate."
        case .busy(let waited):
            return
                "Another process has been migrating this database for more than \(waited); let it end, then try again."
        case .failed(let id, let reason):
            return "The migration \"\(id)\" failed, and nothing of it was kept: \(reason)."
        }
    }
}
