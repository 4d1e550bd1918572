import Foundation
import Kernel
import TestKit
import Testing

@testable import Rotas

/// Who sees a rota and who makes it, role by role and by where the role reaches.
@Suite(.database, .timeLimit(.minutes(3))) struct RotasPolicyTests {
    let database = TestDatabase.current.open()

    @Test(arguments: Role.allCases) func `every verb, by role and by reach`(_ role: Role) async throws {
        let kit = try await RotasKit(self.database), elsewhere = try await RotasKit(self.database)
        let ann = try await kit.employ()
        let askers: [(Principal, isHere: Bool, isWhole: Bool)] = [
            (try await kit.organisation.hire(role, .organisation), true, true),
            (try await kit.organisation.hire(role, .home(kit.home)), true, true),
            (try await kit.organisation.hire(role, .unit(kit.organisation.garden)), true, false),
            (try await kit.organisation.hire(role, .home(kit.organisation.harbour.id)), false, false),
            (try await elsewhere.organisation.hire(role, .organisation), false, false),
            (try await elsewhere.organisation.hire(role, .home(elsewhere.home)), false, false),
        ]
        for (number, (asker, isHere, isWhole)) in askers.enumerated() {
            let told = "\(role) \(asker.grants)"
            let day = "2026-12-0\(number + 1)"
            let sees = isHere && Role.staff.contains(role)
            let plans = isWhole && (Role.management.contains(role) || [.admin, .hr, .itAdmin].contains(role))
            let hidden: Problem.Kind? = sees ? nil : .notFound
            let forPlanners: Problem.Kind? = plans ? nil : sees ? .forbidden : .notFound
            #expect(await outcome { _ = try await kit.rotas.week(of: kit.home, for: asker) } == hidden, "\(told)")
            #expect(await outcome { _ = try await kit.rotas.onDuty(in: kit.home, for: asker) } == hidden, "\(told)")
            let new = NewShift(person: ann.person, starts: "\(day)T08:00", ends: "\(day)T09:00")
            #expect(
                await outcome { _ = try await kit.rotas.plan(new, in: kit.home, by: asker) } == forPlanners,
                "\(told) plans")
            let shift = try await kit.plan(ann, "\(day)T10:00", "\(day)T11:00")
            #expect(
                await outcome { _ = try await kit.rotas.remove(shift.id, in: kit.home, by: asker) } == forPlanners,
                "\(told) removes")
            let week = WeekToFill(monday: try #require(LocalDate("2027-01-04")))
            #expect(
                await outcome { _ = try await kit.rotas.copy(to: week, in: kit.home, by: asker) } == forPlanners,
                "\(told) copies")
            // What is another home's is not taken off through one's own.
            if plans {
                let other = try await kit.plan(ann, "\(day)T12:00", "\(day)T13:00")
                let through = kit.organisation.harbour.id
                let director = try await kit.organisation.hire(.providerDirector, .organisation)
                #expect(
                    await outcome { _ = try await kit.rotas.remove(other.id, in: through, by: director) } == .notFound)
            }
        }
    }
}
