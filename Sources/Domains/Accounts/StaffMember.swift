package import FoundationEssentials
package import Kernel
import People
package import Web

/// Somebody who works here, as their colleagues may know them.
package struct StaffMember: Described, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable { case open, closed }

    package let id: Identifier<Person>
    package let name: String
    package let preferredName: String
    package let title: String
    package let account: State
    /// What they hold now, and what is to begin.
    package let roles: [StaffRole]
    /// `true` for somebody who has the product open, where a colleague reads it; never in a reply that is stored.
    package var isHere: Bool?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 200).example("Precious Adeyemi")),
        .required("preferred_name", .string(maxLength: 100)), .required("title", .string(maxLength: 100)),
        .required("account", .oneOf(State.self).described("A closed one opens nothing, whatever its roles")),
        .required("roles", .array(StaffRole.schema)), .optional("is_here", .presence),
    ])
}

/// A role that somebody holds, or will.
package struct StaffRole: Described, Equatable {
    package let id: Identifier<Grant>
    package let role: Role
    package let title: String
    package let scope: HeldRole.Scope
    package let homeId: Identifier<Home>?
    package let unitId: Identifier<Unit>?
    package let from: Date
    package let until: Date?
    package let version: Int

    package static let schema = Schema.object([
        .required("id", .identifier), .required("role", .oneOf(Role.self).example("care_assistant")),
        .required("title", .string(maxLength: 100).example("Care assistant")),
        .required("scope", .oneOf(HeldRole.Scope.self).example("home")),
        .optional("home_id", .identifier.described("Of a unit, too")), .optional("unit_id", .identifier),
        .required("from", .time), .optional("until", .time.described("Not there for those who stay")),
        .required("version", .integer),
    ])

    /// Where it reaches.
    package var place: Place { Place(home: self.homeId, unit: self.unitId) }
}

/// A role that is to be given.
package struct NewRole: Described, Equatable {
    package let role: Role
    package let scope: HeldRole.Scope
    package let homeId: Identifier<Home>?
    package let unitId: Identifier<Unit>?
    /// Now, unless it is said.
    package let from: Date?
    package let until: Date?

    package init(_ role: Role, _ reach: Reach, from: Date? = nil, until: Date? = nil) {
        self.role = role
        self.from = from
        self.until = until
        switch reach {
        case .organisation: (self.scope, self.homeId, self.unitId) = (.organisation, nil, nil)
        case .home(let home): (self.scope, self.homeId, self.unitId) = (.home, home, nil)
        case .unit(let unit): (self.scope, self.homeId, self.unitId) = (.unit, nil, unit)
        }
    }

    package static let fields: [Schema.Property] = [
        .required("role", .oneOf(Role.self).example("care_assistant")),
        .required("scope", .oneOf(HeldRole.Scope.self).example("home")),
        .optional("home_id", .identifier.described("For the scope home")),
        .optional("unit_id", .identifier.described("For the scope unit")),
    ]

    package static let schema = Schema.object(
        Self.fields + [
            .optional("from", .time.described("Now, if it is left out; not in the past")),
            .optional("until", .time.described("Left out for somebody who stays")),
        ])

    /// - Throws: What is wrong with the place.
    func reach() throws(AccountsError) -> Reach {
        switch (self.scope, self.homeId, self.unitId) {
        case (.organisation, nil, nil): .organisation
        case (.home, let home?, nil): .home(home)
        case (.unit, nil, let unit?): .unit(unit)
        case (.organisation, _, _): throw .invalid([.init("/scope", "The whole organisation has no home or unit")])
        case (.home, _, _): throw .invalid([.init("/home_id", "Choose the home, and no unit")])
        case (.unit, _, _): throw .invalid([.init("/unit_id", "Choose the unit, and nothing else")])
        }
    }

    /// - Throws: What is wrong with the time.
    func period(at now: Date) throws(AccountsError) -> (from: Date, until: Date?) {
        let from = max(self.from ?? now, now)
        // A browser's clock and ours differ; a day that was chosen and has begun means now.
        if let asked = self.from, asked < now.addingTimeInterval(-86_400) {
            throw .invalid([.init("/from", "Choose today or a later day")])
        }
        if let until, until <= from { throw .invalid([.init("/until", "Choose a day after it begins")]) }
        return (from, self.until)
    }
}

/// When a role is to end.
package struct RoleEnd: Described, Equatable {
    /// Never, if it is left out.
    package let until: Date?

    package init(_ until: Date?) { self.until = until }

    package static let schema = Schema.object([
        .optional("until", .time.described("Left out for somebody who stays"))
    ])
}

/// Which of the staff a list shows, of those it may show.
package struct StaffFilter: Sendable {
    package var home: Identifier<Home>?
    package var role: Role?
    package var search: String?
    package var account: StaffMember.State = .open
    package init() {}
}

extension StaffMember.State {
    /// As the account's row has it.
    var stored: String { self == .open ? "active" : "disabled" }
    init(stored: String) { self = stored == "active" ? .open : .closed }
}
