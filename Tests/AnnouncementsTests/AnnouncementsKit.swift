import Audit
import Foundation
import Jobs
import Kernel
import NIOConcurrencyHelpers
import People
import Postgres
import TestKit
import Web

@testable import Accounts
@testable import Announcements

/// The service on the suite's database, in an organisation of its own whose people have accounts.
struct AnnouncementsKit: Sendable {
    let database: Database
    let organisation: TestOrganisation
    /// What the service's clock says.
    let clock = NIOLockedValueBox(Date())
    let announcements: AnnouncementsService

    var home: Place { Place(home: self.organisation.rowan.id) }
    var otherHome: Place { Place(home: self.organisation.harbour.id) }
    var garden: Place { Place(home: self.organisation.rowan.id, unit: self.organisation.garden) }
    var terrace: Place { Place(home: self.organisation.rowan.id, unit: self.organisation.terrace) }
    var everywhere: Place { Place(home: nil) }

    init(_ database: Database, chunk: Int = 199) async throws {
        self.database = database
        self.organisation = try await TestOrganisation(in: database)
        let source = Source(now: { [clock] in clock.withLockedValue { $0 } })
        self.announcements = AnnouncementsService(
            database: database, inbox: Inbox { _ in }, jobs: Jobs(source: source), audit: Audit(),
            people: PeopleDirectory(), accounts: AccountsDirectory(audit: Audit()), source: source, chunk: chunk)
    }

    func pass(_ time: TimeInterval) { self.clock.withLockedValue { $0.addTimeInterval(time) } }

    /// Somebody who begins to work here, and can sign in from now on.
    func employ(
        _ role: Role, _ reach: Reach? = nil, name: String? = nil, until: Date? = nil
    ) async throws -> Principal {
        let principal = try await self.organisation.hire(role, reach, name: name)
        let account = NewAccount(
            id: .any(), person: principal.person, username: SignInName(unchecked: "u\(principal.person)"),
            password: PasswordHash("$argon2id$none"), grants: principal.grants, until: until)
        let now = self.clock.withLockedValue { $0 }
        try await self.database.transaction(as: .tenant(self.organisation.id)) { tx in
            try AccountsDirectory(audit: Audit()).open([account], at: now, in: tx)
        }
        return principal
    }

    func draft(_ place: Place? = nil, roles: [Role]? = nil, asks: Bool = true) -> NewAnnouncement {
        NewAnnouncement(
            title: "Flu vaccinations", body: "Thursday, from 10 to noon.", at: place ?? self.home, roles: roles,
            asksConfirmation: asks)
    }

    /// Announces something, and tells everybody.
    @discardableResult
    func announce(_ new: NewAnnouncement, by author: Principal) async throws -> Announcement {
        let announced = try await self.announcements.announce(new, by: author).value
        try await self.tellAll(announced.id)
        return announced
    }

    func tellAll(_ id: Identifier<Announcement>) async throws {
        var chunk = 0
        while try await self.announcements.tell(
            TellPeople(announcement: id, chunk: chunk), in: self.organisation.id)
        {
            chunk += 1
        }
    }

    /// Whom it was announced to, however often.
    func told(_ id: Identifier<Announcement>) async throws -> [Identifier<Person>] {
        try await self.database.read(
            as: .tenant(self.organisation.id),
            "SELECT person_id FROM announcements.receipt WHERE announcement_id = \(id.uuid) ORDER BY person_id"
        ).map { Identifier(try $0.read("person_id")) }
    }

    /// How many notices of a kind each person has got.
    func notices(_ id: Identifier<Announcement>, _ kind: String) async throws -> [Identifier<Person>: Int] {
        let rows = try await self.database.read(
            as: .tenant(self.organisation.id),
            """
            SELECT person_id, count(*) AS n FROM web.inbox WHERE object_id = \(id.uuid) AND kind = \(kind)
            GROUP BY person_id
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { (Identifier(try $0.read("person_id")), try $0.read("n")) })
    }

    func jobs(_ kind: String) async throws -> Int {
        try await self.database.read(
            as: .tenant(self.organisation.id), "SELECT count(*) AS n FROM jobs.job WHERE kind = \(kind)"
        ).first?.read("n") ?? 0
    }
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
