import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Web

@Suite(.database) struct HousekeepingTests {
    let database = TestDatabase.current.open(size: 2)

    private func clean(after days: Double) async throws {
        let source = Source(now: { Date() + days * 86_400 })
        try await Housekeeping(
            WebModule.chores, database: self.database, source: source, batch: 2, logger: .quiet
        ).clean()
    }

    @Test func `keys and notices go when they are old, however many there are, and not before`() async throws {
        let scope = Scope.inside(.any(), person: .any()), person = Identifier<Person>.any()
        try await self.database.transaction(as: scope) { tx in
            for number in 0..<5 {
                try tx.execute(
                    """
                    INSERT INTO web.idempotency (tenant_id, person_id, key, fingerprint)
                    VALUES (app.tid(), app.person(), \("key number \(number) of five"), '\\x00')
                    """)
                try tx.execute("SELECT web.deliver(\([person.uuid]), 'tests.sent', \(UUID()))")
            }
        }
        func counts() async throws -> [Int] {
            let row = try await self.database.read(
                as: scope,
                """
                SELECT (SELECT count(*) FROM web.idempotency) AS keys, (SELECT count(*) FROM web.inbox) AS notices,
                    (SELECT floor FROM web.recv WHERE person_id = \(person.uuid)) AS floor
                """
            ).first
            let found = try #require(row)
            return [try found.read("keys"), try found.read("notices"), try found.read("floor")]
        }
        try await self.clean(after: 1.9)
        #expect(try await counts() == [5, 5, 0])
        try await self.clean(after: 2.1)
        #expect(try await counts() == [0, 5, 0])
        try await self.clean(after: 14.1)
        #expect(try await counts() == [0, 0, 5])
        await self.database.shutDown()
    }
}
