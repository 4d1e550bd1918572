import Foundation
import Kernel
import Metrics
import MetricsTestKit
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Postgres

@Suite(.database) struct ObservationTests {
    let scope = Scope.inside(.any(), person: .any())

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
