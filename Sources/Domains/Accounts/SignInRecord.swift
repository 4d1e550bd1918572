package import FoundationEssentials
package import Kernel
package import Web

/// One of somebody's own sign-ins.
package struct SignInRecord: Described, Equatable {
    package let id: Identifier<SignIn>
    package let device: String?
    /// The network, and never the address in it.
    package let network: String
    package let beganAt: Date
    package let lastActiveAt: Date
    package let isCurrent: Bool
    package let isProgram: Bool

    package static let schema = Schema.object([
        .required("id", .identifier),
        .optional(
            "device",
            .string(maxLength: 60).described("Not there if it is none that is known").example("Chrome on Android")),
        .required("network", .string(maxLength: 64).example("192.0.2.0/24")),
        .required("began_at", .time), .required("last_active_at", .time),
        .required("is_current", .boolean.described("The one that asks")),
        .required("is_program", .boolean.described("Whether it was begun with tokens, and by no browser")),
    ])
}
