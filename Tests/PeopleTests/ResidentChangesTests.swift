import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

/// Residents are added and changed: by whom, into what, and never over what somebody else wrote.
@Suite(.database, .timeLimit(.minutes(3))) struct ResidentChangesTests {
    let database = TestDatabase.current.open()

    @Test(arguments: Role.allCases) func `those in charge change residents where they are in charge`(
        _ role: Role
    ) async throws {
        let kit = try await PeopleKit(self.database), organisation = kit.organisation
        let here = try await organisation.admit("Ann Garden", unit: organisation.garden)
        let away = try await organisation.admit("Cy Harbour", to: organisation.harbour.id)
        let isInCharge = Role.management.contains(role)
        let seesHere = isInCharge || Role.care.contains(role)
        for reach in [Reach.organisation, .home(organisation.rowan.id), .unit(organisation.garden)] {
            let visitor = organisation.visitor(try await organisation.hire(role, reach))
            let asker = visitor.principal
            let refusedHere: Problem.Kind? = isInCharge ? nil : seesHere ? .forbidden : .notFound
            let reachesAway = reach == .organisation
            let refusedAway: Problem.Kind? = reachesAway ? refusedHere : .notFound
            for (resident, home, unit, refusal) in [
                (here, organisation.rowan.id, organisation.garden as Identifier<Kernel.Unit>?, refusedHere),
                (away, organisation.harbour.id, nil, refusedAway),
            ] {
                let details = try kit.details { ($0.homeId, $0.unitId) = (home, unit) }
                for told in [
                    await kit.kind { _ = try await kit.people.change(resident, to: details, by: visitor) },
                    await kit.kind { _ = try await kit.people.prepareChange(of: resident, for: asker) },
                    await kit.kind { _ = try await kit.people.changes(of: resident, for: asker) },
                    await kit.kind {
                        _ = try await kit.people.add(CareTeamMember(asker.person), toTeamOf: resident, by: asker)
                    },
                    await kit.kind {
                        _ = try await kit.people.remove(asker.person, fromTeamOf: resident, by: asker)
                    },
                ] { #expect(told == refusal, "\(role) \(reach)") }
            }
            let mayAdmit = await kit.kind { _ = try await kit.people.prepareAdmission(for: asker) }
            #expect(mayAdmit == (isInCharge ? nil : .forbidden), "\(role)")
            let admission = try kit.details { $0.unitId = organisation.garden }
            let admitted = await kit.kind { _ = try await kit.people.admit(admission, by: visitor) }
            #expect(admitted == (isInCharge ? nil : .forbidden), "\(role) \(reach)")
            let elsewhere = try kit.details { $0.homeId = organisation.harbour.id }
            let placed = await kit.kind { _ = try await kit.people.admit(elsewhere, by: visitor) }
            #expect(placed == (isInCharge ? (reachesAway ? nil : .invalidRequest) : .forbidden), "\(role) \(reach)")
        }
    }

    @Test func `nobody is moved to where one is not in charge, nor under somebody who does not work here`() async throws
    {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let edith = try await kit.organisation.admit(), other = try await PeopleKit(self.database)
        let stranger = try await other.organisation.hire(.careAssistant)
        let refusals: [(String, (inout ResidentDetails) -> Void)] = [
            ("/home_id", { $0.homeId = kit.organisation.harbour.id }), ("/home_id", { $0.homeId = .any() }),
            ("/home_id", { $0.homeId = other.organisation.rowan.id }), ("/unit_id", { $0.unitId = .any() }),
            ("/unit_id", { $0.unitId = other.organisation.garden }),
            ("/key_worker_id", { $0.keyWorkerId = stranger.person }), ("/key_worker_id", { $0.keyWorkerId = edith }),
        ]
        for (pointer, change) in refusals {
            let details = try kit.details(change)
            #expect(
                await kit.refused { _ = try await kit.people.change(edith, to: details, by: manager) } == [pointer])
            #expect(await kit.refused { _ = try await kit.people.admit(details, by: manager) } == [pointer])
        }
    }

    @Test func `everything that cannot be so is said at its field, all at once`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }
        let long = String(repeating: "x", count: 201), tomorrow = try day("2026-11-23"), far = try day("2028-01-01")
        let early = try day("1790-01-01"), before = try day("1930-01-01"), movedIn = try day("2026-02-01")
        let refusals: [(String, (inout ResidentDetails) -> Void)] = [
            ("/full_name", { $0.fullName = " \u{7} \n" }), ("/full_name", { $0.fullName = long }),
            ("/preferred_name", { $0.preferredName = long }), ("/room", { $0.room = " " }),
            ("/room", { $0.room = long }), ("/date_of_birth", { $0.dateOfBirth = tomorrow }),
            ("/date_of_birth", { $0.dateOfBirth = early }), ("/moved_in_on", { $0.movedInOn = before }),
            ("/moved_in_on", { $0.movedInOn = far }), ("/died_on", { $0.status = .died }),
            ("/died_on", { $0.diedOn = movedIn }), ("/died_on", { ($0.status, $0.diedOn) = (.died, tomorrow) }),
            ("/died_on", { ($0.status, $0.diedOn) = (.died, movedIn) }),
            ("/nhs_number", { $0.nhsNumber = "9999999999" }), ("/nhs_number", { $0.nhsNumber = "12" }),
        ]
        for (pointer, change) in refusals {
            let details = try kit.details(change)
            #expect(await kit.refused { _ = try await kit.people.admit(details, by: manager) } == [pointer])
        }
        let all = try kit.details {
            ($0.fullName, $0.room, $0.nhsNumber, $0.dateOfBirth, $0.status) = ("", "", "1", tomorrow, .died)
        }
        let found = await kit.refused { _ = try await kit.people.admit(all, by: manager) }
        #expect(Set(found).count == 5, "\(found)")
    }

    @Test func `what is written down is tidied, kept and read back`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let carer = try await kit.organisation.hire(.careAssistant)
        let details = try kit.details {
            ($0.fullName, $0.preferredName, $0.room) = (" Edith\u{a0} \tMarlow ", " ", " 12\n")
            ($0.nhsNumber, $0.keyWorkerId, $0.unitId) = ("999 000 0018", carer.person, kit.organisation.garden)
        }
        let record = try await kit.people.admit(details, by: manager).value, resident = record.resident
        #expect([resident.fullName, resident.preferredName, resident.room] == ["Edith Marlow", "Edith", "12"])
        #expect(record.nhsNumber?.description == "999 000 0018" && record.version == 1)
        #expect(resident.keyWorker?.id == carer.person && record.careTeam.map(\.id) == [carer.person])
        #expect(try await kit.people.resident(resident.id, for: carer) == record)
        let changes = try await kit.people.changes(of: resident.id, for: manager.principal).items
        #expect(changes.map(\.version) == [1] && changes.first?.steps.map(\.field) == [.admitted])
        #expect(changes.first?.by.id == manager.principal.person && changes.first?.at == PeopleKit.now)
    }

    @Test func `a number that another resident has is refused, and may be had in another organisation`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let other = try await PeopleKit(self.database)
        let details = try kit.details { $0.nhsNumber = "9990000026" }
        let first = try await kit.people.admit(details, by: manager).value
        #expect(await kit.refused { _ = try await kit.people.admit(details, by: manager) } == ["/nhs_number"])
        let second = try await kit.people.admit(kit.details(), by: manager).value
        #expect(
            await kit.refused {
                _ = try await kit.people.change(second.resident.id, to: details, by: manager)
            } == ["/nhs_number"])
        _ = try await kit.people.change(first.resident.id, to: details, by: manager)
        let there = try other.details { $0.nhsNumber = "9990000026" }
        _ = try await other.people.admit(there, by: other.manager())
    }

    @Test func `a change says who changed which field, from what to what, and page by page`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let carer = try await kit.organisation.hire(.careAssistant, name: "Precious Adeyemi")
        let edith = try await kit.people.admit(kit.details(), by: manager).value.resident.id
        let changed = try kit.details {
            ($0.room, $0.unitId, $0.keyWorkerId) = ("14", kit.organisation.garden, carer.person)
            ($0.status, $0.dateOfBirth) = (.hospital, nil)
        }
        let record = try await kit.people.change(edith, to: changed, from: 1, by: manager).value
        #expect(record.version == 2 && record.resident.status == .hospital)
        // The same once more is no change.
        #expect(try await kit.people.change(edith, to: changed, from: 2, by: manager).value.version == 2)
        let page = try await kit.people.changes(of: edith, limit: 1, for: manager.principal)
        let steps = try #require(page.items.first).steps
        #expect(page.items.count == 1)
        #expect(
            Set(steps.map { "\($0.field): \($0.was ?? "-") > \($0.became ?? "-")" }) == [
                "room: 12 > 14", "unit: - > Garden", "keyWorker: - > Precious Adeyemi",
                "status: Lives here > In hospital", "dateOfBirth: 9 May 1938 > -",
            ])
        let rest = try await kit.people.changes(
            of: edith, after: Keyset(#require(page.next), parts: 1), limit: 1, for: manager.principal)
        #expect(rest.items.map(\.version) == [1] && rest.next == nil)
    }

    @Test func `of changes made from the same version one is made, however many come at once`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let edith = try await kit.organisation.admit()
        for round in 1...4 {
            let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        await kit.kind {
                            let details = try kit.details { $0.room = "\(round)-\(number)" }
                            _ = try await kit.people.change(edith, to: details, from: round, by: manager)
                        }
                    }
                }
                return await group.reduce(into: [Problem.Kind?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1, "\(outcomes)")
            #expect(outcomes.count { $0 == .preconditionFailed } == 5, "\(outcomes)")
        }
        let record = try await kit.people.resident(edith, for: manager.principal)
        let changes = try await kit.people.changes(of: edith, for: manager.principal).items
        #expect(record.version == 5 && changes.map(\.version) == [5, 4, 3, 2])
        #expect(changes.first?.steps.first { $0.field == .room }?.became == record.resident.room)
    }

    @Test func `somebody who has died stays with the day, and it can be put right`() async throws {
        let kit = try await PeopleKit(self.database), manager = try await kit.manager()
        let edith = try await kit.organisation.admit()
        let died = try kit.details { ($0.status, $0.diedOn) = (.died, LocalDate("2026-11-20")) }
        let record = try await kit.people.change(edith, to: died, by: manager).value
        #expect(record.resident.diedOn?.description == "2026-11-20")
        let mistake = try await kit.people.change(edith, to: kit.details(), by: manager).value
        #expect(mistake.resident.diedOn == nil && mistake.resident.status == .current)
    }

    @Test func `the list is narrowed by home, unit, status, name and room`() async throws {
        let kit = try await PeopleKit(self.database), organisation = kit.organisation
        let director = try await organisation.hire(.providerDirector, .organisation)
        let garden = try await organisation.admit("Ann Garden", unit: organisation.garden)
        let hospital = try await organisation.admit("Ben House", status: .hospital)
        let away = try await organisation.admit("Cy Harbour", to: organisation.harbour.id)
        func found(_ change: (inout ResidentFilter) -> Void) async throws -> Set<Identifier<Person>> {
            var filter = ResidentFilter()
            change(&filter)
            return Set(try await kit.people.residents(filter, for: director).items.map(\.id))
        }
        #expect(try await found { $0.unit = organisation.garden } == [garden])
        #expect(try await found { $0.status = .hospital } == [hospital])
        #expect(try await found { $0.home = organisation.harbour.id } == [away])
        #expect(try await found { ($0.home, $0.unit) = (organisation.harbour.id, organisation.garden) } == [])
        let room = try await kit.people.resident(garden, for: director).resident.room
        #expect(try await found { $0.search = room }.contains(garden))
        #expect(try await found { $0.search = "\(room)0x" } == [])
    }
}
