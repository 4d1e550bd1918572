package import Kernel
package import Web

/// The colours that say where one is; the style sheet knows the names.
package enum Tint: String, Codable, Sendable, CaseIterable {
    case rowan, harbour, orchard
}

/// The organisation as those who arrange it see it.
package struct OrganisationRecord: Described, Equatable {
    package let id: Identifier<Organisation>
    package let name: String
    package let version: Int
    package let homes: [HomeEntry]

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 200).example("Fernhill Care")),
        .required("version", .integer), .required("homes", .array(HomeEntry.schema)),
    ])
}

/// A home with what changes of it need.
package struct HomeEntry: Described, Equatable {
    package let id: Identifier<Home>
    package let name: String
    package let tint: String
    package let type: HomeType?
    package let timeZone: String
    /// Where in the list it stands.
    package let position: Int
    package let version: Int
    package let units: [UnitEntry]

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 100).example("Rowan House")),
        .required("tint", .string(maxLength: 20).example("rowan")), .optional("type", .oneOf(HomeType.self)),
        .required("time_zone", .string(maxLength: 64).example("Europe/London")),
        .required("position", .integer), .required("version", .integer),
        .required("units", .array(UnitEntry.schema)),
    ])
}

package struct UnitEntry: Described, Equatable {
    package let id: Identifier<Unit>
    package let name: String
    package let position: Int
    package let version: Int

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 100).example("Garden")),
        .required("position", .integer), .required("version", .integer),
    ])
}

/// The organisation's name, as it is to be.
package struct OrganisationName: Described {
    package let name: String
    package init(_ name: String) { self.name = name }
    package static let schema = Schema.object([.required("name", .text(maxLength: 200).example("Fernhill Care"))])
}

/// A home, as it is to be.
package struct HomeDetails: Described, Equatable {
    package let name: String
    package let type: HomeType?
    package let tint: Tint
    package let timeZone: String
    /// The last place if it is left out.
    package let position: Int?

    package init(name: String, type: HomeType?, tint: Tint, timeZone: String, position: Int? = nil) {
        self.name = name
        self.type = type
        self.tint = tint
        self.timeZone = timeZone
        self.position = position
    }

    package static let schema = Schema.object([
        .required("name", .text(maxLength: 100).example("Rowan House")),
        .optional("type", .oneOf(HomeType.self).described("What it is registered for")),
        .required("tint", .oneOf(Tint.self).example("rowan")),
        .required("time_zone", .string(minLength: 1, maxLength: 64).described("An IANA name").example("Europe/London")),
        .optional("position", .integer(1...1_000).described("Where in the list it stands; the last, if left out")),
    ])
}

/// A unit, as it is to be.
package struct UnitDetails: Described, Equatable {
    package let name: String
    package let position: Int?

    package init(name: String, position: Int? = nil) {
        self.name = name
        self.position = position
    }

    package static let schema = Schema.object([
        .required("name", .text(maxLength: 100).example("Garden")),
        .optional("position", .integer(1...1_000).described("Where in the list it stands; the last, if left out")),
    ])
}
