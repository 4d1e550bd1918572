package import Kernel
package import Web

/// A home, as everybody in its organisation may know it.
package struct HomeRecord: Described, Equatable {
    package let id: Identifier<Home>
    package let name: String
    package let tint: String
    package let type: HomeType?
    package let timeZone: String
    package let units: [UnitRecord]

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 100)),
        .required("tint", .string(maxLength: 20)), .optional("type", .choice(HomeType.allCases.map(\.rawValue))),
        .required("time_zone", .string(maxLength: 64)), .required("units", .array(UnitRecord.schema)),
    ])

    enum CodingKeys: String, CodingKey {
        case id, name, tint, type, units
        case timeZone = "time_zone"
    }
}

/// A part of a home.
package struct UnitRecord: Described, Equatable {
    package let id: Identifier<Unit>
    package let name: String

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 100)),
    ])
}
