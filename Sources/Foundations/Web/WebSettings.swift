package import Kernel

/// What an installation may decide about its pages and its API.
package struct WebSettings: Sendable {
    /// The address that people see, such as `https://care.example`; `nil` takes the request's `Host` at its word, which
    /// is for a machine of one's own.
    package var origin: String?
    /// Other sites whose pages may ask the API with a token.
    package var otherOrigins: Set<String> = []
    /// How many proxies of ours stand in front, each adding one address to `X-Forwarded-For`.
    package var trustedProxies = 0
    /// Unsafe routes that need nobody signed in, such as `POST /sign-in`; one that is not here stops the start.
    package var open: Set<String> = []
    package var title = "WriteCareConnect"
    package var version = "1"
    package init() {}

    package var isSecure: Bool { self.origin?.hasPrefix("https://") ?? false }
}

/// Says of a route that it is for anyone, signed in or not.
package enum Openness: Sendable { case anyone }

/// What the composition root gives every route.
struct Surroundings: Sendable {
    let settings: WebSettings
    let source: Source
    let stepUp: StepUp
    let keeping: FormKeeping
}

/// Takes a code of somebody's second factor, in exchange for another sign-in that has shown it.
package typealias StepUp = @Sendable (Visitor, String) async throws -> (visitor: Visitor, secret: Secret)
