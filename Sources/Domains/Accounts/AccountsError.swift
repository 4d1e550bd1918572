package import Kernel

package enum AccountsError: ProblemConvertible, Equatable {
    /// One answer, whatever was wrong: the name, the password, the account, its roles.
    case wrongNameOrPassword
    case tooManyTries(seconds: Int)
    /// Too many passwords wait to be hashed.
    case busy
    case invalid([Problem.Violation])
    case usernameTaken
    /// The one-time secret is wrong, used or out of date.
    case wrongSecret
    /// Somebody can sign in, so there is no first administrator to make.
    case alreadySetUp

    package var problem: Problem {
        switch self {
        case .wrongNameOrPassword:
            Problem(
                .unauthenticated, "We could not sign you in",
                detail: "The username and password do not match an account. Check both and try again.")
        case .tooManyTries(let seconds):
            Problem(
                .rateLimited, "Too many tries",
                detail: "Wait a little before you try again. If you have forgotten your password, ask your manager.",
                retryAfter: seconds)
        case .busy:
            Problem(
                .unavailable, "Many people are signing in", detail: "Try again in a moment.", retryAfter: 2)
        case .invalid(let violations):
            Problem(.invalidRequest, "The form has errors", violations: violations)
        case .usernameTaken:
            Problem(
                .conflict, "Somebody has this username or address",
                violations: [.init("/username", "Choose another username or address")])
        case .wrongSecret:
            Problem(
                .invalidRequest, "The form has errors",
                violations: [.init("/secret", "This secret does not work. Ask for a new one with wcc setup.")])
        case .alreadySetUp: .nothingHere
        }
    }

    /// For somebody at a terminal, who may be told what a stranger on the web may not.
    package var sentence: String {
        switch self {
        case .alreadySetUp: "There are accounts already, so there is no first administrator to make."
        case .busy: "Somebody else is doing the same at this moment. Try again."
        case .invalid(let violations): violations.map(\.detail).joined(separator: ". ") + "."
        default: self.problem.title + "."
        }
    }
}
