package import FoundationEssentials
package import Kernel
package import Web

/// Somebody who is invited to work here, and has not come yet.
package struct ColleagueInvitation: Described, Equatable {
    package let id: Identifier<ColleagueInvitation>
    package let name: String
    package let role: Role
    package let title: String
    package let scope: HeldRole.Scope
    package let homeId: Identifier<Home>?
    package let unitId: Identifier<Unit>?
    package let until: Date?
    package let invitedBy: String
    package let expiresAt: Date
    package let isExpired: Bool

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 100).example("Mary Sutton")),
        .required("role", .oneOf(Role.self).example("care_assistant")),
        .required("title", .string(maxLength: 100).example("Care assistant")),
        .required("scope", .oneOf(HeldRole.Scope.self).example("home")),
        .optional("home_id", .identifier.described("Of a unit, too")), .optional("unit_id", .identifier),
        .optional("until", .time.described("When the role ends, if it does")),
        .required("invited_by", .string(maxLength: 200)), .required("expires_at", .time),
        .required("is_expired", .boolean.described("Its link opens nothing any more; a new one can be made")),
    ])
}

/// What somebody says of whom they invite.
package struct NewInvitation: Described, Equatable {
    package let name: String
    package let role: Role
    package let scope: HeldRole.Scope
    package let homeId: Identifier<Home>?
    package let unitId: Identifier<Unit>?
    package let until: Date?

    package init(name: String, _ role: NewRole) {
        self.name = name
        self.role = role.role
        self.scope = role.scope
        self.homeId = role.homeId
        self.unitId = role.unitId
        self.until = role.until
    }

    package static let schema = Schema.object(
        [.required("name", .text(maxLength: 100).example("Mary Sutton"))] + NewRole.fields
            + [.optional("until", .time.described("When the role ends; left out for somebody who stays"))])

    func reach() throws(AccountsError) -> Reach {
        try NewRole(self).reach()
    }
}

extension NewRole {
    init(_ invitation: NewInvitation) {
        self.role = invitation.role
        self.scope = invitation.scope
        self.homeId = invitation.homeId
        self.unitId = invitation.unitId
        self.from = nil
        self.until = invitation.until
    }
}

/// An invitation and its link, which is said once and kept nowhere.
package struct InvitationLink: Described, Equatable {
    package let invitation: ColleagueInvitation
    /// Its path here; not there when the same request is answered again.
    package let link: String?

    package static let schema = Schema.object([
        .required("invitation", ColleagueInvitation.schema),
        .optional(
            "link",
            .string(maxLength: 100).described("Its path. Said once: a repeated request is answered without it")),
    ])

    package static func path(_ secret: Secret) -> String { "/invitation/\(secret.text.value)" }
}

/// Whom a link is for, as its page says it to whoever comes with it.
package struct Welcome: Sendable, Equatable {
    let organisation: Identifier<Organisation>
    let invitation: Identifier<ColleagueInvitation>
    package let organisationName: String
    package let name: String
    package let role: Role
    /// `nil` for the whole organisation.
    package let place: String?
}

/// What somebody who comes by an invitation chooses.
package struct Acceptance: Sendable {
    package let username: String
    package let email: String
    package let password: Password

    package init(username: String, email: String = "", password: Password) {
        self.username = username
        self.email = email
        self.password = password
    }
}

/// The same, as a program sends it.
package struct AcceptanceInput: Described {
    package let secret: String
    package let username: String
    package let email: String?
    package let password: String

    package static let schema = Schema.object([
        .required("secret", .string(minLength: 1, maxLength: 100).described("What the link ends with")),
        .required("username", .text(maxLength: 64).example("mary.sutton")),
        .optional("email", .string(maxLength: 254)),
        .required("password", .string(minLength: 1, maxLength: 1_024).example("three words apart")),
    ])
}
