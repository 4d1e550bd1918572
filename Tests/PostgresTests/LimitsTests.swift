import Foundation
import Kernel
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Postgres

@Suite(.database) struct LimitsTests {
    let scope = Scope.inside(.any(), person: .any())

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
}
