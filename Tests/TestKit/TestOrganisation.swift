import Accounts
import Audit
import Foundation
import Kernel
import People
import Postgres
import Web

/// An organisation of its own, with two homes, for one test.
///
/// The people in it are real rows, so what refers to them is checked as in the product.
package struct TestOrganisation: Sendable {
    package let id: Identifier<Organisation>
    /// With two units.
    package let rowan: NewHome
    /// Without units.
    package let harbour: NewHome
    package let database: Database

    package var garden: Identifier<Kernel.Unit> { self.rowan.units[0].id }
    package var terrace: Identifier<Kernel.Unit> { self.rowan.units[1].id }

    package init(in database: Database, name: String = "Fernhill Care") async throws {
        self.id = .any()
        self.database = database
        self.rowan = NewHome(
            id: .any(), name: "Rowan House", tint: "rowan",
            units: [NewUnit(id: .any(), name: "Garden"), NewUnit(id: .any(), name: "Terrace")])
        self.harbour = NewHome(id: .any(), name: "Harbour View", tint: "harbour")
        let organisation = NewOrganisation(id: self.id, name: name, homes: [self.rowan, self.harbour])
        try await database.transaction(as: .tenant(self.id)) { tx in
            try AccountsDirectory(audit: Audit()).found(organisation, at: Date(), in: tx)
        }
    }

    /// Somebody who begins to work here; where their role reaches is where they work.
    package func hire(_ role: Role, _ reach: Reach? = nil, name: String? = nil) async throws -> Principal {
        let reach = reach ?? .home(self.rowan.id)
        let full = name ?? "\(role.title) \(Int.random(in: 1_000...9_999))"
        let person = NewPerson(
            id: .any(), fullName: full, preferredName: String(full.split(separator: " ").first ?? "Sam"))
        let (home, unit): (Identifier<Home>?, Identifier<Kernel.Unit>?) =
            switch reach {
            case .organisation: (nil, nil)
            case .home(let home): (home, nil)
            case .unit(let unit): (self.rowan.id, unit)
            }
        let staff = NewStaff(person: person, home: home, unit: unit, jobTitle: role.title)
        try await self.database.transaction(as: .tenant(self.id)) { tx in
            try PeopleDirectory().enrol(staff: [staff], in: tx)
        }
        return Principal(person: person.id, organisation: self.id, grants: [Grant(role, reach)])
    }

    /// Somebody who begins to work here with an account, which a rota and whatever asks who works here need.
    package func employ(
        _ role: Role, _ reach: Reach? = nil, name: String? = nil, at now: Date = Date(), until: Date? = nil
    ) async throws -> Principal {
        let principal = try await self.hire(role, reach, name: name)
        let account = NewAccount(
            id: .any(), person: principal.person,
            username: SignInName("u\(principal.person.description.filter { $0 != "-" })") ?? Self.nobody,
            password: try await Self.password.value, grants: principal.grants, until: until)
        try await self.database.transaction(as: .tenant(self.id)) { tx in
            try AccountsDirectory(audit: Audit()).open([account], at: now, in: tx)
        }
        return principal
    }

    /// Hashed once for everybody, because hashing is what takes the time here.
    private static let password = Task { try await PasswordHasher().hash(Password("correct horse battery")) }
    private static var nobody: SignInName { preconditionFailure("a name that is written as names are") }

    /// Somebody who looks at pages here.
    package func visitor(_ principal: Principal) -> Visitor {
        let homes = [self.rowan, self.harbour].map { home in
            HomeSummary(
                id: home.id, name: home.name, initials: PersonName.initials(home.name), tint: home.tint,
                timeZone: home.timeZone, units: home.units.map { UnitSummary(id: $0.id, name: $0.name) },
                isMine: principal.grants.contains { grant in
                    grant.reach.covers(Place(home: home.id))
                        || home.units.contains { grant.reach.covers(Place(home: home.id, unit: $0.id)) }
                })
        }
        return Visitor(
            principal: principal, name: "Somebody Here", preferredName: "Somebody", initials: "SH", roleTitle: "Staff",
            homes: homes, isOutside: false, formKey: "\(principal.person)")
    }

    /// Somebody who moves in, cared for by name by these people.
    package func admit(
        _ name: String = "Edith Marlow", to home: Identifier<Home>? = nil, unit: Identifier<Kernel.Unit>? = nil,
        status: Resident.Status = .current, team: [Principal] = []
    ) async throws -> Identifier<Person> {
        guard let movedIn = LocalDate("2026-02-02") else { throw CancellationError() }
        let resident = NewResident(
            person: NewPerson(
                id: .any(), fullName: name, preferredName: name, dateOfBirth: LocalDate("1938-05-09")),
            home: home ?? self.rowan.id, unit: unit, room: "\(Int.random(in: 1...9_999))", status: status,
            movedInOn: movedIn, keyWorker: team.first?.person,
            careTeam: team.map(\.person))
        try await self.database.transaction(as: .tenant(self.id)) { tx in
            try PeopleDirectory().enrol(staff: [], residents: [resident], in: tx)
        }
        return resident.person.id
    }
}
