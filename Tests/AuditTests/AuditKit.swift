import Audit
import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing

/// The audit of an organisation of its own, with entries that tests write as the product does or, for a past that has
/// been, as somebody who owns the database.
struct AuditKit: Sendable {
    let database: Database
    let organisation: TestOrganisation
    let service: AuditService
    let audit = Audit()
    let time = LocalTime(zone: "Europe/London", now: Date())

    init(_ database: Database) async throws {
        self.database = database
        self.organisation = try await TestOrganisation(in: database)
        let people = PeopleDirectory()
        self.service = AuditService(
            database: database, audit: self.audit,
            directory: AuditDirectory(
                names: { ids, tx in
                    try people.summaries(of: ids, in: tx).mapValues {
                        AuditedPerson(id: $0.id, name: $0.name, title: $0.title)
                    }
                }, standing: { try people.standing(of: $0, to: $1, in: $2) }),
            acts: PeopleModule.permissions.map { $0 as any Act.Type }
                + AuditModule.permissions.map { $0 as any Act.Type })
    }

    /// Somebody of the whole organisation who may search.
    func officer(_ role: Role = .dpo, name: String? = nil) async throws -> Principal {
        try await self.organisation.hire(role, .organisation, name: name)
    }

    /// Looks at a resident, as far as the audit is concerned.
    func look(at resident: Identifier<Person>, by principal: Principal) async throws {
        try await self.database.transaction(as: principal) { tx in
            let standing = try PeopleDirectory().standing(of: principal, to: resident, in: tx)
            self.audit.record(try principal.decide(ReadResident.self, standing), about: resident, in: tx)
        }
    }

    /// Lists who lives here.
    func list(by principal: Principal) async throws {
        try await self.database.transaction(as: principal) { tx in
            self.audit.record(try principal.decide(ListResidents.self, principal.membership), in: tx)
        }
    }

    /// Everything that is found, by pages of `limit`.
    func all(_ search: AuditSearch = AuditSearch(), limit: Int, for principal: Principal) async throws -> [RecordedAct]
    {
        var found: [RecordedAct] = [], next: String?
        repeat {
            let page = try await self.service.search(
                search, in: self.time, after: next.map { try Keyset($0, parts: 2) }, limit: limit, for: principal
            ).page
            #expect(page.items.count <= limit)
            found += page.items
            next = page.next
        } while next != nil
        return found
    }

    /// Entries of the past, one a minute before now, half of them by each of two people, by turns.
    func remember(_ count: Int, by people: [Identifier<Person>], about resident: Identifier<Person>) async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute(
                """
                INSERT INTO audit.entry (tenant_id, at, person_id, request, action, kind, object_id, resident_id, rule)
                SELECT \(self.organisation.id.uuid), now() - n * interval '1 minute',
                    (\(people.map(\.uuid)))[1 + n % \(people.count)], gen_random_uuid()::text,
                    CASE n % 10 WHEN 0 THEN 'people.read_resident' ELSE 'people.list_staff' END, 'read',
                    gen_random_uuid(), CASE n % 10 WHEN 0 THEN \(resident.uuid) END, 'of old'
                FROM generate_series(1, \(count)) AS n
                """)
        }
        await admin.shutDown()
    }
}
