package import Kernel

/// A provider that begins here, with its homes.
package struct NewOrganisation: Sendable {
    package let id: Identifier<Organisation>
    package let name: String
    package let homes: [NewHome]

    package init(id: Identifier<Organisation>, name: String, homes: [NewHome] = []) {
        self.id = id
        self.name = name
        self.homes = homes
    }
}

package struct NewHome: Sendable {
    package let id: Identifier<Home>
    package let name: String
    /// The colour that says where one is; the style sheet knows the names.
    package let tint: String
    package let type: HomeType?
    /// An IANA name: times in a home are its own.
    package let timeZone: String
    package let units: [NewUnit]

    package init(
        id: Identifier<Home>, name: String, tint: String = "rowan", type: HomeType? = nil,
        timeZone: String = "Europe/London", units: [NewUnit] = []
    ) {
        self.id = id
        self.name = name
        self.tint = tint
        self.type = type
        self.timeZone = timeZone
        self.units = units
    }
}

package struct NewUnit: Sendable {
    package let id: Identifier<Unit>
    package let name: String

    package init(id: Identifier<Unit>, name: String) {
        self.id = id
        self.name = name
    }
}

/// What a home is registered for.
package enum HomeType: String, Codable, Sendable, CaseIterable {
    case nursing, residential, dual
}
