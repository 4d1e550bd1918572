package import FoundationEssentials
package import Kernel
package import People
package import Web

/// A contact of a resident who is invited, and has not come yet.
package struct ContactInvitation: Described, Equatable {
    package let contactId: Identifier<Contact>
    package let expiresAt: Date
    package let isExpired: Bool

    package static let schema = Schema.object([
        .required("contact_id", .identifier), .required("expires_at", .time),
        .required("is_expired", .boolean.described("Its link opens nothing any more; a new one can be made")),
    ])
}

/// A contact's invitation and its link, which is said once and kept nowhere.
package struct ContactInvitationLink: Described, Equatable {
    package let invitation: ContactInvitation
    package let name: String
    package let role: Role
    package let title: String
    /// Its path here; not there when the same request is answered again.
    package let link: String?

    package static let schema = Schema.object([
        .required("invitation", ContactInvitation.schema), .required("name", .string(maxLength: 200)),
        .required("role", .oneOf(Role.self).example("relative")),
        .required("title", .string(maxLength: 100).example("Relative")),
        .optional(
            "link",
            .string(maxLength: 100).described("Its path. Said once: a repeated request is answered without it")),
    ])
}
