import Audit
import Kernel
import Logging
import People
import Postgres
import TestKit
import Testing

/// What the audit says in its stream of logs, beside the entry in its table.
@Suite(.database) struct AuditLogTests {
    @Test func `an act that is durable is told by its identifiers, one that is undone is not`() async throws {
        let database = TestDatabase.current.open(), logs = RecordedLogs()
        let people = PeopleService(database: database, audit: Audit(log: logs.logger), directory: PeopleDirectory())
        let home = try await TestOrganisation(in: database)
        let manager = try await home.hire(.registeredManager, .organisation)
        let resident = try await home.admit("Ann Garden")
        _ = try await people.resident(resident, for: manager)
        #expect(logs.lines.count == 1)
        let line = try #require(logs.lines.first)
        for part in ["info act recorded", "act=people.", "kind=read", "\(manager.person)", "resident.id=\(resident)"] {
            #expect(line.contains(part), "\(line)")
        }
        #expect(!line.contains("Ann"))

        struct Undone: Error {}
        await #expect(throws: Undone.self) {
            try await database.transaction(as: manager) { tx in
                Audit(log: logs.logger).record(Look.self, on: resident, by: manager.person, in: tx)
                throw Undone()
            }
        }
        #expect(logs.lines.count == 1)
        await database.shutDown()
    }

    private enum Look: Act {
        static let name = "tests.look"
        static let summary = "Look"
        static let kind = ActKind.read
    }
}
