import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

/// Professionals from outside: who sees them, who writes them down, and whose they are.
@Suite(.database, .timeLimit(.minutes(3))) struct ProfessionalsTests {
    let database = TestDatabase.current.open()

    private func okafor(_ change: (inout ProfessionalDetails) -> Void = { _ in }) -> ProfessionalDetails {
        var details = ProfessionalDetails(
            fullName: "Dr Amara Okafor", role: .gp, worksFor: "Beck Lane Surgery", telephone: "0113 496 0301")
        change(&details)
        return details
    }

    @Test(arguments: Role.allCases) func `each verb is for those whose business it is`(_ role: Role) async throws {
        let kit = try await PeopleKit(self.database), organisation = kit.organisation
        let manager = try await organisation.hire(.registeredManager)
        let asker = try await organisation.hire(role, .home(organisation.rowan.id))
        let reads = Role.management.contains(role) || Role.care.contains(role)
        let changes = Role.management.contains(role) || role == .registeredNurse || role == .seniorCarer
        func told(_ is: Bool) -> Problem.Kind? { `is` ? nil : .forbidden }
        let one = try await kit.people.add(self.okafor(), by: manager).value
        #expect(await kit.kind { _ = try await kit.people.professionals(for: asker) } == told(reads))
        #expect(await kit.kind { _ = try await kit.people.professional(one.id, for: asker) } == told(reads))
        #expect(await kit.kind { try kit.people.prepareProfessional(for: asker) } == told(changes))
        #expect(
            await kit.kind { _ = try await kit.people.prepareChange(ofProfessional: one.id, for: asker) }
                == told(changes))
        #expect(await kit.kind { _ = try await kit.people.add(self.okafor(), by: asker) } == told(changes))
        let new = self.okafor { $0.telephone = "0113 496 0302" }
        #expect(await kit.kind { _ = try await kit.people.change(one.id, to: new, by: asker) } == told(changes))
        let ended = await kit.kind {
            _ = try await kit.people.end(professional: one.id, Ending(reason: "Retired"), by: asker)
        }
        #expect(ended == told(changes))
    }

    @Test(arguments: Role.allCases) func `whose they are is for whoever deals with the resident’s contacts`(
        _ role: Role
    ) async throws {
        let kit = try await PeopleKit(self.database), organisation = kit.organisation
        let manager = try await organisation.hire(.registeredManager)
        let isCare = Role.management.contains(role) || Role.care.contains(role)
        for (reach, isInTeam) in [
            (Reach.home(organisation.rowan.id), false), (.home(organisation.harbour.id), true),
            (.home(organisation.harbour.id), false),
        ] {
            let asker = try await organisation.hire(role, reach), isHere = reach == .home(organisation.rowan.id)
            let edith = try await organisation.admit(team: isInTeam ? [asker] : [])
            let first = try await kit.people.add(self.okafor(), by: manager).value.id
            let second = try await kit.people.add(self.okafor(), by: manager).value.id
            let link = try await kit.people.link(NewLink(first), to: edith, by: manager).value.id
            let seesPage = isHere && isCare || isInTeam && (isCare || Role.professionals.contains(role))
            let refusal: Problem.Kind = seesPage || isInTeam ? .forbidden : .notFound
            let read = await kit.kind { _ = try await kit.people.professionals(of: edith, for: asker) }
            #expect(read == ((isHere || isInTeam) && isCare ? nil : refusal), "\(role) \(reach)")
            let changes =
                isHere && (Role.management.contains(role) || role == .registeredNurse || role == .seniorCarer)
            let linked = await kit.kind { _ = try await kit.people.link(NewLink(second), to: edith, by: asker) }
            #expect(linked == (changes ? nil : refusal), "\(role) \(reach)")
            let unlinked = await kit.kind { _ = try await kit.people.unlink(link, LinkEnd(), of: edith, by: asker) }
            #expect(unlinked == (changes ? nil : refusal), "\(role) \(reach)")
        }
    }

    @Test func `what cannot be accepted is named, each at its field`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        let long = String(repeating: "x", count: 501)
        let wrong: [(pointer: String, change: (inout ProfessionalDetails) -> Void)] = [
            ("/full_name", { $0.fullName = " \n" }), ("/full_name", { $0.fullName = long }),
            ("/role", { $0.role = .careAssistant }), ("/works_for", { $0.worksFor = long }),
            ("/register", { $0.registrationNumber = "1234567" }), ("/registration_number", { $0.register = .gmc }),
            ("/telephone", { $0.telephone = "ring twice" }), ("/email", { $0.email = "amara" }),
            ("/comes_in", { $0.comesIn = long }),
        ]
        for (pointer, change) in wrong {
            let details = self.okafor(change)
            #expect(await kit.refused { _ = try await kit.people.add(details, by: nurse) } == [pointer])
        }
    }

    @Test func `an odd number is said, and is no reason to refuse it`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        let numbers: [(ProfessionalRegister, String, Bool)] = [
            (.gmc, "1234567", true), (.gmc, "123456", false), (.gmc, "١٢٣٤٥٦٧", false), (.gphc, "2041234", true),
            (.nmc, "09K1234E", true), (.nmc, "09k1234e", true), (.nmc, "09M1234E", false), (.nmc, "09K12345", false),
            (.hcpc, "PH123456", true), (.hcpc, "PH12345", true), (.hcpc, "123456", false), (.swe, "SW12345", true),
            (.swe, "SW", false), (.swe, "XX12345", false),
        ]
        for (register, number, looksRight) in numbers {
            let details = self.okafor { ($0.register, $0.registrationNumber) = (register, number) }
            let stored = try await kit.people.add(details, by: nurse).value
            #expect(stored.details.registrationNumber == number)
            #expect((stored.registrationWarning == nil) == looksRight, "\(register) \(number)")
        }
    }

    @Test func `they are written anew from the version that was read, and each change is kept`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        let one = try await kit.people.add(self.okafor(), by: nurse).value
        let same = try await kit.people.change(one.id, to: self.okafor(), from: 1, by: nurse).value
        #expect(same.version == 1)
        let changed = try await kit.people.change(
            one.id, to: self.okafor { ($0.telephone, $0.worksFor) = (nil, "Mill Road") }, from: 1, by: nurse)
        #expect(changed.value.version == 2)
        await #expect(throws: PeopleError.stale) {
            _ = try await kit.people.change(one.id, to: self.okafor(), from: 1, by: nurse)
        }
        let changes = try await kit.people.professional(one.id, for: nurse).changes
        #expect(changes.map(\.version) == [2, 1])
        #expect(changes.first?.steps.map(\.field).sorted { $0.rawValue < $1.rawValue } == [.telephone, .worksFor])
        #expect(changes.first?.steps.first { $0.field == .telephone }?.was == "0113 496 0301")
        #expect(changes.last?.steps.map(\.field) == [.added])
    }

    @Test func `nobody is a resident’s twice, however many say so at once`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit()
        let one = try await kit.people.add(self.okafor(), by: nurse).value.id
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await kit.kind { _ = try await kit.people.link(NewLink(one), to: edith, by: nurse) } == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
        let links = try await kit.people.professionals(of: edith, for: nurse).items
        #expect(links.map(\.professional.id) == [one])
        // Once it is over, they may become the resident's again.
        let link = try #require(links.first)
        let ended = try await kit.people.unlink(link.id, LinkEnd(), of: edith, by: nurse).value
        #expect(ended.until != nil)
        _ = try await kit.people.link(NewLink(one), to: edith, by: nurse)
    }

    @Test func `days that cannot be are refused at their field`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit()
        let one = try await kit.people.add(self.okafor(), by: nurse).value.id
        func refused(_ since: String) async -> [String] {
            await kit.refused {
                _ = try await kit.people.link(NewLink(one, since: LocalDate(since)), to: edith, by: nurse)
            }
        }
        #expect(await refused("2026-11-23") == ["/since"])
        #expect(await refused("1900-01-01") == ["/since"])
        let link = try await kit.people.link(NewLink(one, since: LocalDate("2026-03-01")), to: edith, by: nurse).value
        for day in ["2026-02-28", "2026-11-23"] {
            let pointers = await kit.refused {
                _ = try await kit.people.unlink(link.id, LinkEnd(until: LocalDate(day)), of: edith, by: nurse)
            }
            #expect(pointers == ["/until"])
        }
        let nobody = await kit.refused { _ = try await kit.people.link(NewLink(.any()), to: edith, by: nurse) }
        #expect(nobody == ["/professional_id"])
    }

    @Test func `who does not come any more is on no list and nobody’s, and is still known`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        let edith = try await kit.organisation.admit()
        let one = try await kit.people.add(self.okafor(), by: nurse).value.id
        _ = try await kit.people.link(NewLink(one), to: edith, by: nurse)
        let silent = await kit.refused {
            _ = try await kit.people.end(professional: one, Ending(reason: " "), by: nurse)
        }
        #expect(silent == ["/reason"])
        _ = try await kit.people.end(professional: one, Ending(reason: "Retired"), by: nurse)
        let listed = try await kit.people.professionals(for: nurse).items
        let theirs = try await kit.people.professionals(of: edith, for: nurse).items
        #expect(listed.isEmpty && theirs.isEmpty)
        let record = try await kit.people.professional(one, for: nurse)
        #expect(record.professional.endReason == "Retired")
        #expect(record.changes.first?.steps.map(\.field) == [.ended])
        #expect(await kit.kind { _ = try await kit.people.change(one, to: self.okafor(), by: nurse) } == .forbidden)
        let again = await kit.refused { _ = try await kit.people.link(NewLink(one), to: edith, by: nurse) }
        #expect(again == ["/professional_id"])
    }

    @Test func `they are found by name, organisation and role, page by page, in their own organisation`() async throws {
        let kit = try await PeopleKit(self.database), nurse = try await kit.organisation.hire(.registeredNurse)
        for name in ["Amara Okafor", "Bea Lund", "Cal Ross"] {
            _ = try await kit.people.add(self.okafor { $0.fullName = name }, by: nurse)
        }
        _ = try await kit.people.add(
            ProfessionalDetails(fullName: "Dee 100%", role: .pharmacist, worksFor: "Mill_Road"), by: nurse)
        func found(_ search: String?, _ role: Role? = nil) async throws -> [String] {
            try await kit.people.professionals(matching: search, role: role, for: nurse).items.map(\.details.fullName)
        }
        #expect(try await found("oka") == ["Amara Okafor"])
        #expect(try await found("beck lane").count == 3)
        #expect(try await found("l_R") == ["Dee 100%"])
        #expect(try await found("%") == ["Dee 100%"])
        #expect(try await found(nil, .pharmacist) == ["Dee 100%"])
        let first = try await kit.people.professionals(limit: 3, for: nurse)
        let rest = try await kit.people.professionals(after: first.next.map { try Keyset($0, parts: 2) }, for: nurse)
        #expect(first.items.count == 3 && rest.items.map(\.details.fullName) == ["Dee 100%"])
        let other = try await PeopleKit(self.database), stranger = try await other.organisation.hire(.registeredNurse)
        let theirs = try await other.people.professionals(for: stranger).items
        #expect(theirs.isEmpty)
        let id = try #require(first.items.first?.id)
        #expect(await other.kind { _ = try await other.people.professional(id, for: stranger) } == .notFound)
    }
}
