import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

/// The people in residents' lives: who sees them, who writes them down, and who restricts them.
@Suite(.database, .timeLimit(.minutes(3))) struct ContactsTests {
    let database = TestDatabase.current.open()

    private func margaret(_ change: (inout ContactDetails) -> Void = { _ in }) -> ContactDetails {
        var details = ContactDetails(fullName: "Margaret Ellis", relationship: .child, telephone: "0113 496 0121")
        change(&details)
        return details
    }

    @Test(arguments: Role.allCases) func `each verb is for those whose business it is, at the resident’s place`(
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
            let contact = try await kit.people.add(self.margaret(), to: edith, by: manager).value.id
            let seesPage = isHere && isCare || isInTeam && (isCare || Role.professionals.contains(role))
            let refusal: Problem.Kind = seesPage || isInTeam ? .forbidden : .notFound
            let read = await kit.kind { _ = try await kit.people.contacts(of: edith, for: asker) }
            #expect(read == ((isHere || isInTeam) && isCare ? nil : refusal), "\(role) \(reach)")
            let changes =
                isHere && (Role.management.contains(role) || role == .registeredNurse || role == .seniorCarer)
            for told in [
                await kit.kind { _ = try await kit.people.add(self.margaret(), to: edith, by: asker) },
                await kit.kind { _ = try await kit.people.change(contact, to: self.margaret(), of: edith, by: asker) },
            ] { #expect(told == (changes ? nil : refusal), "\(role) \(reach)") }
            let restricts = isHere && Role.management.contains(role)
            let new = NewRestriction(kind: .noVisits, reason: "Her wish")
            let restriction = await kit.kind { _ = try await kit.people.restrict(contact, new, of: edith, by: asker) }
            #expect(restriction == (restricts ? nil : refusal), "\(role) \(reach)")
            let found = try await kit.people.contacts(of: edith, for: manager).items
            let limit = found.first { $0.id == contact }?.restrictions.first?.id ?? .any()
            let lifted = await kit.kind {
                _ = try await kit.people.lift(limit, Ending(reason: "x"), on: contact, of: edith, by: asker)
            }
            #expect(lifted == (restricts ? nil : refusal), "\(role) \(reach)")
            let ended = await kit.kind {
                _ = try await kit.people.end(contact: contact, Ending(reason: "x"), of: edith, by: asker)
            }
            #expect(ended == (changes ? nil : refusal), "\(role) \(reach)")
        }
    }

    @Test func `what the law lets them decide counts once somebody has seen the papers, and says who`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let manager = try await kit.organisation.hire(.registeredManager)
        let nurse = try await kit.organisation.hire(.registeredNurse)
        let contact = try await kit.people.add(
            self.margaret { $0.authority = .attorneyHW }, to: edith, by: nurse
        ).value
        #expect(contact.authorityVerifiedOn == nil && contact.authorityVerifiedBy == nil)
        let seen = self.margaret { ($0.authority, $0.authorityVerifiedOn) = (.attorneyHW, LocalDate("2026-11-20")) }
        let verified = try await kit.people.change(contact.id, to: seen, from: 1, of: edith, by: manager).value
        #expect(verified.authorityVerifiedBy?.id == manager.person && verified.version == 2)
        // Another number is not another look at the papers; another power is.
        let moved = self.margaret {
            ($0.authority, $0.authorityVerifiedOn, $0.telephone) = (.attorneyHW, LocalDate("2026-11-20"), nil)
        }
        let after = try await kit.people.change(contact.id, to: moved, of: edith, by: nurse).value
        #expect(after.authorityVerifiedBy?.id == manager.person && after.telephone == nil)
        let other = self.margaret { ($0.authority, $0.authorityVerifiedOn) = (.attorneyPF, LocalDate("2026-11-20")) }
        let changed = try await kit.people.change(contact.id, to: other, of: edith, by: nurse).value
        #expect(changed.authorityVerifiedBy?.id == nurse.person)
        await #expect(throws: PeopleError.stale) {
            _ = try await kit.people.change(contact.id, to: seen, from: 2, of: edith, by: manager)
        }
    }

    @Test func `a restriction says why, who answers for it and until when, and keeps its contact`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let manager = try await kit.organisation.hire(.registeredManager)
        let contact = try await kit.people.add(self.margaret(), to: edith, by: manager).value.id
        let restricted = try await kit.people.restrict(
            contact, NewRestriction(kind: .noContact, reason: " Edith’s wish "), of: edith, by: manager
        ).value
        let restriction = try #require(restricted.restrictions.first)
        #expect(restriction.reason == "Edith’s wish" && restriction.approvedBy.id == manager.person)
        #expect(restriction.reviewDueOn.description == "2027-05-22")
        await #expect(throws: PeopleError.restricted) {
            _ = try await kit.people.end(contact: contact, Ending(reason: "x"), of: edith, by: manager)
        }
        let twice = await kit.refused {
            _ = try await kit.people.restrict(
                contact, NewRestriction(kind: .noContact, reason: "x"), of: edith, by: manager)
        }
        #expect(twice == ["/kind"])
        _ = try await kit.people.lift(restriction.id, Ending(reason: "She asked"), on: contact, of: edith, by: manager)
        _ = try await kit.people.end(contact: contact, Ending(reason: "Moved away"), of: edith, by: manager)
        #expect(try await kit.people.contacts(of: edith, for: manager).items == [])
    }

    @Test func `a contact of one resident is none of another’s`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let manager = try await kit.organisation.hire(.registeredManager)
        let ivy = try await kit.organisation.admit("Ivy Sugden")
        let contact = try await kit.people.add(self.margaret(), to: edith, by: manager).value.id
        let other = try await kit.people.add(self.margaret(), to: edith, by: manager).value.id
        let new = NewRestriction(kind: .supervised, reason: "x")
        let restriction = try #require(
            try await kit.people.restrict(contact, new, of: edith, by: manager).value.restrictions.first
        ).id
        for told in [
            await kit.kind { _ = try await kit.people.change(contact, to: self.margaret(), of: ivy, by: manager) },
            await kit.kind {
                _ = try await kit.people.end(contact: contact, Ending(reason: "x"), of: ivy, by: manager)
            },
            await kit.kind { _ = try await kit.people.restrict(contact, new, of: ivy, by: manager) },
            await kit.kind {
                _ = try await kit.people.lift(restriction, Ending(reason: "x"), on: contact, of: ivy, by: manager)
            },
            await kit.kind {
                _ = try await kit.people.lift(restriction, Ending(reason: "x"), on: other, of: edith, by: manager)
            },
        ] { #expect(told == .notFound) }
    }

    @Test func `what cannot be so is said at its field`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let manager = try await kit.organisation.hire(.registeredManager), long = String(repeating: "x", count: 501)
        let tomorrow = LocalDate("2026-11-23")
        let refusals: [(String, (inout ContactDetails) -> Void)] = [
            ("/full_name", { $0.fullName = " " }), ("/full_name", { $0.fullName = long }),
            ("/telephone", { $0.telephone = "ring me" }), ("/telephone", { $0.telephone = "123" }),
            ("/email", { $0.email = "x" }), ("/email", { $0.email = "a@b" }), ("/email", { $0.email = "a b@c.d" }),
            ("/email", { $0.email = "a@@c.d" }), ("/email", { $0.email = "a@.d" }),
            ("/authority_scope", { $0.authorityScope = "All" }),
            ("/authority_scope", { ($0.authority, $0.authorityScope) = (.rpr, long) }),
            ("/authority_verified_on", { $0.authorityVerifiedOn = LocalDate("2026-01-01") }),
            ("/authority_verified_on", { ($0.authority, $0.authorityVerifiedOn) = (.rpr, tomorrow) }),
        ]
        for (pointer, change) in refusals {
            let details = self.margaret(change)
            #expect(await kit.refused { _ = try await kit.people.add(details, to: edith, by: manager) } == [pointer])
        }
        let contact = try await kit.people.add(self.margaret(), to: edith, by: manager).value.id
        for (pointer, new) in [
            ("/reason", NewRestriction(kind: .noVisits, reason: " ")),
            ("/reason", NewRestriction(kind: .noVisits, reason: long)),
            ("/review_due_on", NewRestriction(kind: .noVisits, reason: "x", reviewDueOn: LocalDate("2026-11-22"))),
        ] {
            #expect(
                await kit.refused { _ = try await kit.people.restrict(contact, new, of: edith, by: manager) }
                    == [pointer])
        }
    }
}
