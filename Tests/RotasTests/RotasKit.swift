import Accounts
import Audit
import Foundation
import Kernel
import People
import Postgres
import Rotas
import TestKit
import Web

/// The service on the suite's database, in an organisation of its own, at a time that the test says.
struct RotasKit: Sendable {
    let organisation: TestOrganisation
    let rotas: RotasService
    let database: Database
    let manager: Principal
    var home: Identifier<Home> { self.organisation.rowan.id }

    init(_ database: Database, now: String = "2026-11-23T12:00:00Z") async throws {
        let date = try Date(now, strategy: .iso8601)
        self.database = database
        self.organisation = try await TestOrganisation(in: database)
        self.rotas = RotasService(
            database: database, audit: Audit(), accounts: AccountsDirectory(audit: Audit()), people: PeopleDirectory(),
            source: Source(now: { date }))
        self.manager = try await self.organisation.employ(.registeredManager, at: .distantEnough)
    }

    func employ(_ role: Role = .careAssistant, _ reach: Reach? = nil, name: String? = nil) async throws -> Principal {
        try await self.organisation.employ(role, reach, name: name, at: .distantEnough)
    }

    @discardableResult
    func plan(
        _ person: Principal, _ starts: String, _ ends: String, _ kind: Shift.Kind = .shift,
        unit: Identifier<Kernel.Unit>? = nil, position: Int? = nil
    ) async throws -> Shift {
        try await self.rotas.plan(
            NewShift(
                person: person.person, kind: kind, unit: unit, starts: starts, ends: ends, position: position),
            in: self.home, by: self.manager
        ).value
    }

    /// Who is asked, in this order.
    func onDuty(
        _ at: String, unit: Identifier<Kernel.Unit>? = nil
    ) async throws -> (shift: [Identifier<Person>], onCall: [Identifier<Person>]) {
        let date = try Date(at, strategy: .iso8601), home = self.home
        return try await self.database.read(as: .tenant(self.organisation.id)) { tx in
            (
                try RotasDirectory().onDuty(home: home, unit: unit, at: date, in: tx),
                try RotasDirectory().managersOnCall(home: home, at: date, in: tx)
            )
        }
    }
}

extension Date {
    /// Before anything that these tests are about.
    static var distantEnough: Date { Date(timeIntervalSince1970: 1_700_000_000) }
}

/// What kind of problem an act ends with; `nil` if it is done.
func outcome(_ act: () async throws -> Void) async -> Problem.Kind? {
    do {
        try await act()
        return nil
    } catch {
        return (error as? any ProblemConvertible)?.problem.kind ?? .internalFailure
    }
}
