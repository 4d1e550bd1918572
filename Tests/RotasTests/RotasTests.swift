import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Rotas

@Suite(.database, .timeLimit(.minutes(5))) struct RotasTests {
    let database = TestDatabase.current.open()

    @Test func `who is planned is in the week, on at that time, and asked in the order that was planned`() async throws
    {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ(), ben = try await kit.employ(), cy = try await kit.employ(.registeredNurse)
        try await kit.plan(ann, "2026-11-23T08:00", "2026-11-23T20:00", position: 2)
        try await kit.plan(ben, "2026-11-23T07:00", "2026-11-23T15:00", position: 1)
        try await kit.plan(cy, "2026-11-23T08:00", "2026-11-23T20:00", unit: kit.organisation.garden, position: 3)
        try await kit.plan(kit.manager, "2026-11-23T08:00", "2026-11-24T08:00", .onCallManager)
        try await kit.plan(ann, "2026-11-30T08:00", "2026-11-30T20:00")

        let week = try await kit.rotas.week(of: kit.home, for: ann)
        #expect(week.monday.description == "2026-11-23")
        #expect(Set(week.shifts.map(\.person.id)) == Set([ann, ben, cy, kit.manager].map(\.person)))
        #expect(week.now.shifts.map(\.person.id) == [ben, ann, cy].map(\.person))
        #expect(week.now.managersOnCall.map(\.person.id) == [kit.manager.person])
        // Whoever is in the unit is asked first, then those of the whole home.
        let inGarden = try await kit.onDuty("2026-11-23T12:00:00Z", unit: kit.organisation.garden)
        #expect(inGarden.shift == [cy, ben, ann].map(\.person))
        let inTerrace = try await kit.onDuty("2026-11-23T12:00:00Z", unit: kit.organisation.terrace)
        #expect(inTerrace.shift == [ben, ann, cy].map(\.person))
        // An end is not part of a shift, a beginning is.
        #expect(try await kit.onDuty("2026-11-23T15:00:00Z").shift == [ann, cy].map(\.person))
        #expect(try await kit.onDuty("2026-11-23T07:00:00Z").shift == [ben.person])
        #expect(try await kit.onDuty("2026-11-24T08:00:00Z").onCall == [])
        let next = try await kit.rotas.week(of: kit.home, around: LocalDate("2026-12-02"), for: ann)
        #expect(next.shifts.map(\.person.id) == [ann.person])
    }

    @Test func `a night on which the clocks change has eleven hours or thirteen, and says so`() async throws {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ()
        for (day, next, hours, note) in [
            ("2027-03-27", "2027-03-28", 11.0, "The clocks change that night, so it is 11 hours long."),
            ("2026-10-24", "2026-10-25", 13.0, "The clocks change that night, so it is 13 hours long."),
            ("2026-11-24", "2026-11-25", 12.0, nil),
        ] as [(String, String, Double, String?)] {
            let shift = try await kit.plan(ann, "\(day)T20:00", "\(next)T08:00")
            #expect(shift.endsAt.timeIntervalSince(shift.startsAt) == hours * 3_600, "\(day)")
            #expect(shift.note == note)
        }
    }

    @Test func `of a time that comes twice the first is taken, and said`() async throws {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ()
        let shift = try await kit.plan(ann, "2026-10-25T01:30", "2026-10-25T08:00")
        #expect(shift.startsAt == (try Date("2026-10-25T00:30:00Z", strategy: .iso8601)))
        #expect(shift.note == "The clock shows 01:30 twice that night: the start is the first.")
    }

    @Test(arguments: [
        ("2026-11-23T20:00", "2026-11-23T08:00", RotasError.endsBeforeStart),
        ("2026-11-23T08:00", "2026-11-23T08:00", .endsBeforeStart),
        ("2026-11-23T08:00", "2026-11-24T08:01", .tooLong),
        ("2026-10-24T08:00", "2026-10-25T08:00", .tooLong),
        ("2027-03-28T01:30", "2027-03-28T08:00", .noSuchTime("/starts")),
        ("2027-03-27T20:00", "2027-03-28T01:00", .noSuchTime("/ends")),
        ("2029-11-23T08:00", "2029-11-23T20:00", .tooFarAway),
        ("0001-01-01T08:00", "0001-01-01T20:00", .tooFarAway),
        ("tomorrow", "2026-11-23T20:00", .notAMoment("/starts")),
        ("2026-11-23T08:00", "20:00", .notAMoment("/ends")),
    ])
    func `a shift that cannot be is refused at its field`(
        _ starts: String, _ ends: String, _ error: RotasError
    ) async throws {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ()
        await #expect(throws: error) { try await kit.plan(ann, starts, ends) }
        let violations = error.problem.violations
        #expect(error.problem.kind == .invalidRequest && violations.count == 1)
        #expect(try await kit.rotas.week(of: kit.home, around: LocalDate("2026-11-23"), for: ann).shifts.isEmpty)
    }

    @Test func `nobody is on the rota twice at once, in any home, but a manager may be on shift and on call`()
        async throws
    {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ(.careAssistant, .organisation)
        try await kit.plan(ann, "2026-11-23T08:00", "2026-11-23T20:00")
        await #expect(throws: RotasError.overlap("Monday 23 November 2026, 08:00 to 20:00")) {
            try await kit.plan(ann, "2026-11-23T19:59", "2026-11-24T08:00")
        }
        let director = try await kit.employ(.providerDirector, .organisation)
        let elsewhere = NewShift(person: ann.person, starts: "2026-11-23T07:00", ends: "2026-11-23T08:01")
        await #expect(throws: RotasError.overlap("Monday 23 November 2026, 08:00 to 20:00")) {
            _ = try await kit.rotas.plan(elsewhere, in: kit.organisation.harbour.id, by: director)
        }
        try await kit.plan(ann, "2026-11-23T20:00", "2026-11-24T08:00")
        try await kit.plan(ann, "2026-11-23T08:00", "2026-11-23T20:00", .onCallManager)
    }

    @Test func `of many who plan the same person at once, one does`() async throws {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ()
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    await outcome { try await kit.plan(ann, "2026-11-23T08:0\(number)", "2026-11-23T20:00") } == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 1)
        #expect(try await kit.rotas.week(of: kit.home, for: ann).shifts.count == 1)
    }

    @Test func `only those with a role in the home, and its own units, can be put on its rota`() async throws {
        let kit = try await RotasKit(self.database), other = try await RotasKit(self.database)
        for (person, isFine) in [
            (try await kit.employ(.careAssistant, .unit(kit.organisation.garden)), true),
            (try await kit.employ(.providerDirector, .organisation), true),
            (try await kit.employ(.careAssistant, .home(kit.organisation.harbour.id)), false),
            (try await kit.employ(.gp), false),
            (try await kit.organisation.hire(.careAssistant), false),
            (try await kit.organisation.employ(.careAssistant, at: .distantEnough, until: .distantEnough + 60), false),
            (try await other.employ(), false),
        ] {
            let told = await outcome { try await kit.plan(person, "2026-11-23T08:00", "2026-11-23T20:00") }
            #expect(told == (isFine ? nil : .invalidRequest), "\(person.grants)")
        }
        let ann = try await kit.employ()
        for unit in [other.organisation.garden, .any()] {
            await #expect(throws: RotasError.noSuchUnit) {
                try await kit.plan(ann, "2026-11-25T08:00", "2026-11-25T20:00", unit: unit)
            }
        }
    }

    @Test func `whoever is taken off the rota is off it, and the records keep them`() async throws {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ()
        let shift = try await kit.plan(ann, "2026-11-23T08:00", "2026-11-23T20:00")
        _ = try await kit.rotas.remove(shift.id, in: kit.home, by: kit.manager)
        #expect(try await kit.rotas.week(of: kit.home, for: ann).shifts == [])
        #expect(try await kit.onDuty("2026-11-23T12:00:00Z").shift == [])
        await #expect(throws: RotasError.notFound) {
            _ = try await kit.rotas.remove(shift.id, in: kit.home, by: kit.manager)
        }
        let kept = try await kit.database.read(
            as: .tenant(kit.organisation.id), "SELECT removed_by FROM rotas.shift WHERE id = \(shift.id.uuid)")
        #expect(try kept.first?.read("removed_by", as: UUID.self) == kit.manager.person.uuid)
        try await kit.plan(ann, "2026-11-23T08:00", "2026-11-23T20:00")
    }

    @Test func `a week is copied by the clock on the wall, and twice is as once`() async throws {
        let kit = try await RotasKit(self.database)
        let ann = try await kit.employ(), ben = try await kit.employ(), cy = try await kit.employ()
        let gone = try await kit.organisation.employ(
            .careAssistant, at: .distantEnough, until: try Date("2026-11-23T11:00:00Z", strategy: .iso8601))
        // The week before the clocks go forward, and shifts that meet the hour that there is not.
        try await kit.plan(ann, "2027-03-20T20:00", "2027-03-21T08:00", unit: kit.organisation.garden, position: 4)
        try await kit.plan(ben, "2027-03-20T20:00", "2027-03-21T01:30")
        try await kit.plan(cy, "2027-03-16T08:00", "2027-03-16T20:00")
        try await kit.plan(cy, "2027-03-23T12:00", "2027-03-23T13:00")
        await #expect(throws: RotasError.noSuchPerson) {
            try await kit.plan(gone, "2027-03-17T08:00", "2027-03-17T20:00")
        }
        let week = WeekToFill(monday: try #require(LocalDate("2027-03-24")))
        let copied = try await kit.rotas.copy(to: week, in: kit.home, by: kit.manager).value
        #expect(copied.monday.description == "2027-03-22")
        // One ends at a time that is not, and one is on the rota then already.
        #expect((copied.copied, copied.leftOut) == (1, 2))
        let after = try await kit.rotas.week(of: kit.home, around: week.monday, for: ann)
        let night = try #require(after.shifts.first { $0.person.id == ann.person })
        #expect(night.endsAt.timeIntervalSince(night.startsAt) == 11 * 3_600)
        #expect((night.position, night.unitId) == (4, kit.organisation.garden))
        let again = try await kit.rotas.copy(to: week, in: kit.home, by: kit.manager).value
        #expect((again.copied, again.leftOut) == (0, 3))
    }
}
