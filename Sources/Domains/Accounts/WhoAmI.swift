package import Kernel
package import Web

/// Who is signed in, where, and as what.
package struct WhoAmI: Described, Equatable {
    package struct HeldRole: Described, Equatable {
        package let role: Role
        package let title: String
        package let scope: String
        package let home: Identifier<Home>?
        package let unit: Identifier<Unit>?

        init(_ grant: Grant) {
            self.role = grant.role
            self.title = grant.role.title
            switch grant.reach {
            case .organisation: (self.scope, self.home, self.unit) = ("organisation", nil, nil)
            case .home(let home): (self.scope, self.home, self.unit) = ("home", home, nil)
            case .unit(let unit): (self.scope, self.home, self.unit) = ("unit", nil, unit)
            }
        }

        package static let schema = Schema.object([
            .required("role", .choice(Role.allCases.map(\.rawValue))), .required("title", .string(maxLength: 100)),
            .required("scope", .choice(["organisation", "home", "unit"])), .optional("home_id", .identifier),
            .optional("unit_id", .identifier),
        ])

        enum CodingKeys: String, CodingKey {
            case role, title, scope
            case home = "home_id"
            case unit = "unit_id"
        }
    }

    package let person: Identifier<Person>
    package let name: String
    package let preferredName: String
    package let title: String
    package let username: String
    package let email: String?
    package let organisation: Identifier<Organisation>
    package let organisationName: String
    package let roles: [HeldRole]
    /// The homes that the roles reach.
    package let homes: [Identifier<Home>]

    init(_ visitor: Visitor, _ own: OwnAccount) {
        self.person = visitor.principal.person
        self.name = visitor.name
        self.preferredName = visitor.preferredName
        self.title = visitor.roleTitle
        self.username = own.username
        self.email = own.email
        self.organisation = visitor.principal.organisation
        self.organisationName = own.organisation
        self.roles = visitor.principal.grants.map(HeldRole.init).sorted {
            ($0.role.rawValue, $0.scope, $0.home?.description ?? "", $0.unit?.description ?? "")
                < ($1.role.rawValue, $1.scope, $1.home?.description ?? "", $1.unit?.description ?? "")
        }
        self.homes = visitor.homes.filter(\.isMine).map(\.id)
    }

    package static let schema = Schema.object([
        .required("person_id", .identifier), .required("name", .string(maxLength: 200)),
        .required("preferred_name", .string(maxLength: 100)), .required("title", .string(maxLength: 100)),
        .required("username", .string(maxLength: 64)), .optional("email", .string(maxLength: 254)),
        .required("organisation_id", .identifier), .required("organisation", .string(maxLength: 200)),
        .required("roles", .array(HeldRole.schema)), .required("home_ids", .array(.identifier)),
    ])

    enum CodingKeys: String, CodingKey {
        case name, title, username, email, roles
        case person = "person_id"
        case preferredName = "preferred_name"
        case organisation = "organisation_id"
        case organisationName = "organisation"
        case homes = "home_ids"
    }
}

/// What only the account itself says.
struct OwnAccount: Sendable {
    let username: String
    let email: String?
    let organisation: String
}
