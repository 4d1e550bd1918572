import Foundation
import Kernel

/// What PostgreSQL calls a transaction, and in which of the server's lives.
///
/// After a crash the server begins to count behind the last number in its log, so one that it gave before, and lost,
/// it gives again. The number alone would then tell of somebody else's transaction.
struct TransactionNumber: Sendable {
    let number: String
    /// When the server began to count what it does: anew after each crash, and never after an orderly end.
    ///
    /// A standby that takes over has a time of its own, and an administrator who resets the count gives it another,
    /// which costs certainty and no more.
    let life: Date?

    static let columns: SQL = """
        pg_current_xact_id()::text AS number, pg_stat_get_bgwriter_stat_reset_time() AS life
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.number = try row.read("number")
        self.life = try row.readIfPresent("life")
    }

    /// What became of a transaction.
    enum Fate { case committed, undone, open, unknown }

    /// Asks for its fate.
    var question: SQL {
        "SELECT pg_xact_status(\(self.number)::xid8) AS status, pg_stat_get_bgwriter_stat_reset_time() AS life"
    }

    /// Reads the answer.
    ///
    /// A commit that is in the log keeps its number from being given again. So "aborted" is true in every life, and
    /// "committed" only in the same one.
    func fate(_ answer: Result<PostgresRows, any Error>) throws(PostgresError) -> Fate {
        switch answer {
        case .success(let rows):
            guard let row = rows.first else { return .unknown }
            switch try row.readIfPresent("status", as: String.self) {
            case "committed":
                let life = try row.readIfPresent("life", as: Date.self)
                return life != nil && life == self.life ? .committed : .unknown
            case "aborted": return .undone
            case "in progress": return .open
            default: return .unknown
            }
        // "Transaction ID … is in the future": a crash has undone it, and the number was not given again yet.
        case .failure(let error as PostgresError) where error.code == .server(sqlState: "22023"): return .undone
        case .failure: return .open
        }
    }
}
