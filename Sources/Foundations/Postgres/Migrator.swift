import FoundationEssentials
import Kernel
import Logging

/// Brings a schema forward, one process at a time, one step and one transaction after the other.
package struct Migrator: Sendable {
    package let steps: [Migration]
    /// How long to wait while another process migrates.
    package var patience: Duration = .seconds(600)
    /// How long a step may wait for a lock, while everybody else queues behind it.
    package var lockTimeout: Duration = .seconds(2)
    /// How often a step is tried that does not get its lock.
    package var attempts = 30

    package init(_ steps: [Migration]) {
        self.steps = steps.sorted { $0.id < $1.id }
        precondition(Set(steps.map(\.id)).count == steps.count, "two migrations share an id")
    }

    /// Applies what is missing, as `wcc_owner`; whoever logs in must be a member of it.
    package func migrate(_ database: Database) async throws {
        let session = try await database.session()
        do {
            try await session.runScript("SET ROLE wcc_owner")
            try await self.takeTurn(on: session, database.logger)
            try await session.runScript(Self.history)
            for step in try self.plan(Self.applied(await session.read(.outside("migrate"), Self.list))) {
                database.logger.notice("migrating", metadata: ["migration": "\(step.id)"])
                try await self.apply(step, on: session, database.logger)
            }
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }

    /// Every step that the database or this release knows of, in order.
    package func status(_ database: Database) async throws -> [MigrationStatus] {
        self.status(try await Self.applied(in: database))
    }

    /// The steps that the database lacks.
    package func pending(_ database: Database) async throws -> [String] {
        try await self.status(database).filter { $0.state == .pending }.map(\.id)
    }

    /// Throws unless the schema is exactly this release's: neither older nor newer.
    package func check(_ database: Database) async throws {
        if let problem = self.problem(try await Self.applied(in: database)) { throw problem }
    }

    // MARK: - Judging, without a database

    struct Applied: Sendable {
        let id: String
        let checksum: String
        let at: Date
    }

    func status(_ applied: [Applied]) -> [MigrationStatus] {
        let known = Dictionary(uniqueKeysWithValues: self.steps.map { ($0.id, $0) })
        let done = Dictionary(applied.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return Set(known.keys).union(done.keys).sorted().map { id in
            let state: MigrationStatus.State =
                switch (known[id], done[id]) {
                case (let step?, let applied?): step.checksum == applied.checksum ? .applied(at: applied.at) : .changed
                case (nil, _): .unknown
                case (_, nil): .pending
                }
            return MigrationStatus(id: id, state: state)
        }
    }

    /// What is to be applied; throws if the histories have parted.
    func plan(_ applied: [Applied]) throws(MigrationError) -> [Migration] {
        for status in self.status(applied) {
            switch status.state {
            case .unknown: throw .unknown(status.id)
            case .changed: throw .changed(status.id)
            case .applied, .pending: continue
            }
        }
        let done = Set(applied.map(\.id))
        let plan = self.steps.filter { !done.contains($0.id) }
        if let first = plan.first, let last = done.max(), first.id < last {
            throw .outOfOrder(first.id, before: last)
        }
        return plan
    }

    func problem(_ applied: [Applied]) -> MigrationError? {
        do throws(MigrationError) {
            let plan = try self.plan(applied)
            return plan.isEmpty ? nil : .missing(plan.map(\.id))
        } catch {
            return error
        }
    }

    // MARK: - Doing

    private static let history = """
        CREATE SCHEMA IF NOT EXISTS app;
        CREATE TABLE IF NOT EXISTS app.migration (
            id text PRIMARY KEY,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        GRANT USAGE ON SCHEMA app TO wcc_app;
        GRANT SELECT ON app.migration TO wcc_app;
        """
    private static let list: SQL = "SELECT id, checksum, applied_at FROM app.migration ORDER BY id"

    static func applied(in database: Database, attempts: Int = 6) async throws -> [Applied] {
        do {
            return try self.applied(
                await database.repeating(.readOnly, attempts: attempts) {
                    await $0.read(.outside("check schema"), Self.list)
                })
        } catch {
            // A database that nobody has migrated yet has no history.
            guard case .server(sqlState: "42P01") = (error as? PostgresError)?.code else { throw error }
            return []
        }
    }

    private static func applied(_ report: PostgresConnection.Report<PostgresRows>) throws -> [Applied] {
        switch report.outcome {
        case .committed(let rows), .unknown(let rows, _): try self.applied(rows)
        case .failed(let error): throw error
        }
    }

    private static func applied(_ rows: PostgresRows) throws -> [Applied] {
        try rows.map {
            Applied(id: try $0.read("id"), checksum: try $0.read("checksum"), at: try $0.read("applied_at"))
        }
    }

    /// Asks again and again instead of waiting in the server: a statement that waits holds a snapshot, for which the
    /// other's `CREATE INDEX CONCURRENTLY` would wait in turn.
    private func takeTurn(on session: PostgresConnection, _ logger: Logger) async throws {
        let end = ContinuousClock.now + self.patience
        var hasTold = false
        while true {
            let report = await session.read(
                .outside("migrate"), "SELECT pg_try_advisory_lock(724001) AS is_ours")
            guard case .committed(let rows) = report.outcome else {
                if case .failed(let error) = report.outcome { throw error }
                throw PostgresError(.connectionLost)
            }
            if try rows.first?.read("is_ours", as: Bool.self) == true { return }
            guard ContinuousClock.now < end else { throw MigrationError.busy(self.patience) }
            if !hasTold { logger.notice("another process is migrating; waiting for it") }
            hasTold = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func apply(_ step: Migration, on session: PostgresConnection, _ logger: Logger) async throws {
        for attempt in 1... {
            do throws(PostgresError) {
                if step.isTransactional {
                    try await Self.inTransaction(step, on: session, self.lockTimeout)
                } else {
                    try await Self.alone(step, on: session)
                }
                return
            } catch {
                let mayRepeat = error.code == .lockTimeout || error.code == .deadlock
                guard mayRepeat, attempt < self.attempts else {
                    throw MigrationError.failed(step.id, reason: error.summary ?? "\(error.code.label)")
                }
                logger.notice(
                    "a migration did not get its lock and is tried again",
                    metadata: ["migration": "\(step.id)", "attempt": "\(attempt)"])
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...1_000)))
        }
    }

    private static func inTransaction(
        _ step: Migration, on session: PostgresConnection, _ lockTimeout: Duration
    ) async throws(PostgresError) {
        let report = await session.transact(.outside("migrate"), .readWrite, lockTimeout: lockTimeout) { tx in
            try tx.executeScript(step.sql)
            try Self.note(step, in: tx)
        }
        switch report.outcome {
        case .committed: return
        case .failed(let error): throw error as? PostgresError ?? PostgresError(.connectionLost)
        // Whether it is there is seen by whoever migrates next.
        case .unknown: throw PostgresError(.commitUnknown)
        }
    }

    /// Drops what an attempt that was cut short has left: an index that is there and cannot be used.
    private static func alone(_ step: Migration, on session: PostgresConnection) async throws(PostgresError) {
        let leftovers = await session.read(
            .outside("migrate"),
            """
            SELECT format('%I.%I', nspname, relname) AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE NOT indisvalid AND relkind = 'i'
            """)
        if case .committed(let rows) = leftovers.outcome {
            for row in rows {
                try await session.runScript("DROP INDEX CONCURRENTLY IF EXISTS \(row.read("name", as: String.self))")
            }
        }
        try await session.runScript(step.sql)
        let noted = await session.transact(.outside("migrate"), .readWrite, lockTimeout: .seconds(60)) { tx in
            try Self.note(step, in: tx)
        }
        if case .failed(let error) = noted.outcome { throw error as? PostgresError ?? PostgresError(.connectionLost) }
    }

    private static func note(_ step: Migration, in tx: borrowing Transaction) throws {
        try tx.execute("INSERT INTO app.migration (id, checksum) VALUES (\(step.id), \(step.checksum))")
    }
}
