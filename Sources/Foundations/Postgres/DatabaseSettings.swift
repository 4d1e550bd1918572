package import Kernel
package import Logging
package import Settings

/// Which database, and how much of it.
package struct DatabaseSettings: Sendable {
    /// A `postgresql://` address or libpq's `host=… dbname=…`; it may hold a password.
    package let url: Redacted<String>
    package let connections: Int
    package let trust: ServerAddress.Trust
    package let limits: Database.Limits

    package init(_ reader: SettingsReader) {
        reader.section("database", "PostgreSQL, 15 or later")
        let isVerified = reader.boolean(
            "database.verify_server", default: true,
            "Whether a server on another machine must prove who it is, by `sslmode=verify-full`")
        let trust: ServerAddress.Trust = isVerified ? .verified : .anyServer
        self.trust = trust
        self.url = reader.secret(
            required: "database.url",
            "The address of the database, and who logs in: `wcc_app` for `wcc serve`, `wcc_migrate` for `wcc migrate`",
            sample: "postgresql://wcc_app:changeme@db.example.org/wcc?sslmode=verify-full",
            unless: { ServerAddress.problem(with: $0, trust: trust) })
        self.connections = reader.integer(
            "database.connections", default: 8, in: 1...200, "How many connections this process opens at most")

        var limits = Database.Limits()
        limits.statement = reader.duration(
            "database.statement_timeout", default: limits.statement, in: .milliseconds(100) ... .seconds(600),
            "After how long the server gives a statement up")
        // A round trip may have several statements in it; a server that takes longer than they may does not answer.
        limits.answer = limits.statement * 3
        limits.lease = reader.duration(
            "database.lease_timeout", default: limits.lease, in: .milliseconds(100) ... .seconds(60),
            "After how long a request that waits for a connection is given up")
        limits.connect = reader.duration(
            "database.connect_timeout", default: limits.connect, in: .seconds(2) ... .seconds(60),
            "How long the server may take to accept a connection")
        limits.slowStatement = reader.duration(
            "database.slow_statement", default: .milliseconds(500), in: .milliseconds(1) ... .seconds(600),
            "From when on a statement is logged as slow, without its values")
        self.limits = limits
    }
}

extension Database {
    package convenience init(_ settings: DatabaseSettings, logger: Logger) {
        self.init(
            conninfo: settings.url.value, size: settings.connections, limits: settings.limits, trust: settings.trust,
            logger: logger)
    }
}
