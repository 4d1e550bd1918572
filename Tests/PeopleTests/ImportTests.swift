import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

/// A list of residents: looked at first, then all of it or nothing.
@Suite(.database, .timeLimit(.minutes(3))) struct ImportTests {
    let database = TestDatabase.current.open()

    private let head = "full_name,home,unit,room,date_of_birth,moved_in_on,status,died_on,key_worker,nhs_number\r\n"

    private func people(_ kit: PeopleKit, _ manager: Visitor) async throws -> [String] {
        try await kit.people.residents(limit: 500, for: manager.principal).items.map(\.fullName)
    }

    @Test(arguments: Role.allCases) func `those who may add residents may bring a list`(_ role: Role) async throws {
        let kit = try await PeopleKit(self.database)
        let asker = kit.organisation.visitor(try await kit.organisation.hire(role))
        let list = ResidentList(csv: self.head + "Ann Oakes,Rowan House,,1,,2026-02-02,,,,\n")
        let refusal: Problem.Kind? = Role.management.contains(role) ? nil : .forbidden
        #expect(await kit.kind { _ = try await kit.people.check(list, by: asker) } == refusal)
        #expect(await kit.kind { _ = try await kit.people.bringIn(list, by: asker) } == refusal)
        #expect(await kit.kind { try kit.people.prepareImport(for: asker.principal) } == refusal)
    }

    @Test func `a good list is looked at, brought in, and brings nobody twice`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let carer = try await kit.organisation.hire(.careAssistant, name: "Precious Adeyemi")
        let list = ResidentList(
            csv: "\u{feff}" + self.head + """
                "Oakes, Ann",rowan house,GARDEN,1,09/05/1938,2026-02-02,Lives here,,precious adeyemi,999 000 0018\r
                Ben Ash,Rowan House,,2,,2/2/2026,died,2026-11-01,,\r

                """)
        let report = try await kit.people.check(list, by: manager).value
        #expect(try report == ImportReport.of(rows: 2))
        #expect(try await self.people(kit, manager).isEmpty)
        #expect(try await kit.people.bringIn(list, by: manager).value.imported == 2)
        let found = try await kit.people.residents(for: manager.principal).items
        #expect(found.map(\.fullName) == ["Ben Ash", "Oakes, Ann"])
        let ann = try await kit.people.resident(#require(found.last).id, for: manager.principal)
        #expect(ann.nhsNumber?.digits == "9990000018" && ann.careTeam.map(\.id) == [carer.person])
        #expect(ann.resident.unitId == kit.organisation.garden && ann.resident.dateOfBirth?.description == "1938-05-09")
        #expect(found.first?.diedOn?.description == "2026-11-01")
        let changes = try await kit.people.changes(of: ann.resident.id, for: manager.principal).items
        #expect(changes.first?.steps.map(\.field) == [.admitted])

        let again = try await kit.people.check(list, by: manager).value
        #expect(
            Set(again.faults.map { "\($0.line) \($0.column ?? "")" }) == ["2 full_name", "2 nhs_number", "3 full_name"])
        let told = await kit.kind { _ = try await kit.people.bringIn(list, by: manager) }
        #expect(told == .invalidRequest)
        #expect(try await self.people(kit, manager).count == 2)
    }

    @Test func `a list that comes several times at once brings everybody in once`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let rows = (1...20).map { "Person \($0),Rowan House,,\($0),,2026-02-02,,,,\n" }.joined()
        let list = ResidentList(csv: self.head + rows)
        let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
            for _ in 0..<5 {
                group.addTask { await kit.kind { _ = try await kit.people.bringIn(list, by: manager) } }
            }
            return await group.reduce(into: [Problem.Kind?]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .invalidRequest } == 4, "\(outcomes)")
        #expect(try await self.people(kit, manager).count == 20)
    }

    @Test func `everything that is wrong is said by its line, and then nobody is brought in`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        _ = try await kit.organisation.hire(.careAssistant, name: "Twice Here")
        _ = try await kit.organisation.hire(.careAssistant, name: "Twice Here")
        let good = "Ann Oakes,Rowan House,,1,,2026-02-02,,,,\n"
        for (row, column) in [
            (",Rowan House,,1,,2026-02-02,,,,", "full_name"), ("X,Nowhere,,1,,2026-02-02,,,,", "home"),
            ("X,Harbour View,,1,,2026-02-02,,,,", "home"), ("X,Rowan House,Attic,1,,2026-02-02,,,,", "unit"),
            ("X,Rowan House,,,,2026-02-02,,,,", "room"),
            ("X,Rowan House,,1,31/02/1938,2026-02-02,,,,", "date_of_birth"),
            ("X,Rowan House,,1,,,,,,", "moved_in_on"), ("X,Rowan House,,1,,yesterday,,,,", "moved_in_on"),
            ("X,Rowan House,,1,,2026-02-02,away,,,", "status"), ("X,Rowan House,,1,,2026-02-02,died,,,", "died_on"),
            ("X,Rowan House,,1,,2026-02-02,,,Nobody Here,", "key_worker"),
            ("X,Rowan House,,1,,2026-02-02,,,Twice Here,", "key_worker"),
            ("X,Rowan House,,1,,2026-02-02,,,,1234567890", "nhs_number"), ("X,Rowan House,,1", nil),
            ("Ann Oakes,Rowan House,,1,,2026-02-02,,,,", "full_name"), ("\"X,Rowan House", nil),
        ] as [(String, String?)] {
            let list = ResidentList(csv: self.head + good + row)
            let report = try await kit.people.check(list, by: manager).value
            #expect(report.faults.map(\.column) == [column] && report.faults.map(\.line) == [3], "\(row): \(report)")
            let told = await kit.refused { _ = try await kit.people.bringIn(list, by: manager) }
            #expect(told == ["/csv"], "\(row)")
        }
        #expect(try await self.people(kit, manager).isEmpty)
    }

    @Test func `columns that are missing, unknown or there twice are named`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        func faults(_ csv: String) async throws -> [String] {
            try await kit.people.check(ResidentList(csv: csv), by: manager).value.faults.map {
                "\($0.line) \($0.column ?? "-")"
            }
        }
        #expect(try await faults("") == ["1 -"])
        #expect(try await faults("full_name;home\n") == ["1 -"])
        #expect(try await faults("Full name,HOME, room ,moved_in_on\n") == ["1 -"])
        #expect(try await faults("full_name,home,room,room,shoes\n") == ["1 room", "1 -", "1 moved_in_on"])
        let many = "full_name,home,room,moved_in_on\n" + String(repeating: "x\n", count: 500)
        #expect(try await faults(many).count == 200)
        #expect(try await faults(many + "x\n") == ["502 -"])
    }
}

extension ImportReport {
    /// One in which nothing is wrong.
    fileprivate static func of(rows: Int) throws -> Self {
        try JSONDecoder().decode(Self.self, from: Data(#"{"rows":\#(rows),"faults":[],"imported":0}"#.utf8))
    }
}
