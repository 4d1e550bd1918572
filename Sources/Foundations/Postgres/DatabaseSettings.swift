package import Kernel
package import Settings

/// Which database, and how much of it.
package struct DatabaseSettings: Sendable {
    /// A `postgresql://` address or libpq's `host=… dbname=…`; it may hold a password.
    package let url: Redacted<String>
    package let connections: Int
    package let statementTimeout: Duration
    package let slowQuery: Duration

    package init(_ reader: SettingsReader) {
        reader.section("database", "PostgreSQL, 15 or later")
        self.url = reader.secret(
            required: "database.url",
            "The address of the database, and who logs in: `wcc_app` for `wcc serve`, `wcc_migrate` for `wcc migrate`",
            sample: "postgresql://wcc_app:changeme@db.example.org/wcc?sslmode=verify-full")
        self.connections = reader.integer(
            "database.connections", default: 8, in: 1...200, "How many connections this process opens at most")
        self.statementTimeout = reader.duration(
            "database.statement_timeout", default: .seconds(5), in: .milliseconds(100) ... .seconds(600),
            "After how long the server gives a statement up")
        self.slowQuery = reader.duration(
            "database.slow_query", default: .milliseconds(250), in: .milliseconds(1) ... .seconds(600),
            "From when on a statement is logged as slow, without its values")
    }
}
