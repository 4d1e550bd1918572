import Audit
import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing

@Suite(.database) struct AuditSearchTests {
    let database = TestDatabase.current.open()

    private func search(_ values: [String: String]) -> AuditSearch { AuditSearch { values[$0] } }

    @Test func `who looked at whom is found, newest first, in words and by name`() async throws {
        let kit = try await AuditKit(self.database)
        let officer = try await kit.officer(),
            nurse = try await kit.organisation.hire(.registeredNurse, name: "Sian Griffiths")
        let edith = try await kit.organisation.admit("Edith Marlow", team: [nurse])
        try await kit.list(by: nurse)
        try await kit.look(at: edith, by: nurse)
        let found = try await kit.all(self.search(["person": "\(nurse.person)"]), limit: 10, for: officer)
        #expect(found.map(\.action) == ["people.read_resident", "people.list_residents"])
        let look = try #require(found.first)
        #expect(look.by?.name == "Sian Griffiths" && look.about?.name == "Edith Marlow")
        #expect(look.words == "See a resident’s page" && look.kind == "read" && look.objectId == edith.uuid)
        #expect(look.rule.hasPrefix("people.read_resident: "))
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.at >= $1.at })
    }

    @Test func `each filter finds what it says, alone and with others`() async throws {
        let kit = try await AuditKit(self.database)
        let officer = try await kit.officer(), nurse = try await kit.organisation.hire(.registeredNurse)
        let other = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit("Edith Marlow", team: [nurse, other])
        let harold = try await kit.organisation.admit("Harold Whitcombe", team: [nurse, other])
        for person in [nurse, other] {
            for resident in [edith, harold] { try await kit.look(at: resident, by: person) }
            try await kit.list(by: person)
        }
        func count(_ values: [String: String]) async throws -> Int {
            try await kit.all(self.search(values), limit: 100, for: officer).filter { $0.by?.id != officer.person }
                .count
        }
        #expect(try await count(["person": "\(nurse.person)"]) == 3)
        #expect(try await count(["resident": "\(edith)"]) == 2)
        #expect(try await count(["resident": "\(edith)", "person": "\(other.person)"]) == 1)
        #expect(try await count(["object": "\(harold)"]) == 2)
        #expect(try await count(["action": "people.list_residents"]) == 2)
        #expect(try await count(["kind": "read", "person": "\(nurse.person)"]) == 3)
        #expect(try await count(["kind": "export"]) == 0)
        #expect(try await count(["kind": "export", "action": "people.list_residents"]) == 0)
        #expect(try await count(["request": "\(UUID())"]) == 0)
        let today = try #require(kit.time.today)
        #expect(try await count(["from": "\(today.adding(days: -1))", "resident": "\(edith)"]) == 2)
        #expect(try await count(["to": "\(today.adding(days: -2))"]) == 0)
        #expect(try await count(["from": "\(today.adding(days: 2))"]) == 0)
        // Whoever copied a number brought spaces along.
        #expect(try await count(["object": " \(harold.description.uppercased()) "]) == 2)
    }

    @Test func `a day is the home's, on the days when the clocks change too`() async throws {
        let kit = try await AuditKit(self.database)
        let officer = try await kit.officer(), admin = TestDatabase.current.open(as: "postgres", size: 1)
        let instants = ["2026-10-24T22:59:59Z", "2026-10-24T23:00:00Z", "2026-10-25T23:59:59Z", "2026-10-26T00:00:00Z"]
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute(
                """
                INSERT INTO audit.entry (tenant_id, at, action, kind, object_id, rule)
                SELECT \(kit.organisation.id.uuid), at::timestamptz, 'people.list_staff', 'read', gen_random_uuid(), ''
                FROM unnest(\(instants)) AS at
                """)
        }
        await admin.shutDown()
        let day = self.search(["from": "2026-10-25", "to": "2026-10-25", "action": "people.list_staff"])
        let found = try await kit.all(day, limit: 10, for: officer)
        #expect(found.map { $0.at.formatted(.iso8601) } == ["2026-10-25T23:59:59Z", "2026-10-24T23:00:00Z"])
    }

    @Test func `pages follow one another without a gap or a repeat, though entries share an instant`() async throws {
        let kit = try await AuditKit(self.database)
        let officer = try await kit.officer(), admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute(
                """
                INSERT INTO audit.entry (tenant_id, at, action, kind, object_id, rule)
                SELECT \(kit.organisation.id.uuid), now() - (n / 7) * interval '1 microsecond', 'people.list_staff',
                    'read', gen_random_uuid(), '' FROM generate_series(1, 50) AS n
                """)
        }
        await admin.shutDown()
        let search = self.search(["action": "people.list_staff"])
        let paged = try await kit.all(search, limit: 3, for: officer)
        let whole = try await kit.all(search, limit: 100, for: officer)
        #expect(paged == whole && Set(paged.map(\.id)).count == 50)
    }

    @Test func `another organisation's entries are not found, whatever is asked`() async throws {
        let kit = try await AuditKit(self.database), other = try await AuditKit(self.database)
        let officer = try await kit.officer(),
            nurse = try await other.organisation.hire(.registeredNurse, name: "Canary Bird")
        let edith = try await other.organisation.admit("Canary Marlow", team: [nurse])
        try await other.look(at: edith, by: nurse)
        for values in [
            [:], ["person": "\(nurse.person)"], ["resident": "\(edith)"], ["object": "\(edith)"], ["kind": "read"],
            ["action": "people.read_resident"],
        ] {
            let findings = try await kit.service.search(self.search(values), in: kit.time, limit: 1_000, for: officer)
            #expect(findings.page.items.allSatisfy { $0.by?.id != nurse.person })
            #expect(!"\(findings)".contains("Canary"))
        }
        await #expect(throws: Problem.self) {
            try await kit.service.about(edith, in: kit.time, for: officer)
        }
    }

    @Test(arguments: [
        ["from": "yesterday"], ["to": "2026-02-30"], ["from": "2026-11-24", "to": "2026-11-23"], ["person": "Sian"],
        ["resident": "1"], ["kind": "everything"], ["action": "people.dance"], ["object": "'; DROP TABLE audit.entry"],
        ["request": "019abf2c"], ["action": String(repeating: "x", count: 10_000)], ["from": "0000-01-01"],
        ["object": "\u{0}"],
    ])
    func `what cannot be understood is refused at its filter, and leaves no entry`(
        _ values: [String: String]
    ) async throws {
        let kit = try await AuditKit(self.database)
        let officer = try await kit.officer()
        let error = await #expect(throws: AuditError.self) {
            try await kit.service.search(self.search(values), in: kit.time, for: officer)
        }
        let pointers = Set(error?.problem.violations.map(\.pointer) ?? [])
        #expect(!pointers.isEmpty && pointers.isSubset(of: Set(values.keys.map { "/\($0)" })))
        #expect(try await kit.all(limit: 10, for: officer).map(\.action) == ["accounts.prepare"])
    }

    @Test func `what is taken away is all that was found, piece by piece`() async throws {
        let kit = try await AuditKit(self.database)
        let officer = try await kit.officer(), nurse = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit(team: [nurse])
        try await kit.remember(250, by: [nurse.person, officer.person], about: edith)
        let search = self.search(["person": "\(nurse.person)"])
        let export = try await kit.service.export(search, in: kit.time, for: officer)
        var lines: [RecordedAct] = [], next: String?, pages = 0
        repeat {
            let page = try await export.page(after: next, limit: 40)
            (lines, next, pages) = (lines + page.items, page.next, pages + 1)
        } while next != nil
        let seen = try await kit.all(search, limit: 1_000, for: officer)
        #expect(lines == seen && lines.count == 125 && pages == 4)
        let entries = try await kit.all(self.search(["kind": "export"]), limit: 10, for: officer)
        #expect(entries.map(\.action) == ["audit.export"] && entries.first?.by?.id == officer.person)
    }

    /// The function would look everything through if it had one plan for every question.
    @Test func `a page costs the same however much there is, whatever is asked`() async throws {
        let kit = try await AuditKit(self.database)
        let nurse = try await kit.organisation.hire(.registeredNurse), other = try await kit.organisation.hire(.dpo)
        let edith = try await kit.organisation.admit(team: [nurse])
        try await kit.remember(20_000, by: [nurse.person, other.person], about: edith)
        let admin = TestDatabase.current.open(as: "postgres", size: 1), tenant = kit.organisation.id.description
        try await admin.transaction(as: .system("test")) { try _ = $0.execute("ANALYZE audit.entry") }
        let one = try await self.database.read(
            as: .tenant(kit.organisation.id),
            "SELECT * FROM audit.find(NULL, NULL, \(nurse.person.uuid), NULL, NULL, NULL, NULL, NULL, NULL, 1)"
        ).first
        let object = try #require(try one?.read("object_id", as: UUID.self))
        let request = try #require(try one?.read("request", as: String.self))
        let nobody = UUID(), none: UUID? = nil, noText: String? = nil, noList: [String]? = nil
        let questions: [(String, SQL)] = [
            ("everything", "\(none), \(noList), \(none), \(none), \(noText)"),
            ("a person", "\(nurse.person.uuid), \(noList), \(none), \(none), \(noText)"),
            ("nobody", "\(nobody), \(noList), \(none), \(none), \(noText)"),
            ("an action", "\(none), \(["people.read_resident"]), \(none), \(none), \(noText)"),
            ("no action", "\(none), \(["people.export"]), \(none), \(none), \(noText)"),
            ("a resident", "\(none), \(noList), \(edith.uuid), \(none), \(noText)"),
            ("an object", "\(none), \(noList), \(none), \(object), \(noText)"),
            ("a request", "\(none), \(noList), \(none), \(none), \(request)"),
        ]
        // The first call of a connection reads what a function is, too.
        _ = try await admin.transaction(as: .system("test")) { tx in
            try self.pagesRead(by: questions[0].1, of: tenant, in: tx)
        }
        for (name, question) in questions {
            let read = try await admin.transaction(as: .system("test")) { tx in
                try self.pagesRead(by: question, of: tenant, in: tx)
            }
            // The table alone has more than 500 pages.
            #expect(read < 250, "\(name)")
        }
        // The control: with one plan for every question, this test fails.
        struct Undo: Error { let read: Int }
        let undo = await #expect(throws: Undo.self) {
            try await admin.transaction(as: .system("test")) { tx in
                try tx.execute("ALTER FUNCTION audit.find SET plan_cache_mode = force_generic_plan")
                let question: SQL = "\(nobody), \(noList), \(none), \(none), \(noText)"
                _ = try self.pagesRead(by: question, of: tenant, in: tx)
                throw Undo(read: try self.pagesRead(by: question, of: tenant, in: tx))
            }
        }
        #expect(undo?.read ?? 0 > 250)
        await admin.shutDown()
    }

    private func pagesRead(by question: SQL, of tenant: String, in tx: borrowing Transaction) throws -> Int {
        try tx.execute("SELECT set_config('app.tenant', \(tenant), true)")
        let plan = try tx.execute(
            """
            EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM audit.find(
                now() - interval '1 year', NULL, \(fragment: question), NULL, NULL, 51)
            """
        ).map { try $0.read("\"QUERY PLAN\"", as: String.self) }
        let line = try #require(plan.first { $0.contains("Buffers: shared") })
        return line.matches(of: /(?:hit|read)=(\d+)/).reduce(0) { $0 + (Int($1.output.1) ?? 0) }
    }
}
