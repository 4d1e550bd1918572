import Audit
import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing

@Suite(.database) struct AuditPolicyTests {
    let database = TestDatabase.current.open()
    private let auditors: Set<Role> = [
        .dpo, .caldicottGuardian, .registeredManager, .nominatedIndividual, .providerDirector,
    ]

    private func isAllowed(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return true
        } catch let problem as Problem {
            #expect([.notFound, .forbidden].contains(problem.kind))
            return false
        }
    }

    @Test(arguments: Role.allCases) func `who answers for data may search, everywhere or about one's own residents`(
        _ role: Role
    ) async throws {
        let kit = try await AuditKit(self.database)
        let organisation = kit.organisation
        let here = try await organisation.admit("Edith Marlow", unit: organisation.garden)
        let there = try await organisation.admit("Harold Whitcombe", to: organisation.harbour.id)
        let reaches: [Reach] = [
            .organisation, .home(organisation.rowan.id), .home(organisation.harbour.id), .unit(organisation.garden),
            .unit(organisation.terrace),
        ]
        for reach in reaches {
            let somebody = try await organisation.hire(role, reach)
            let isAuditor = self.auditors.contains(role)
            let everywhere = isAuditor && reach == .organisation
            let searched = try await self.isAllowed {
                _ = try await kit.service.search(AuditSearch(), in: kit.time, for: somebody)
            }
            let exported = try await self.isAllowed {
                _ = try await kit.service.export(AuditSearch(), in: kit.time, for: somebody)
            }
            #expect(searched == everywhere && exported == everywhere, "\(reach)")
            for (resident, place) in [
                (here, Place(home: organisation.rowan.id, unit: organisation.garden)),
                (there, Place(home: organisation.harbour.id)),
            ] {
                let asked = try await self.isAllowed {
                    _ = try await kit.service.about(resident, in: kit.time, for: somebody)
                }
                #expect(asked == (isAuditor && reach.covers(place)), "\(reach)")
            }
        }
    }

    @Test func `a page about a resident holds nothing about anybody else, and leaves an entry about the resident`()
        async throws
    {
        let kit = try await AuditKit(self.database)
        let manager = try await kit.organisation.hire(.registeredManager),
            nurse = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit("Edith Marlow", team: [nurse])
        let harold = try await kit.organisation.admit("Harold Whitcombe", team: [nurse])
        for resident in [edith, harold] { try await kit.look(at: resident, by: nurse) }
        // Another resident in the address changes nothing.
        let search = AuditSearch { ["resident": "\(harold)"][$0] }
        let first = try await kit.service.about(edith, search, in: kit.time, for: manager)
        #expect(first.page.items.map(\.action) == ["people.read_resident"])
        let second = try await kit.service.about(edith, in: kit.time, for: manager)
        #expect(second.page.items.map(\.action) == ["audit.read_resident", "people.read_resident"])
        #expect(second.page.items.allSatisfy { $0.about?.id == edith })
        #expect(second.page.items.first?.by?.id == manager.person)
    }

    @Test func `what cannot be understood is told only to whoever may search`() async throws {
        let kit = try await AuditKit(self.database)
        let carer = try await kit.organisation.hire(.careAssistant, .organisation),
            edith = try await kit.organisation.admit()
        let wrong = AuditSearch { ["from": "yesterday"][$0] }
        await #expect(throws: Problem.self) { try await kit.service.search(wrong, in: kit.time, for: carer) }
        await #expect(throws: Problem.self) { try await kit.service.about(edith, wrong, in: kit.time, for: carer) }
        await #expect(throws: Problem.self) { try await kit.service.export(wrong, in: kit.time, for: carer) }
    }

    @Test func `the table itself stays shut to the product`() async throws {
        let kit = try await AuditKit(self.database)
        for statement in [
            "SELECT * FROM audit.entry", "UPDATE audit.entry SET rule = ''", "DELETE FROM audit.entry",
            "TRUNCATE audit.entry",
        ] as [SQL] {
            let error = await #expect(throws: PostgresError.self) {
                try await self.database.transaction(as: .tenant(kit.organisation.id)) { _ = try $0.execute(statement) }
            }
            #expect(error?.code == .insufficientPrivilege)
        }
        let everything: SQL = "SELECT * FROM audit.find(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 100000)"
        #expect(try await self.database.read(as: .system("test"), everything).count == 0)
        try await kit.remember(1_500, by: [.any()], about: .any())
        #expect(try await self.database.read(as: .tenant(kit.organisation.id), everything).count == 1_001)
    }
}
