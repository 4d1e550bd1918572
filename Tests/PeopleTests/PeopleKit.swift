import Audit
import Foundation
import Kernel
import People
import Postgres
import TestKit
import Web

/// The service on the suite's database, in an organisation of its own.
struct PeopleKit: Sendable {
    static let now = Date(timeIntervalSince1970: 1_795_363_200)  // 22 November 2026, 16:00
    let organisation: TestOrganisation
    let people: PeopleService

    init(_ database: Database) async throws {
        self.organisation = try await TestOrganisation(in: database)
        var source = Source()
        source.now = { Self.now }
        self.people = PeopleService(database: database, audit: Audit(), directory: PeopleDirectory(), source: source)
    }

    /// Somebody in charge of Rowan House, looking at pages.
    func manager() async throws -> Visitor {
        self.organisation.visitor(try await self.organisation.hire(.registeredManager))
    }

    /// What a manager writes down about somebody new.
    func details(_ change: (inout ResidentDetails) -> Void = { _ in }) throws -> ResidentDetails {
        guard let movedIn = LocalDate("2026-02-02") else { throw CancellationError() }
        var details = ResidentDetails(
            fullName: "Edith Marlow", preferredName: "Edie", dateOfBirth: LocalDate("1938-05-09"),
            homeId: self.organisation.rowan.id, room: "12", movedInOn: movedIn)
        change(&details)
        return details
    }

    func kind(_ act: () async throws -> Void) async -> Problem.Kind? {
        do {
            try await act()
            return nil
        } catch {
            return (error as? any ProblemConvertible)?.problem.kind ?? .internalFailure
        }
    }

    /// The fields that were refused.
    func refused(_ act: () async throws -> Void) async -> [String] {
        do {
            try await act()
            return []
        } catch {
            return ((error as? any ProblemConvertible)?.problem.violations ?? []).map(\.pointer)
        }
    }
}
