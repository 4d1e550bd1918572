import HTTPTypes
import Hummingbird
import Kernel

/// The page for a ``Problem``: what happened, what became of what was typed, and what to do now.
///
/// It says nothing about who is signed in and asks the database nothing, so that it can be shown when nothing else can.
package struct ProblemPage: Sendable {
    let shell: Shell

    func response(for problem: Problem, to request: Request, _ context: SiteContext) throws -> Response {
        let words = Words(problem, wasSent: request.method.isUnsafe)
        return try self.shell.page(
            "errors/problem",
            [
                "code": "\(problem.kind.status)", "heading": words.heading, "what": words.what,
                "kept": words.kept ?? false, "next": words.next,
                "actions": words.actions.enumerated().map { index, action in
                    ["href": action.href, "text": action.text, "isMain": index == 0]
                },
                "errors": problem.violations.map(\.detail), "requestId": context.requestID,
            ],
            Shell.Frame(
                title: words.heading, status: .init(code: problem.kind.status), theme: request.theme, csrf: ""))
    }
}

private struct Words {
    typealias Action = (href: String, text: String)
    let heading: String
    let what: String
    let kept: String?
    let next: String
    let actions: [Action]

    private static let today: Action = ("/today", "Go to Today")
    private static let signIn: Action = ("/sign-in", "Sign in")

    init(_ problem: Problem, wasSent: Bool) {
        let onPage = wasSent ? "What you wrote is still on the page before this one." : nil
        let title = problem.title
        self.heading = Self.heading(problem)
        self.kept = onPage
        switch problem.kind {
        case .unauthenticated:
            self.what = "You are not signed in any more, so nothing was saved."
            self.next = "Sign in, go back to the page before this one, and send it again."
            self.actions = [Self.signIn]
        case .forbidden:
            self.what = problem.detail ?? "Nothing was changed."
            self.next = "If you think you should be able to do this, ask a manager."
            self.actions = [Self.today]
        case .passwordChangeRequired:
            self.what = problem.detail ?? "Nothing was changed."
            self.next = "Choose a new password, and then begin again."
            self.actions = [("/password", "Choose a new password")]
        case .stepUpRequired:
            self.what = problem.detail ?? "Nothing was changed."
            self.next = "Enter a code, go back to the page before this one, and send it again."
            self.actions = [("/second-factor/check", "Enter a code")]
        case .factorRequired:
            self.what = problem.detail ?? "Nothing was changed."
            self.next = "It takes a few minutes and a phone."
            self.actions = [("/second-factor", "Set it up")]
        case .notFound, .methodNotAllowed:
            self.what = "It may have been moved, or it is not for you to see."
            self.next = "Go back, or begin again from Today."
            self.actions = [Self.today]
        case .conflict, .preconditionFailed:
            self.what = problem.detail ?? "Nothing is lost, and nothing of yours is saved yet."
            self.next = "Go back, look at what changed, and send yours again."
            self.actions = [Self.today]
        case .rateLimited:
            self.what = problem.detail ?? "This was tried too often in a short time."
            self.next = Self.wait(problem, "Wait a little, then try again.")
            self.actions = [Self.today]
        case .unavailable, .timeout:
            self.what = problem.detail ?? "WriteCareConnect cannot do this at the moment."
            self.next = Self.wait(problem, "Wait a moment, then try again.")
            self.actions = [Self.today]
        case .internalFailure:
            self.what = "This is our mistake, not yours. It has been written down."
            self.next = "Try again. If it happens again, tell whoever looks after the system, with the number below."
            self.actions = [Self.today]
        case .badRequest, .invalidRequest, .tooLarge, .unsupportedMediaType, .headersTooLarge:
            self.what = problem.detail ?? (title == self.heading ? "Nothing was saved." : title)
            self.next = "Go back, mend it, and send it again."
            self.actions = [Self.today]
        }
    }

    /// Titles are for whoever asked; what is only said to programs has a heading of its own.
    private static func heading(_ problem: Problem) -> String {
        switch problem.kind {
        case .unauthenticated: "Sign in to continue"
        case .notFound, .methodNotAllowed: "There is no such page"
        case .internalFailure: "Something went wrong"
        case .tooLarge: "This is too large"
        case .unavailable, .timeout: "That did not work just now"
        case .badRequest: "This could not be read"
        default: problem.title
        }
    }

    private static func wait(_ problem: Problem, _ otherwise: String) -> String {
        guard let seconds = problem.retryAfter else { return otherwise }
        if seconds < 90 { return "Try again in \(max(1, seconds)) \(seconds <= 1 ? "second" : "seconds")." }
        return "Try again in \((seconds + 59) / 60) minutes."
    }
}
