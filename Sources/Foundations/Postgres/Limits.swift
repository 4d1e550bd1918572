import Kernel

extension Database {
    /// What bounds a connection, a wait and a statement.
    ///
    /// The first three are PostgreSQL's to enforce, on every connection.
    package struct Limits: Sendable {
        package var statement: Duration = .seconds(5)
        package var idleInTransaction: Duration = .seconds(15)
        /// For a lock outside a transaction of ours; each of those brings its own.
        package var lock: Duration = .seconds(2)
        /// How long a server may take to answer a connection; libpq makes two seconds of less.
        package var connect: Duration = .seconds(5)
        /// How long a server may leave what was sent to it unacknowledged before it counts as gone.
        package var unacknowledged: Duration = .seconds(20)
        /// How long `COMMIT` may wait, for a standby above all, which no timeout of PostgreSQL's covers.
        package var commit: Duration = .seconds(10)
        /// How long a server may take over one round trip; after that it counts as frozen, whatever it was asked.
        ///
        /// Never less than what it is allowed for a statement, and what it takes to say that this was too long.
        package var answer: Duration? = .seconds(15)
        /// How long a task may wait for a connection.
        package var lease: Duration = .seconds(5)
        /// Connections are replaced after this, give or take a tenth, so that a changed address is noticed.
        package var age: Duration = .seconds(30 * 60)
        /// A statement that takes longer is logged; `nil` logs none.
        package var slowStatement: Duration? = .milliseconds(500)
        /// What the values of one statement may take together; PostgreSQL itself refuses a gigabyte.
        package var valueBytes = (1 << 30) - 1

        package init() {}

        /// For migrations.
        package static var none: Self {
            var limits = Limits()
            limits.statement = .zero
            limits.idleInTransaction = .zero
            limits.lock = .zero
            limits.answer = nil
            limits.slowStatement = nil
            return limits
        }

        /// What the server is told of them, and that it compiles no plan: that takes a tenth of a second, and what is
        /// asked here is answered in a few milliseconds.
        var options: String {
            """
            -c jit=off \
            -c statement_timeout=\(self.statement.milliseconds) -c lock_timeout=\(self.lock.milliseconds) \
            -c idle_in_transaction_session_timeout=\(self.idleInTransaction.milliseconds)
            """
        }
    }
}
