package import Kernel
package import Web

/// A home, as everybody in its organisation may know it.
package struct HomeRecord: Described, Equatable {
    package let id: Identifier<Home>
    package let name: String
    /// The name of one of the design's tints.
    package let tint: String
    package let type: HomeType?
    package let timeZone: String
    package let units: [UnitRecord]

    package static let schema = Schema.object([
        .required("id", .identifier),
        .required("name", .string(maxLength: 100).example("Rowan House")),
        .required("tint", .string(maxLength: 20).example("rowan")),
        .optional("type", .oneOf(HomeType.self).described("What it is registered for, once somebody has said")),
        .required("time_zone", .string(maxLength: 64).example("Europe/London")),
        .required("units", .array(UnitRecord.schema)),
    ])
}

/// A part of a home.
package struct UnitRecord: Described, Equatable {
    package let id: Identifier<Unit>
    package let name: String

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 100).example("Garden")),
    ])
}
