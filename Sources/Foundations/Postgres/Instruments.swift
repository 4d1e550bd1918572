import Kernel
import Logging
import Metrics
import NIOConcurrencyHelpers

extension Database {
    /// The pool at this moment, and what has been done since it was made.
    package struct Statistics: Sendable, Hashable {
        package var size = 0
        package var open = 0
        package var idle = 0
        package var waiting = 0
        package var transactions = 0
        package var statements = 0
        package var roundTrips = 0
        package var retries = 0
        package var connectionsOpened = 0
        package var inUse: Int { self.open - self.idle }
    }
}

/// What a database tells of itself: metrics, statistics and the log of slow statements.
///
/// Statement texts are part of the program and hold `$1` where a value goes, so they can be logged; values cannot.
final class Instruments: Sendable {
    enum Outcome: String, CaseIterable { case committed, failed, unknown }

    private let logger: Logger
    private let slowStatement: Duration?
    private let counts = NIOLockedValueBox(Database.Statistics())

    private let size = Meter(label: "wcc_postgres_pool_size")
    private let states: (idle: Meter, inUse: Meter, waiting: Meter) = (
        Meter(label: "wcc_postgres_pool_connections", dimensions: [("state", "idle")]),
        Meter(label: "wcc_postgres_pool_connections", dimensions: [("state", "in_use")]),
        Meter(label: "wcc_postgres_pool_waiting")
    )
    private let leases = Timer(label: "wcc_postgres_lease_wait_seconds")
    private let opened = Counter(label: "wcc_postgres_connections_opened_total")
    private let statements = Counter(label: "wcc_postgres_statements_total")
    private let roundTrips = Counter(label: "wcc_postgres_round_trips_total")
    private let slow = Counter(label: "wcc_postgres_slow_statements_total")
    private let transactions: [String: Timer]

    init(slowStatement: Duration?, logger: Logger) {
        self.slowStatement = slowStatement
        self.logger = logger
        self.transactions = Dictionary(
            uniqueKeysWithValues: [Database.Access.readOnly, .readWrite].flatMap { access in
                Outcome.allCases.map { outcome in
                    (
                        Self.key(access, outcome),
                        Timer(
                            label: "wcc_postgres_transaction_seconds",
                            dimensions: [("access", access.rawValue), ("outcome", outcome.rawValue)])
                    )
                }
            })
    }

    private static func key(_ access: Database.Access, _ outcome: Outcome) -> String {
        access.rawValue + outcome.rawValue
    }

    var statistics: Database.Statistics { self.counts.withLockedValue { $0 } }

    /// Tells the metrics how the pool is used just now.
    func publish(_ statistics: Database.Statistics) {
        self.size.set(statistics.size)
        self.states.idle.set(statistics.idle)
        self.states.inUse.set(statistics.inUse)
        self.states.waiting.set(statistics.waiting)
    }

    func noteLease(after wait: Duration) { self.leases.recordNanoseconds(wait.nanoseconds) }

    func noteOpened() {
        self.opened.increment()
        self.counts.withLockedValue { $0.connectionsOpened += 1 }
    }

    func noteTransaction(_ access: Database.Access, _ outcome: Outcome, took duration: Duration) {
        self.transactions[Self.key(access, outcome)]?.recordNanoseconds(duration.nanoseconds)
        self.counts.withLockedValue { $0.transactions += 1 }
    }

    func noteRetry(after error: PostgresError) {
        Counter(label: "wcc_postgres_retries_total", dimensions: [("reason", error.code.label)]).increment()
        self.counts.withLockedValue { $0.retries += 1 }
    }

    func noteError(_ error: PostgresError) {
        Counter(label: "wcc_postgres_errors_total", dimensions: [("code", error.code.label)]).increment()
    }

    /// Statements of a body that travelled together, or else the one of ours by which the round trip is called.
    func noteRoundTrip(_ texts: [String], else ours: String, took duration: Duration, rows: Int?) {
        self.statements.increment(by: texts.count)
        self.roundTrips.increment()
        self.counts.withLockedValue { counts in
            counts.statements += texts.count
            counts.roundTrips += 1
        }
        guard let slowStatement, duration >= slowStatement else { return }
        self.slow.increment()
        let text = texts.isEmpty ? ours : texts.joined(separator: "; ")
        let shown = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(1_000)
        var metadata: Logger.Metadata = ["statement": "\(shown)", "duration": "\(duration.milliseconds)"]
        if let rows { metadata["rows"] = "\(rows)" }
        self.logger.warning("slow statement", metadata: metadata)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        self.components.seconds * 1_000_000_000 + self.components.attoseconds / 1_000_000_000
    }
}
