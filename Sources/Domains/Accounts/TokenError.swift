package import Kernel

/// Why somebody has no token; what is wrong with one that was shown is told to nobody.
package enum TokenError: ProblemConvertible, Equatable {
    case dead
    /// The password was right, and there is a second factor.
    case codeAwaited

    package var problem: Problem {
        switch self {
        case .dead:
            Problem(
                .unauthenticated, "This token does not work",
                detail: "It is out of date, was revoked, or is none of ours. Exchange the refresh token, or sign in.")
        case .codeAwaited:
            Problem(
                .stepUpRequired, "This asks for a code",
                detail: "Send the code of the second factor as well, as code.")
        }
    }
}
