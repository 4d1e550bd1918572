import Foundation
import Kernel
import People
import Postgres
import TestKit
import Testing
import Web

/// What residents need so that they can communicate: by whom it is written down, seen, looked at again and ended.
@Suite(.database, .timeLimit(.minutes(3))) struct NeedsTests {
    let database = TestDatabase.current.open()

    @Test(arguments: Role.allCases) func `those who give care write it down, and whoever sees the page sees it`(
        _ role: Role
    ) async throws {
        let kit = try await PeopleKit(self.database), organisation = kit.organisation
        let isCare = Role.management.contains(role) || Role.care.contains(role)
        for (reach, isInTeam) in [
            (Reach.home(organisation.rowan.id), false), (.home(organisation.harbour.id), true),
            (.home(organisation.harbour.id), false),
        ] {
            let asker = try await organisation.hire(role, reach)
            let edith = try await organisation.admit(team: isInTeam ? [asker] : [])
            let manager = try await organisation.hire(.registeredManager)
            let need = try await kit.people.record(
                NewNeed(kind: .print24, sharing: .agreed), of: edith, by: manager
            ).value
            let reaches = isInTeam || reach == .home(organisation.rowan.id)
            let sees = reaches && isCare || isInTeam && Role.professionals.contains(role)
            let hidden: Problem.Kind = isInTeam ? .forbidden : .notFound
            let read = await kit.kind { _ = try await kit.people.needs(of: edith, for: asker) }
            #expect(read == (sees ? nil : hidden), "\(role) \(reach)")
            #expect(try await kit.people.flag(of: edith, for: asker).needs.map(\.id) == (sees ? [need.id] : []))
            let refusal: Problem.Kind? = reaches && isCare ? nil : sees ? .forbidden : hidden
            for told in [
                await kit.kind {
                    _ = try await kit.people.record(NewNeed(kind: .quiet, sharing: .agreed), of: edith, by: asker)
                },
                await kit.kind { _ = try await kit.people.review(need.id, .init(outcome: .met), of: edith, by: asker) },
                await kit.kind {
                    _ = try await kit.people.end(need: need.id, .init(reason: "x"), of: edith, by: asker)
                },
            ] { #expect(told == refusal, "\(role) \(reach)") }
        }
    }

    @Test func `a need is coded, in their words, and looked at again in half a year unless somebody says when`()
        async throws
    {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let carer = try await kit.organisation.hire(.careAssistant)
        let need = try await kit.people.record(
            NewNeed(kind: .hearingAid, words: " Left ear,\nnot the right ", sharing: .notAsked), of: edith, by: carer
        ).value
        #expect(need.code == "285055002" && need.words == "Left ear, not the right")
        #expect(need.reviewDueOn.description == "2027-05-22")
        #expect(try await kit.people.resident(edith, for: carer).needs == [need])
        let next = LocalDate("2027-01-14")
        let reviewed = try await kit.people.review(
            need.id, NeedReview(outcome: .partly, note: "The battery was flat", reviewDueOn: next), of: edith, by: carer
        ).value
        #expect(reviewed.reviewDueOn == next && reviewed.outcome == .partly && reviewed.note == "The battery was flat")
        _ = try await kit.people.end(need: need.id, Ending(reason: "Has two new ones"), of: edith, by: carer)
        #expect(try await kit.people.needs(of: edith, for: carer).items == [])
        // What has ended is not looked at again, nor ended twice.
        for told in [
            await kit.kind { _ = try await kit.people.end(need: need.id, Ending(reason: "x"), of: edith, by: carer) },
            await kit.kind { _ = try await kit.people.review(need.id, .init(outcome: .met), of: edith, by: carer) },
        ] { #expect(told == .notFound) }
    }

    @Test func `a need of one resident is none of another’s`() async throws {
        let kit = try await PeopleKit(self.database), carer = try await kit.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit(), ivy = try await kit.organisation.admit("Ivy Sugden")
        let need = try await kit.people.record(NewNeed(kind: .quiet, sharing: .agreed), of: edith, by: carer).value
        for told in [
            await kit.kind { _ = try await kit.people.end(need: need.id, Ending(reason: "x"), of: ivy, by: carer) },
            await kit.kind { _ = try await kit.people.review(need.id, .init(outcome: .met), of: ivy, by: carer) },
        ] { #expect(told == .notFound) }
    }

    @Test func `what cannot be so is said at its field`() async throws {
        let kit = try await PeopleKit(self.database), edith = try await kit.organisation.admit()
        let carer = try await kit.organisation.hire(.careAssistant), long = String(repeating: "x", count: 501)
        let need = try await kit.people.record(NewNeed(kind: .quiet, sharing: .agreed), of: edith, by: carer).value
        let past = LocalDate("2026-11-22"), far = LocalDate("2029-01-01")
        for (pointer, new) in [
            ("/words", NewNeed(kind: .other, words: " ", sharing: .agreed)),
            ("/words", NewNeed(kind: .lowLight, words: long, sharing: .agreed)),
            ("/review_due_on", NewNeed(kind: .lowLight, sharing: .agreed, reviewDueOn: past)),
            ("/review_due_on", NewNeed(kind: .lowLight, sharing: .agreed, reviewDueOn: far)),
            ("/kind", NewNeed(kind: .quiet, sharing: .agreed)), ("/kind", NewNeed(kind: .nothing, sharing: .agreed)),
        ] {
            #expect(await kit.refused { _ = try await kit.people.record(new, of: edith, by: carer) } == [pointer])
        }
        for (pointer, review) in [
            ("/note", NeedReview(outcome: .notMet)), ("/note", NeedReview(outcome: .met, note: long)),
            ("/review_due_on", NeedReview(outcome: .met, reviewDueOn: past)),
        ] {
            #expect(
                await kit.refused { _ = try await kit.people.review(need.id, review, of: edith, by: carer) }
                    == [pointer])
        }
        for reason in [" ", long] {
            #expect(
                await kit.refused {
                    _ = try await kit.people.end(need: need.id, Ending(reason: reason), of: edith, by: carer)
                }
                    == ["/reason"])
        }
    }

    @Test func `who was asked and needs nothing has no banner, and nobody has one once they have died`() async throws {
        let kit = try await PeopleKit(self.database), carer = try await kit.organisation.hire(.careAssistant)
        let edith = try await kit.organisation.admit()
        _ = try await kit.people.record(NewNeed(kind: .nothing, sharing: .notAsked), of: edith, by: carer)
        let asked = try await kit.people.flag(of: edith, for: carer).needs
        #expect(asked.count == 1)
        #expect(NeedsBanner(asked, of: edith, called: "Edie", today: nil).model == nil)
        let refused = await kit.refused {
            _ = try await kit.people.record(NewNeed(kind: .quiet, sharing: .agreed), of: edith, by: carer)
        }
        #expect(refused == ["/kind"])
        let ivy = try await kit.organisation.admit("Ivy Sugden"), manager = try await kit.manager()
        _ = try await kit.people.record(NewNeed(kind: .quiet, sharing: .agreed), of: ivy, by: carer)
        let died = try kit.details { ($0.status, $0.diedOn) = (.died, LocalDate("2026-11-20")) }
        _ = try await kit.people.change(ivy, to: died, by: manager)
        #expect(try await kit.people.flag(of: ivy, for: carer).needs == [])
    }

    /// Each code has Verhoeff's check digit, which catches what a hand copies wrongly.
    @Test func `every code adds up, and those known to be wrong are not among them`() {
        let multiplied = [
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
            [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
            [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
            [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
        ]
        let turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
        func addsUp(_ code: String) -> Bool {
            code.compactMap(\.wholeNumberValue).reversed().enumerated().reduce(0) { sum, digit in
                multiplied[sum][(0..<digit.offset % 8).reduce(digit.element) { turned, _ in turn[turned] }]
            } == 0
        }
        #expect(!addsUp("1082661000000100") && !addsUp("1082551000000100"))
        let codes = NeedKind.allCases.compactMap(\.code)
        #expect(codes.count == NeedKind.allCases.count - 2 && Set(codes).count == codes.count)
        for code in codes { #expect(addsUp(code), "\(code)") }
    }

    @Test(arguments: [
        ("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"), ("2026-11-22", 6, "2027-05-22"),
        ("2026-12-31", 1, "2027-01-31"), ("2026-11-22", 24, "2028-11-22"), ("9999-12-01", 6, "9999-12-01"),
    ])
    func `months are added as a calendar does`(_ from: String, _ months: Int, _ to: String) throws {
        #expect(try #require(LocalDate(from)).adding(months: months).description == to)
    }
}
