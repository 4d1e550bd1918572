import Foundation
import Kernel
import TestKit
import Testing

@testable import Postgres

// One after the other: they stop the server under each other's feet.
@Suite(.server, .serialized, .timeLimit(.minutes(2))) struct OutageTests {
    let scope = Scope.outside("test")

    private func open(_ limits: Database.Limits = .init(), logs: RecordedLogs = RecordedLogs()) throws -> Database {
        Database(conninfo: try TestServer.current.conninfo(), size: 4, limits: limits, logger: logs.logger)
    }

    private func fill(_ database: Database) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { _ = try await database.read(as: .system("test"), "SELECT pg_sleep(0.1)") }
            }
            try await group.waitForAll()
        }
        #expect(database.statistics.idle == 4)
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
        #expect(ContinuousClock.now - began < .seconds(5))
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
        #expect((.seconds(5)...(.seconds(8))).contains(ContinuousClock.now - began))
        #expect(try await database.read(as: self.scope, "SELECT 1").count == 1)
        await database.shutDown()
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
