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
    case notFound
    /// Somebody else changed it since it was read.
    case stale
    /// Nobody gives themselves anything.
    case yourself
    /// They hold this role at this place already.
    case heldAlready
    /// Without them nobody could give roles any more.
    case lastAdministrator
    /// The account is as it is asked to be, or must be opened first.
    case accountIsClosed
    case accountIsOpen
    /// The link is wrong, used, withdrawn or out of date, or whoever made it may not any more.
    case deadLink
    /// The same of a link for a new password.
    case deadReset
    /// Signed in, and to choose a new password before anything else.
    case passwordChangeRequired
    /// Several organisations have what was named, and it was not said which is meant.
    case ambiguous
    /// Somebody has come with it, or it was withdrawn.
    case invitationIsOver
    /// A contact who has a sign-in already, or who must not be written with, or comes with their profession.
    case hasSignIn
    /// Not the code of this moment, or used before, or none of theirs.
    case wrongCode
    case tooManyCodes(seconds: Int)
    /// Nothing here waits for a code any more.
    case signInAgain
    case noFactor
    case hasFactor
    case notToBeInvited
    /// Not their PIN, with so many tries left.
    case wrongPin(left: Int)
    /// Only a full sign-in opens anything here: there was none today, no PIN, or too many wrong ones.
    case signInFully
    /// What is asked of a shared tablet, of a device that is none.
    case noTablet
    /// A contact who was not invited, or whose sign-in opens nothing.
    case hasNoSignIn

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
        case .alreadySetUp, .notFound: .nothingHere
        case .stale:
            Problem(
                .preconditionFailed, "Somebody changed this in the meantime",
                detail: "Nothing was saved. Read it again, and then decide.")
        case .yourself:
            Problem(
                .forbidden, "You cannot do this for yourself",
                detail: "Ask a colleague who may. Nothing was changed.")
        case .heldAlready:
            Problem(
                .conflict, "They have this role here already", detail: "Change when it ends, if that is what you mean.")
        case .lastAdministrator:
            Problem(
                .conflict, "Nobody else could give roles any more",
                detail: "Make somebody else nominated individual or director of the whole organisation first, "
                    + "without an end.")
        case .accountIsClosed:
            Problem(.conflict, "This account is closed", detail: "Open it again first, if they have come back.")
        case .accountIsOpen: Problem(.conflict, "This account is open already")
        case .invitationIsOver:
            Problem(
                .conflict, "This invitation is over",
                detail: "They have come, it was withdrawn, or the role would be over already.")
        case .hasNoSignIn: Problem(.conflict, "They have no sign-in", detail: "Invite them first.")
        case .hasSignIn: Problem(.conflict, "They have a sign-in already")
        case .wrongCode:
            Problem(
                .invalidRequest, "This is not the right code",
                detail: "Type the six numbers that the app shows now. Each code works once.",
                violations: [.init("/code", "Enter the code that the app shows now")])
        case .tooManyCodes(let seconds):
            Problem(
                .rateLimited, "Too many wrong codes", detail: "Wait until you may try again. Nothing was changed.",
                retryAfter: seconds)
        case .signInAgain:
            Problem(.unauthenticated, "Sign in to continue", detail: "Begin again with your username and password.")
        case .wrongPin(let left):
            Problem(
                .invalidRequest, "This is not the right PIN",
                detail: left > 0 ? "Try again." : "Sign in with your username and password now.",
                violations: [
                    .init(
                        "/pin",
                        left > 1
                            ? "This is not your PIN. You can try \(left) more times."
                            : left == 1
                                ? "This is not your PIN. You can try once more."
                                : "This is not your PIN. Sign in with your username and password.")
                ])
        case .signInFully:
            Problem(
                .unauthenticated, "Sign in with your password",
                detail: "A PIN opens nothing here now. Sign in with your username and password.")
        case .noTablet:
            Problem(.conflict, "This is not a shared tablet", detail: "A PIN works on shared tablets only.")
        case .noFactor: Problem(.conflict, "There is no second step", detail: "It was not set up, or taken away.")
        case .hasFactor:
            Problem(
                .conflict, "There is a second step already",
                detail: "To use another phone, take the second step away first and set it up again.")
        case .notToBeInvited:
            Problem(
                .conflict, "This contact cannot be invited",
                detail: "They are restricted, so nobody may write with them, or they come with their profession.")
        case .deadLink:
            Problem(
                .notFound, "This link does not work any more",
                detail: "It works once, and for seven days. Ask whoever gave it to you for a new one.")
        case .deadReset:
            Problem(
                .notFound, "This link does not work any more",
                detail: "It works once, and for thirty minutes. Ask whoever gave it to you for a new one.")
        case .passwordChangeRequired:
            Problem(
                .passwordChangeRequired, "Choose a new password first",
                detail: "Whoever looks after your account has asked for it. Nothing else can be done until then.")
        case .ambiguous:
            Problem(.conflict, "Several organisations have this name; say which is meant")
        }
    }

    /// For somebody at a terminal, who may be told what a stranger on the web may not.
    package var sentence: String {
        switch self {
        case .alreadySetUp: "There are accounts already, so there is no first administrator to make."
        case .busy: "Somebody else is doing the same at this moment. Try again."
        case .notFound: "There is nobody, or nothing, of this name."
        case .invalid(let violations): violations.map(\.detail).joined(separator: ". ") + "."
        default: self.problem.title + "."
        }
    }
}
