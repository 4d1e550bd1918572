package import Kernel
package import Web

/// Who is signed in, where, and as what.
package struct WhoAmI: Described, Equatable {
    package let personId: Identifier<Person>
    package let name: String
    package let preferredName: String
    package let title: String
    package let username: String
    package let email: String?
    package let organisationId: Identifier<Organisation>
    package let organisation: String
    package let roles: [HeldRole]
    /// The homes that the roles reach.
    package let homeIds: [Identifier<Home>]

    init(_ visitor: Visitor, _ own: OwnAccount) {
        self.personId = visitor.principal.person
        self.name = visitor.name
        self.preferredName = visitor.preferredName
        self.title = visitor.roleTitle
        self.username = own.username
        self.email = own.email
        self.organisationId = visitor.principal.organisation
        self.organisation = own.organisation
        self.roles = visitor.principal.grants.map(HeldRole.init).sorted { $0.order < $1.order }
        self.homeIds = visitor.homes.filter(\.isMine).map(\.id)
    }

    static let properties: [Schema.Property] = [
        .required("person_id", .identifier),
        .required("name", .string(maxLength: 200).example("Precious Adeyemi")),
        .required("preferred_name", .string(maxLength: 100).example("Precious")),
        .required("title", .string(maxLength: 100).example("Care assistant")),
        .required("username", .string(maxLength: 64).example("precious.adeyemi")),
        .optional("email", .string(maxLength: 254)),
        .required("organisation_id", .identifier),
        .required("organisation", .string(maxLength: 200).example("Fernhill Care")),
        .required("roles", .array(HeldRole.schema)),
        .required("home_ids", .array(.identifier).described("The homes that the roles reach")),
    ]

    package static let schema = Schema.object(Self.properties)
}

/// A role, and how far it reaches.
package struct HeldRole: Described, Equatable {
    package let role: Role
    package let title: String
    package let scope: Scope
    package let homeId: Identifier<Home>?
    package let unitId: Identifier<Unit>?

    package enum Scope: String, Codable, Sendable, CaseIterable { case organisation, home, unit }

    init(_ grant: Grant) {
        self.role = grant.role
        self.title = grant.role.title
        switch grant.reach {
        case .organisation: (self.scope, self.homeId, self.unitId) = (.organisation, nil, nil)
        case .home(let home): (self.scope, self.homeId, self.unitId) = (.home, home, nil)
        case .unit(let unit): (self.scope, self.homeId, self.unitId) = (.unit, nil, unit)
        }
    }

    fileprivate var order: String {
        "\(self.role.rawValue) \(self.homeId?.description ?? "") \(self.unitId?.description ?? "")"
    }

    package static let schema = Schema.object([
        .required("role", .oneOf(Role.self).example("care_assistant")),
        .required("title", .string(maxLength: 100).example("Care assistant")),
        .required("scope", .oneOf(Scope.self).example("home")),
        .optional("home_id", .identifier), .optional("unit_id", .identifier),
    ])
}

/// What only the account itself says.
struct OwnAccount: Sendable {
    let username: String
    let email: String?
    let organisation: String
}
