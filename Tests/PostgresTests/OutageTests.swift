import Foundation
import Kernel
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Postgres

// One after the other: they stop the server under each other's feet.
@Suite(.server, .serialized, .timeLimit(.minutes(5))) struct OutageTests {
    let scope = Scope.outside("test")

    private func open(_ limits: Database.Limits = .init(), logs: RecordedLogs = RecordedLogs()) throws -> Database {
        Database(conninfo: try TestServer.current.conninfo(), size: 4, limits: limits, logger: logs.logger)
    }

    private func fill(_ database: Database) async throws {
        let isFull = try await eventually {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { _ = try await database.read(as: .system("test"), "SELECT pg_sleep(0.1)") }
                }
                try await group.waitForAll()
            }
            return database.statistics.idle == 4
        }
        #expect(isFull)
    }

    @Test(arguments: [SIGINT, SIGQUIT])
    func `the pool outlives its server, says no quickly while it is away, and finds it again`(
        _ signal: Int32
    ) async throws {
        let server = try TestServer.current, logs = RecordedLogs(), database = try self.open(logs: logs)
        try await self.fill(database)
        await server.stop(signal)

        let began = ContinuousClock.now
        let failures = await withTaskGroup(of: PostgresError.Code?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    do {
                        _ = try await database.read(as: self.scope, "SELECT 1")
                        return nil
                    } catch {
                        return (error as? PostgresError)?.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(failures) == [.cannotConnect])
        #expect(ContinuousClock.now - began < .seconds(15))
        #expect(database.statistics.open == 0)
        // A hundred who tried six times each did not all knock.
        #expect(database.instruments.statistics.connectionsOpened == 4)
        #expect(logs.lines.filter { $0.hasPrefix("error database cannot be reached") }.count == 1)

        try await server.start()
        let isBack = try await eventually {
            (try? await database.read(as: self.scope, "SELECT 1"))?.count == 1
        }
        #expect(isBack)
        #expect(logs.lines.contains("notice database is back"))
        try await self.fill(database)
        await database.shutDown()
    }

    @Test func `a request that meets a restart is answered`() async throws {
        let server = try TestServer.current, database = try self.open()
        try await self.fill(database)
        await server.stop()
        try await server.start()
        // Every idle connection is dead, and nobody has noticed yet.
        for _ in 0..<8 { #expect(try await database.read(as: self.scope, "SELECT 1").count == 1) }
        await database.shutDown()
    }

    @Test func `a server that freezes is given up, and nothing it says later is believed`() async throws {
        var limits = Database.Limits()
        limits.statement = .milliseconds(100)
        limits.answer = .milliseconds(100)
        let database = try self.open(limits)
        let pid = try await database.read(as: self.scope, "SELECT pg_backend_pid() AS pid").first?.read(
            "pid", as: Int.self)
        let backend = Int32(try #require(pid))
        #expect(kill(backend, SIGSTOP) == 0)
        defer { kill(backend, SIGCONT) }
        let began = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await database.read(as: self.scope, "SELECT 1")
        }
        // What is allowed for a statement, and five seconds to say that it took too long.
        #expect(error?.code == .noAnswer)
        #expect((.seconds(5)...(.seconds(20))).contains(ContinuousClock.now - began))
        #expect(try await database.read(as: self.scope, "SELECT 1").count == 1)
        await database.shutDown()
    }

    /// A transaction whose `COMMIT` was sent, and was running when a crash took what it had done.
    private struct Crash {
        /// What its caller was told: which run it was that succeeded.
        let outcome: Result<Int, any Error>
        /// What PostgreSQL says of its number afterwards.
        let status: String?
        /// How many rows of its second run are there.
        let kept: Int
    }

    /// Crashes the server during a `COMMIT`; with `shutOut`, others get its number before anybody can ask about it.
    private func crash(shutOut: Bool) async throws -> Crash {
        let conninfo = try TestServer.current.conninfo(), admin = try self.open()
        let script = """
            DROP SCHEMA IF EXISTS crash CASCADE; DROP ROLE IF EXISTS crash_asker;
            CREATE ROLE crash_asker LOGIN; CREATE SCHEMA crash;
            CREATE UNLOGGED TABLE crash.waiting (n bigint); CREATE TABLE crash.kept (n bigint);
            GRANT USAGE ON SCHEMA crash TO crash_asker; GRANT INSERT ON crash.waiting, crash.kept TO crash_asker;
            CREATE FUNCTION crash.wait() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON crash.waiting DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION crash.wait();
            """
        try await Administrator.run(script, on: conninfo)
        let database = Database(
            conninfo: try TestServer.current.conninfo("host=127.0.0.1 user=crash_asker"), size: 1, logger: .quiet)
        _ = try await database.read(as: self.scope, "SELECT 1")
        if shutOut { try await Administrator.run("ALTER ROLE crash_asker NOLOGIN", on: conninfo) }

        let runs = NIOLockedValueBox(0), number = NIOLockedValueBox("")
        let running = Task {
            try await database.transaction(as: self.scope) { tx in
                let run = runs.withLockedValue { runs in
                    runs += 1
                    return runs
                }
                guard run == 1 else {
                    try tx.execute("INSERT INTO crash.kept VALUES (1)")
                    return run
                }
                let row = try tx.execute("SELECT pg_current_xact_id()::text AS number").first
                let text = try row?.read("number", as: String.self)
                number.withLockedValue { $0 = text ?? "" }
                // It leaves nothing in PostgreSQL's log, as if the log had not been written in time.
                try tx.execute("INSERT INTO crash.waiting VALUES (1)")
                return run
            }
        }
        let waiting: SQL = "SELECT pid FROM pg_stat_activity WHERE usename = 'crash_asker' AND wait_event = 'PgSleep'"
        let isWaiting = try await eventually { try await admin.read(as: self.scope, waiting).count == 1 }
        #expect(isWaiting)
        let pid = try await admin.read(as: self.scope, waiting).first?.read("pid", as: Int.self)
        let life = try await admin.read(
            as: self.scope, "SELECT pg_stat_get_bgwriter_stat_reset_time() AS life"
        ).first?.read("life", as: Date.self)
        #expect(kill(Int32(try #require(pid)), SIGKILL) == 0)
        let asked = number.withLockedValue { $0 }
        if shutOut {
            let lost = try #require(Int(asked))
            let isGivenAgain = try await eventually(within: .seconds(30)) {
                let now = try? await admin.transaction(as: self.scope) { tx in
                    try tx.execute("SELECT \(fragment: TransactionNumber.columns)").first.map(TransactionNumber.init)
                }
                guard let now = now.flatMap({ $0 }), let given = Int(now.number) else { return false }
                return now.life != life && given >= lost
            }
            #expect(isGivenAgain)
            try await Administrator.run("ALTER ROLE crash_asker LOGIN", on: conninfo)
        }
        let outcome = await running.result
        let status = try await admin.read(as: self.scope, "SELECT pg_xact_status(\(asked)::xid8) AS status")
        let kept = try await admin.read(as: self.scope, "SELECT 1 FROM crash.kept").count
        await database.shutDown()
        await admin.shutDown()
        return Crash(outcome: outcome, status: try status.first?.readIfPresent("status"), kept: kept)
    }

    @Test func `a commit that a crash has undone is made again`() async throws {
        let crash = try await self.crash(shutOut: false)
        #expect(try crash.outcome.get() == 2)
        #expect(crash.kept == 1)
    }

    /// PostgreSQL gives a number that a crash has lost once more, and then says that it committed.
    @Test func `a commit that a crash has undone is not taken for another's`() async throws {
        var crash = try await self.crash(shutOut: true)
        // Where the server was slow, its log had the number after all: then nobody is given it, and this shows nothing.
        for _ in 0..<5 where crash.status == "aborted" { crash = try await self.crash(shutOut: true) }
        #expect(crash.status == "committed")
        let error = #expect(throws: PostgresError.self) { try crash.outcome.get() }
        #expect(error?.code == .commitUnknown)
        #expect(crash.kept == 0)
    }

    @Test func `a server without a free connection is met again later`() async throws {
        let database = try self.open()
        try await self.fill(database)
        let conninfo = try TestServer.current.conninfo()
        try await Administrator.run("ALTER SYSTEM SET max_connections = 8", on: conninfo)
        try await Administrator.run("ALTER SYSTEM SET superuser_reserved_connections = 0", on: conninfo)
        let server = try TestServer.current
        await server.stop()
        try await server.start()
        let others = Database(conninfo: conninfo, size: 8, logger: .quiet)
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let pool = number % 2 == 0 ? database : others
                    return (try? await pool.read(as: self.scope, "SELECT pg_sleep(0.02)")) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Twelve wanted, eight fit; those who could not connect waited and tried again.
        #expect(results.contains(true))
        await others.shutDown()
        #expect(try await eventually { (try? await database.read(as: self.scope, "SELECT 1")) != nil })
        await database.shutDown()
    }
}
