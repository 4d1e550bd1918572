import Foundation
import Kernel
import Metrics
import MetricsTestKit
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Postgres

@Suite(.database) struct PoolTests {
    let scope = Scope.inside(.any(), person: .any())

    /// Tasks are cancelled, bodies throw, settings are left behind, at random moments and in random order; whoever comes
    /// next finds a connection as good as new, and rows of its own.
    @Test(.timeLimit(.minutes(1)))
    func `nothing of one borrower is found by the next`() async throws {
        let database = TestDatabase.current.open(size: 2, limits: .init())
        let table = try await makeTable("tenant_id uuid, n bigint")
        struct Stop: Error {}
        let foreign = NIOLockedValueBox<[String]>([])

        @Sendable func borrow(_ number: Int) async throws {
            let tenant = Identifier<Organisation>.any()
            let mischief = Int.random(in: 0..<8)
            try await database.transaction(as: .tenant(tenant)) { tx in
                let found = try tx.execute(
                    """
                    SELECT current_setting('app.tenant') AS tenant, current_setting('statement_timeout') AS timeout,
                        current_user::text AS role, current_setting('app.mark', true) AS mark,
                        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
                        (SELECT count(*) FROM pg_class WHERE relpersistence = 't'
                            AND relnamespace = pg_my_temp_schema()) AS tables, \(number) AS number
                    """
                ).first
                guard let found else { throw Stop() }
                let seen = [
                    try found.read("tenant", as: String.self), try found.read("timeout", as: String.self),
                    try found.read("role", as: String.self),
                    try found.readIfPresent("mark", as: String.self) ?? "",
                    "\(try found.read("locks", as: Int.self))", "\(try found.read("tables", as: Int.self))",
                    "\(try found.read("number", as: Int.self))",
                ]
                let expected = [tenant.description, "5s", "wcc_app", "", "0", "0", "\(number)"]
                if seen != expected { foreign.withLockedValue { $0.append("\(seen) instead of \(expected)") } }
                try tx.execute("INSERT INTO \(unsafeText: table) VALUES (app.tid(), \(number))")
                switch mischief {
                case 0: try tx.execute("SET statement_timeout = 7")
                case 1: try tx.execute("SELECT set_config('app.mark', 'left', false)")
                case 2: try tx.execute("SELECT pg_advisory_lock(\(number))")
                case 3: try tx.execute("CREATE TEMP TABLE left_behind (n int)")
                case 4: throw Stop()
                case 5: try tx.execute("SELECT nonsense")
                case 6: for _ in 0..<5 { try tx.execute("SELECT pg_sleep(0.001)") }
                default: break
                }
                tx.atCommit("UPDATE \(unsafeText: table) SET n = -n WHERE n = \(number)")
            }
        }

        let committed = NIOLockedValueBox<Set<Int>>([])
        await withTaskGroup(of: Void.self) { group in
            for number in 1...400 {
                group.addTask {
                    let task = Task { try await borrow(number) }
                    if Bool.random() {
                        try? await Task.sleep(for: .microseconds(Int.random(in: 0...30_000)))
                        task.cancel()
                    }
                    if case .success = await task.result { committed.withLockedValue { _ = $0.insert(-number) } }
                }
            }
        }
        #expect(foreign.withLockedValue { $0 } == [])
        let kept = try await database.read(as: self.scope, "SELECT n FROM \(unsafeText: table)").map {
            try $0.read("n", as: Int.self)
        }
        #expect(Set(kept) == committed.withLockedValue { $0 })
        #expect(kept.count == Set(kept).count)
        #expect(kept.count > 20)
        let statistics = database.statistics
        #expect(statistics.open <= 2)
        #expect(statistics.inUse == 0)
        #expect(statistics.waiting == 0)
        await database.shutDown()
    }

    @Test func `a body cannot end its transaction, nor leave the tenant`() async throws {
        let database = TestDatabase.current.open(size: 1)
        for statement in ["COMMIT", "ROLLBACK", "BEGIN", "/* */ end", "PREPARE TRANSACTION 'x'"] {
            let error = await #expect(throws: PostgresError.self) {
                try await database.transaction(as: self.scope) { try $0.execute("\(unsafeText: statement)") }
            }
            #expect(error?.code == .transactionControl)
        }
        #expect(database.statistics.connectionsOpened == 1)
        await database.shutDown()
    }

    @Test func `whoever waits too long for a connection is told so`() async throws {
        var limits = Database.Limits()
        limits.lease = .milliseconds(200)
        let database = TestDatabase.current.open(size: 1, limits: limits)
        async let holding = database.read(as: self.scope, "SELECT pg_sleep(1)")
        #expect(try await eventually { database.statistics.inUse == 1 })
        let began = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await database.read(as: self.scope, "SELECT 1")
        }
        #expect(error?.code == .poolExhausted)
        #expect(ContinuousClock.now - began < .milliseconds(900))
        #expect(try await holding.count == 1)
        #expect(try await database.read(as: self.scope, "SELECT 1").count == 1)
        await database.shutDown()
    }

    @Test func `a connection is replaced when it is old, at use and at rest`() async throws {
        var limits = Database.Limits()
        limits.age = .milliseconds(300)
        let database = TestDatabase.current.open(size: 1, limits: limits)
        func backend() async throws -> Int? {
            try await database.read(as: self.scope, "SELECT pg_backend_pid() AS pid").first?.read("pid")
        }
        let first = try await backend()
        #expect(try await backend() == first)
        try await Task.sleep(for: .milliseconds(350))
        let second = try await backend()
        #expect(second != first)
        _ = try await database.read(as: self.scope, "SELECT pg_sleep(0.35)")
        #expect(database.statistics.idle == 0)
        #expect(try await backend() != second)
        #expect(database.statistics.open == 1)
        await database.shutDown()
    }

    @Test func `PostgreSQL bounds statements, locks and idle transactions`() async throws {
        var limits = Database.Limits()
        limits.statement = .milliseconds(100)
        limits.idleInTransaction = .milliseconds(100)
        let database = TestDatabase.current.open(size: 2, limits: limits)
        let table = try await makeTable("n bigint")
        let slow = await #expect(throws: PostgresError.self) {
            try await database.read(as: self.scope, "SELECT pg_sleep(5)")
        }
        #expect(slow?.code == .statementTimeout)
        let runs = NIOLockedValueBox(0)
        let idle = await #expect(throws: PostgresError.self) {
            try await database.transaction(as: self.scope) { tx in
                runs.withLockedValue { $0 += 1 }
                try tx.execute("SELECT 1")
                usleep(300_000)
                try tx.execute("SELECT 1")
            }
        }
        #expect(idle?.code == .idleTimeout)
        #expect(runs.withLockedValue { $0 } == 1)

        let patient = TestDatabase.current.open(size: 2)
        let isHeld = NIOLockedValueBox(false), isDone = NIOLockedValueBox(false)
        async let holding: Void = patient.transaction(as: self.scope) { tx in
            try tx.execute("LOCK TABLE \(unsafeText: table)")
            isHeld.withLockedValue { $0 = true }
            while !isDone.withLockedValue({ $0 }) { usleep(1_000) }
        }
        #expect(try await eventually { isHeld.withLockedValue { $0 } })
        let locked = await #expect(throws: PostgresError.self) {
            try await patient.transaction(as: self.scope, lockTimeout: .milliseconds(50)) { tx in
                try tx.execute("INSERT INTO \(unsafeText: table) VALUES (1)")
            }
        }
        #expect(locked?.code == .lockTimeout)
        isDone.withLockedValue { $0 = true }
        try await holding
        let row = try await patient.read(
            as: .system("test"), "SELECT setting FROM pg_settings WHERE name = 'tcp_user_timeout'"
        ).first
        #expect(try row?.read("setting", as: String.self) != nil)
        await patient.shutDown()
        await database.shutDown()
    }

    @Test func `a commit that waits for a standby for too long is hurried, and not reported as done`() async throws {
        var limits = Database.Limits()
        limits.commit = .milliseconds(200)
        let database = TestDatabase.current.open(size: 1, limits: limits), table = try await makeTable("n bigint")
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(as: self.scope) { tx in
                try tx.execute("SET LOCAL synchronous_commit = on")
                try tx.execute("INSERT INTO \(unsafeText: table) VALUES (1)")
            }
        }
        #expect(error?.code == .notDurable)
        // The connection for which a cancel was sent is gone.
        #expect(database.statistics.idle == 0)
        #expect(try await database.read(as: self.scope, "SELECT 1").count == 1)
        await database.shutDown()
    }

    @Test func `a slow statement is logged with its text, and never with a value`() async throws {
        let logs = RecordedLogs()
        var limits = Database.Limits()
        limits.slowStatement = .milliseconds(50)
        let database = TestDatabase.current.open(size: 1, limits: limits, logger: logs.logger)
        let canary = "Edith Marlow"
        _ = try await database.read(as: self.scope, "SELECT \(canary)::text AS name")
        #expect(logs.lines == [])
        _ = try await database.read(
            as: self.scope,
            """
            SELECT \(canary)::text AS name,
                pg_sleep(0.06)
            """)
        #expect(logs.lines.count == 1)
        let line = try #require(logs.lines.first)
        #expect(line.hasPrefix("warning slow statement duration="))
        #expect(line.hasSuffix("rows=1 statement=SELECT $1::text AS name, pg_sleep(0.06)"))
        await database.shutDown()
    }

    @Test func `no error that is logged quotes a value`() async throws {
        let database = TestDatabase.current.open(size: 1)
        let table = try await makeTable("name text UNIQUE CHECK (name <> 'x'), n bigint")
        let canary = "Edith Marlow"
        let statements: [SQL] = [
            "SELECT \(canary)::bigint", "SELECT \(canary)::text::bigint", "SELECT \(canary)::uuid",
            "INSERT INTO \(unsafeText: table) VALUES (\(canary)), (\(canary))",
            "INSERT INTO \(unsafeText: table) SELECT \(canary) WHERE 1 / 0 = \(canary)::text::float8",
            "SELECT \(canary)::date", "SELECT \(canary)::json", "SELECT \(canary) || 1 / (length(\(canary)) - 12)",
            "SELECT no_such_function(\(canary)::text)", "SELECT * FROM audit.entry WHERE action = \(canary)",
        ]
        for statement in statements {
            let error = await #expect(throws: PostgresError.self) {
                try await database.transaction(as: self.scope) { try $0.execute(statement) }
            }
            #expect(error.map { "\($0)".contains("Edith") || $0.logDescription.contains("Edith") } == false)
        }
        await database.shutDown()
    }

    @Test func `statistics and metrics tell what was done`() async throws {
        let metrics = TestMetrics()
        let database = withMetricsFactory(metrics) { TestDatabase.current.open(size: 3) }
        let table = try await makeTable("n bigint UNIQUE")
        let before = database.statistics
        _ = try await database.read(as: self.scope, "SELECT 1")
        try await database.transaction(as: self.scope) { tx in
            try tx.execute("INSERT INTO \(unsafeText: table) VALUES (1)")
            tx.atCommit("INSERT INTO \(unsafeText: table) VALUES (2)")
        }
        _ = try? await withMetricsFactory(metrics) {
            try await database.transaction(as: self.scope) { tx in
                try tx.execute("INSERT INTO \(unsafeText: table) VALUES (1)")
            }
        }
        let after = database.statistics
        #expect(after.transactions - before.transactions == 3)
        #expect(after.statements - before.statements == 4)
        #expect(after.roundTrips - before.roundTrips == 5)
        #expect(after.connectionsOpened == 1)
        #expect((after.size, after.open, after.idle, after.inUse, after.waiting) == (3, 1, 1, 0, 0))

        func transactions(_ access: String, _ outcome: String) throws -> Int {
            try metrics.expectTimer(
                "wcc_postgres_transaction_seconds", [("access", access), ("outcome", outcome)]
            ).values.count
        }
        #expect(try transactions("read_only", "committed") == 1)
        #expect(try transactions("read_write", "committed") == 1)
        #expect(try transactions("read_write", "failed") == 1)
        #expect(try metrics.expectTimer("wcc_postgres_lease_wait_seconds").values.count == 3)
        #expect(try metrics.expectCounter("wcc_postgres_connections_opened_total").totalValue == 1)
        #expect(try metrics.expectCounter("wcc_postgres_statements_total").totalValue == 4)
        #expect(
            try metrics.expectCounter("wcc_postgres_errors_total", [("code", "unique_violation")]).totalValue == 1)
        database.instruments.publish(database.statistics)
        #expect(
            try metrics.expectMeter("wcc_postgres_pool_connections", [("state", "idle")]).lastValue == 1)
        #expect(try metrics.expectMeter("wcc_postgres_pool_size").lastValue == 3)
        await database.shutDown()
    }

    @Test func `a block of work is counted by itself, whatever others do`() async throws {
        let database = TestDatabase.current.open(size: 4)
        let isOver = NIOLockedValueBox(false)
        let noise = Task {
            while !isOver.withLockedValue({ $0 }) { _ = try await database.read(as: self.scope, "SELECT 'noise'") }
        }
        let (sum, tally) = try await Tally.count {
            async let one = database.read(as: self.scope, "SELECT 1 AS n").count
            async let two = database.read(as: self.scope) { tx in
                try tx.execute("SELECT 2").count + tx.execute("SELECT 3").count
            }
            return try await one + two
        }
        isOver.withLockedValue { $0 = true }
        _ = try await noise.value
        #expect(sum == 3)
        #expect(tally.statements.sorted() == ["SELECT 1 AS n", "SELECT 2", "SELECT 3"])
        #expect(tally.roundTrips == 4)
        #expect(tally.transactions == 2)
        await database.shutDown()
    }
}
