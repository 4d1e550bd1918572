package import FoundationEssentials
package import Kernel
package import Web

/// Somebody's own second factor, as far as it may be shown.
package struct FactorState: Described, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case none
        /// Begun, and not confirmed by a code.
        case pending
        case confirmed
    }

    package let state: State
    /// Whether the organisation asks for it.
    package let isRequired: Bool
    package let since: Date?
    package let recoveryCodesLeft: Int
    package let recoveryCodeUsedAt: Date?

    package static let schema = Schema.object([
        .required("state", .oneOf(State.self)),
        .required("is_required", .boolean.described("Whether the organisation asks for it, for one of your roles")),
        .optional("since", .time), .required("recovery_codes_left", .integer(0...RecoveryCode.count)),
        .optional("recovery_code_used_at", .time.described("When one was used last")),
    ])
}

/// What an authenticator app is given, while it is set up.
package struct FactorSetUp: Described, Equatable {
    package let secret: String
    package let uri: String

    package static let schema = Schema.object([
        .required(
            "secret",
            .string(maxLength: 64).described("In base32, to be typed").example("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")),
        .required("uri", .string(maxLength: 2_000).described("The same as `otpauth://`, for a QR code")),
    ])

    init(secret: Data, username: String, organisation: String) {
        self.secret = Base32.encode(secret)
        let issuer = organisation.percentEncoded
        self.uri =
            "otpauth://totp/\(issuer):\(username.percentEncoded)?secret=\(self.secret)&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=6&period=30"
    }
}

/// A code, as it was typed.
package struct CodeEntry: Described, Equatable {
    package let code: String

    package init(_ code: String) { self.code = code }

    package static let schema = Schema.object([
        .required(
            "code",
            .string(minLength: 1, maxLength: 256).described("Six digits off the app, or a recovery code").example(
                "123456"))
    ])
}

/// The codes for the day on which the phone is gone.
package struct RecoveryCodes: Described, Equatable {
    /// `nil` for a request that was sent again: they are kept nowhere.
    package let codes: [String]?

    package static let schema = Schema.object([
        .optional(
            "codes",
            .array(.string(maxLength: 40), count: 0...RecoveryCode.count).described(
                "Shown this once; not there when the same request is sent again"))
    ])
}

/// Whom an organisation asks for a second factor.
package struct FactorPolicy: Described, Equatable {
    /// In the order in which forms show them.
    package let roles: [Role]
    /// 1 as long as nobody has decided anything.
    package let version: Int

    package static let standard = FactorPolicy(roles: [], version: 1)

    package static let schema = Schema.object([
        .required("roles", .array(.oneOf(Role.self), count: 0...Role.allCases.count)), .required("version", .integer),
    ])
}

/// What is decided about it.
package struct FactorPolicyDraft: Described, Equatable {
    package let roles: [Role]

    package init(roles: some Sequence<Role>) {
        let chosen = Set(roles)
        self.roles = Role.allCases.filter(chosen.contains)
    }

    package static let schema = Schema.object([
        .required(
            "roles",
            .array(.oneOf(Role.self), count: 0...Role.allCases.count).described(
                "Whoever has one of them reaches nothing before they have set up a second factor"))
    ])
}

extension String {
    /// With nothing in it that means anything in an address.
    fileprivate var percentEncoded: String {
        self.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
            }
        }.joined()
    }
}
