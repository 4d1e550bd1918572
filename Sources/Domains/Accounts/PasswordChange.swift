package import FoundationEssentials
package import Kernel
package import Web

/// What somebody sends to change their own password.
package struct PasswordChange: Sendable {
    let present: Password
    let chosen: Password
    let network: AddressPrefix
    let agent: String?
    /// What the browser shows of somebody who has signed in with it before.
    let device: String?

    package init(
        present: Password, chosen: Password, network: AddressPrefix, agent: String? = nil, device: String? = nil
    ) {
        self.present = present
        self.chosen = chosen
        self.network = network
        self.agent = agent
        self.device = device
    }
}

/// The same, as a program sends it.
package struct PasswordChangeInput: Described {
    package let present: String
    package let password: String

    package static let schema = Schema.object([
        .required("present", .string(minLength: 1, maxLength: Password.limit).described("The password of now")),
        .required(
            "password",
            .string(minLength: 1, maxLength: Password.limit).described("The new one, of 15 characters at least")
                .example("three words apart")),
    ])
}

/// A link for somebody who is shut out, which is said once and kept nowhere.
package struct PasswordResetLink: Described, Equatable {
    package let name: String
    package let expiresAt: Date
    /// Its path here; not there when the same request is answered again.
    package let link: String?

    package static let schema = Schema.object([
        .required("name", .string(maxLength: 200).example("Precious Adeyemi")), .required("expires_at", .time),
        .optional(
            "link",
            .string(maxLength: 100).described("Its path. Said once: a repeated request is answered without it")),
    ])

    package static func path(_ secret: Secret) -> String { "/reset/\(secret.text.value)" }
}

/// What somebody who comes with such a link sends.
package struct PasswordResetInput: Described {
    package let secret: String
    package let password: String

    package static let schema = Schema.object([
        .required("secret", .string(minLength: 1, maxLength: 100).described("What the link ends with")),
        .required(
            "password",
            .string(minLength: 1, maxLength: Password.limit).described("The new one, of 15 characters at least")
                .example("three words apart")),
    ])
}

/// Whom a link is for, as its page says it.
package struct PasswordReset: Sendable {
    let organisation: Identifier<Organisation>
    let id: Identifier<PasswordReset>
    let account: Identifier<Account>
    let person: Identifier<Person>
    package let organisationName: String
    package let name: String
    package let preferredName: String
    package let username: String
    let email: String?
}
