import Foundation
import Kernel
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

    @Test(arguments: ["COPY (SELECT 1) TO STDOUT", "COPY app.migration FROM STDIN"])
    func `what has no answer of rows is refused, and ends nothing`(_ statement: String) async throws {
        let database = TestDatabase.current.open(as: "postgres", size: 1)
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(as: self.scope) { try $0.execute("\(unsafeText: statement)") }
        }
        #expect(error?.code == .unsendable)
        #expect(database.statistics.idle == 0)
        #expect(try await database.read(as: self.scope, "SELECT 1").count == 1)
        await database.shutDown()
    }
}
