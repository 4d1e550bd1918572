package import FoundationEssentials
package import Kernel
package import Web

/// A row of the security log.
package struct SecurityEvent: Described, Equatable {
    package let id: Identifier<SecurityEvent>
    package let at: Date
    package let kind: SecurityKind
    /// Who did it, or tried to; nobody for who did not get in.
    package let by: AuditedPerson?
    /// Whose account, role or record it was about.
    package let about: AuditedPerson?
    package let rule: String
    /// What a hash leaves of the network it came from.
    package let address: String?
    package let request: String?
    /// How often it happened in the minute, if it is told of together.
    package let count: Int

    package static let schema = Schema.object([
        .required("id", .identifier), .required("at", .time), .required("kind", .oneOf(SecurityKind.self)),
        .optional("by", AuditedPerson.schema), .optional("about", AuditedPerson.schema),
        .required("rule", .string(maxLength: 200)), .optional("address", .string(maxLength: 64)),
        .optional("request", .string(maxLength: 200)), .required("count", .integer),
    ])
}

/// Something in the security log that those in charge should look at.
package struct SecurityAlert: Described, Equatable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        /// Somebody tries to get into one account, again and again.
        case manyFailures = "many_failures"
        /// Somebody who administers has signed in with a browser that was not known.
        case newDevice = "new_device"
        case tokenReused = "token_reused"
        case roleGiven = "role_given"
        case limitReached = "limit_reached"
        case emergencyOpened = "emergency_opened"
    }

    package let kind: Kind
    package let person: AuditedPerson?
    package let count: Int
    /// The last time.
    package let at: Date

    package static let schema = Schema.object([
        .required("kind", .oneOf(Kind.self)), .optional("person", AuditedPerson.schema), .required("count", .integer),
        .required("at", .time),
    ])
}

/// Until when somebody has seen what there was.
package struct SecuritySeen: Described {
    package let until: Date

    package init(until: Date) { self.until = until }

    package static let schema = Schema.object([.required("until", .time.described("The `at` of the newest alert seen"))]
    )
}

/// Which rows of the security log are wanted.
package struct SecurityFilter: Sendable {
    package var kind: SecurityKind?
    package var person: Identifier<Person>?
    package init() {}
}

extension SecurityKind {
    /// What happened, as a person says it.
    package var words: String {
        switch self {
        case .signInFailed: "Could not sign in"
        case .unknownName: "Tried a name that nobody has"
        case .signInThrottled: "Tried to sign in too often"
        case .codeFailed: "Entered a wrong code"
        case .passwordFailed: "Entered a wrong present password"
        case .pinFailed: "Entered a wrong PIN"
        case .tokenReused: "Came with a copy of a program’s token"
        case .newDevice: "Signed in with a new browser"
        case .limitReached: "Asked for too much at once"
        case .accessRefused: "Asked for what is not theirs"
        case .roleGiven: "A role was given"
        case .roleChanged: "A role was changed or taken away"
        case .factorRemoved: "A second step was removed"
        case .passwordReset: "A link for a new password was made"
        case .tabletEnrolled: "A shared tablet was enrolled"
        case .tabletEnded: "A shared tablet was ended"
        case .signInsEnded: "Sign-ins were ended by somebody else"
        case .accountClosed: "An account was closed"
        case .accountReopened: "An account was opened again"
        case .organisationSuspended: "The organisation was suspended"
        case .organisationResumed: "The organisation was opened again"
        case .emergencyOpened: "A record was opened in an emergency"
        case .emergencyMissed: "Nobody was found in an emergency"
        }
    }
}
