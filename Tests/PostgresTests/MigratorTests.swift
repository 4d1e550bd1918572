import Foundation
import Kernel
import NIOConcurrencyHelpers
import TestKit
import Testing
import WriteCareConnect

@testable import Postgres

@Suite struct MigrationPlanTests {
    let one = Migration("2030-01-01T0000 one", "SELECT 1"), two = Migration("2030-01-02T0000 two", "SELECT 2")
    let three = Migration("2030-01-03T0000 three", "SELECT 3")

    private func applied(_ steps: Migration...) -> [Migrator.Applied] {
        steps.map { Migrator.Applied(id: $0.id, checksum: $0.checksum, at: Date(timeIntervalSince1970: 0)) }
    }

    @Test func `what is missing is applied, in order`() throws {
        let migrator = Migrator([self.three, self.one, self.two])
        #expect(try migrator.plan([]).map(\.id) == [self.one, self.two, self.three].map(\.id))
        #expect(try migrator.plan(self.applied(self.one)).map(\.id) == [self.two, self.three].map(\.id))
        #expect(migrator.problem(self.applied(self.one, self.two, self.three)) == nil)
        #expect(migrator.problem(self.applied(self.one)) == .missing([self.two.id, self.three.id]))
    }

    @Test func `a history that has parted is refused in one sentence that names the step`() {
        let changed = Migration(self.one.id, "SELECT 1 -- fixed")
        let cases: [(MigrationError?, MigrationError, String)] = [
            (Migrator([self.one]).problem(self.applied(self.one, self.two)), .unknown(self.two.id), self.two.id),
            (Migrator([changed, self.two]).problem(self.applied(self.one)), .changed(self.one.id), self.one.id),
            (
                Migrator([self.one, self.two, self.three]).problem(self.applied(self.one, self.three)),
                .outOfOrder(self.two.id, before: self.three.id), self.two.id
            ),
        ]
        for (found, expected, id) in cases {
            #expect(found == expected)
            #expect("\(expected)".contains("\"\(id)\""))
            #expect("\(expected)".last == ".")
            #expect(!"\(expected)".contains("\n"))
        }
    }

    @Test func `the status shows every step that either side knows`() {
        let changed = Migration(self.two.id, "SELECT 22")
        let states = Migrator([self.one, changed, self.three]).status(
            self.applied(self.one, self.two, Migration("2029-01-01T0000 zero", "SELECT 0")))
        #expect(
            states == [
                MigrationStatus(id: "2029-01-01T0000 zero", state: .unknown),
                MigrationStatus(id: self.one.id, state: .applied(at: Date(timeIntervalSince1970: 0))),
                MigrationStatus(id: self.two.id, state: .changed),
                MigrationStatus(id: self.three.id, state: .pending),
            ])
    }
}

// Each has a database of its own, because each makes a history of its own.
@Suite struct MigratorTests {
    let first = Migration(
        "2030-01-01T0000 first", "CREATE TABLE app.thing (n bigint); INSERT INTO app.thing VALUES (1)")

    private func open() -> Database { TestDatabase.current.open(as: "wcc_migrate", size: 1, limits: .none) }

    @Test(.emptyDatabase) func `each step is kept or undone by itself`() async throws {
        let database = self.open(), app = TestDatabase.current.open(size: 1)
        let broken = Migration("2030-01-02T0000 broken", "CREATE TABLE app.half (n bigint); SELECT no_such_thing")
        let migrator = Migrator([self.first, broken])
        #expect(try await migrator.pending(database) == [self.first.id, broken.id])
        let error = await #expect(throws: MigrationError.self) { try await migrator.migrate(database) }
        #expect(error == .failed(broken.id, reason: "column \"no_such_thing\" does not exist"))
        #expect(try await migrator.pending(app) == [broken.id])
        let tables = try await app.read(
            as: .system("test"), "SELECT to_regclass('app.thing') IS NULL AS a, to_regclass('app.half') IS NULL AS b"
        ).first
        #expect(try tables?.read("a", as: Bool.self) == false)
        #expect(try tables?.read("b", as: Bool.self) == true)

        let mended = Migration(broken.id, "CREATE TABLE app.half (n bigint)")
        try await Migrator([self.first, mended]).migrate(database)
        try await Migrator([self.first, mended]).check(app)
        // Once more does nothing.
        try await Migrator([self.first, mended]).migrate(database)
        let states = try await Migrator([self.first, mended]).status(app)
        #expect(states.allSatisfy { if case .applied = $0.state { true } else { false } })
        let unknown = await #expect(throws: MigrationError.self) { try await Migrator([self.first]).check(app) }
        #expect(unknown == .unknown(broken.id))
        await database.shutDown()
        await app.shutDown()
    }

    @Test(.emptyDatabase, .timeLimit(.minutes(1)))
    func `several that start together apply each step once, and say that they wait`() async throws {
        let slow = Migration("2030-01-02T0000 slow", "SELECT pg_sleep(0.5); CREATE TABLE app.once (n bigint)")
        let logs = RecordedLogs()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = Database(
                        conninfo: TestDatabase.current.conninfo(as: "wcc_migrate"), size: 1, limits: .none,
                        logger: logs.logger)
                    try await Migrator([self.first, slow]).migrate(database)
                    await database.shutDown()
                }
            }
            try await group.waitForAll()
        }
        #expect(logs.lines.filter { $0.contains("migrating migration=") }.count == 2)
        #expect(logs.lines.contains("notice another process is migrating; waiting for it"))

        let holder = self.open()
        let isHeld = NIOLockedValueBox(false), isDone = NIOLockedValueBox(false)
        async let holding: Void = holder.transaction(as: .system("test")) { tx in
            try tx.execute("SELECT pg_advisory_lock(724001)")
            isHeld.withLockedValue { $0 = true }
            while !isDone.withLockedValue({ $0 }) { usleep(1_000) }
        }
        #expect(try await eventually { isHeld.withLockedValue { $0 } })
        var hurried = Migrator([self.first, slow])
        hurried.patience = .milliseconds(300)
        let impatient = hurried, database = self.open()
        let error = await #expect(throws: MigrationError.self) { try await impatient.migrate(database) }
        #expect(error == .busy(.milliseconds(300)))
        isDone.withLockedValue { $0 = true }
        try await holding
        await holder.shutDown()
        await database.shutDown()
    }

    @Test(.emptyDatabase, .timeLimit(.minutes(1)))
    func `a step that does not get its lock gives way, and is tried again`() async throws {
        let database = self.open(), app = TestDatabase.current.open(as: "postgres", size: 2)
        try await Migrator([self.first]).migrate(database)
        let isHeld = NIOLockedValueBox(false), isDone = NIOLockedValueBox(false)
        async let holding: Void = app.transaction(as: .system("test")) { tx in
            try tx.execute("SELECT * FROM app.thing")
            isHeld.withLockedValue { $0 = true }
            while !isDone.withLockedValue({ $0 }) { usleep(1_000) }
        }
        #expect(try await eventually { isHeld.withLockedValue { $0 } })
        let logs = RecordedLogs()
        let logged = TestDatabase.current.open(as: "wcc_migrate", size: 1, limits: .none, logger: logs.logger)
        var migrator = Migrator([
            self.first, Migration("2030-01-02T0000 column", "ALTER TABLE app.thing ADD COLUMN m bigint"),
        ])
        migrator.lockTimeout = .milliseconds(50)
        let patient = migrator
        async let migrating: Void = patient.migrate(logged)
        #expect(try await eventually { logs.lines.contains { $0.contains("did not get its lock") } })
        // Between its attempts others get through.
        #expect(try await app.read(as: .system("test"), "SELECT * FROM app.thing").count == 1)
        isDone.withLockedValue { $0 = true }
        try await holding
        try await migrating
        try await migrator.check(app)
        await logged.shutDown()
        await database.shutDown()
        await app.shutDown()
    }

    @Test(.emptyDatabase) func `an index is made without holding anybody up, and again if it was cut short`()
        async throws
    {
        let database = self.open(), app = TestDatabase.current.open(size: 1)
        try await Migrator([self.first]).migrate(database)
        let index = Migration(
            "2030-01-02T0000 index", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS thing_n ON app.thing (n)",
            isTransactional: false)
        // Two rows that are alike make it fail, and leave an index that is there and cannot be used.
        try await administer("INSERT INTO app.thing VALUES (1)")
        let error = await #expect(throws: MigrationError.self) {
            try await Migrator([self.first, index]).migrate(database)
        }
        // The server quotes the row, so only its number for such errors is shown.
        #expect(error == .failed(index.id, reason: "unique_violation"))
        #expect(try await Migrator([self.first, index]).pending(app) == [index.id])
        try await administer("DELETE FROM app.thing WHERE ctid = (SELECT min(ctid) FROM app.thing)")
        try await Migrator([self.first, index]).migrate(database)
        let valid = try await app.read(
            as: .system("test"), "SELECT indisvalid FROM pg_index WHERE indexrelid = 'app.thing_n'::regclass"
        ).first
        #expect(try valid?.read("indisvalid", as: Bool.self) == true)
        await database.shutDown()
        await app.shutDown()
    }

    @Test(.database) func `health tells a right schema from one that is older or another, and from no database`()
        async throws
    {
        let app = TestDatabase.current.open(size: 1)
        let migrator = WriteCareConnect.migrator
        let ready = await app.health(expecting: migrator)
        #expect(ready.isReady)
        let more = Migrator(migrator.steps + [self.first])
        #expect(await app.health(expecting: more) == .wrongSchema(.missing([self.first.id])))
        let parted = Migrator(Array(migrator.steps.dropFirst()))
        let first = try #require(migrator.steps.first), last = try #require(migrator.steps.last)
        #expect(await app.health(expecting: parted) == .wrongSchema(.unknown(first.id)))
        // A newer release has migrated: who runs goes on, and nobody of this release starts.
        let old = Migrator(migrator.steps.dropLast())
        #expect(await app.health(expecting: old).isReady)
        await #expect(throws: MigrationError.unknown(last.id)) { try await old.check(app) }
        await app.shutDown()
        #expect(await app.health(expecting: migrator) == .unreachable(.poolClosed))
        let nowhere = Database(conninfo: "host=127.0.0.1 port=1", size: 1, logger: .quiet)
        let (health, tally) = await Tally.count { await nowhere.health(expecting: migrator) }
        #expect(health == .unreachable(.cannotConnect))
        #expect(tally.transactions == 0)
        #expect(nowhere.statistics.retries == 0)
    }
}
