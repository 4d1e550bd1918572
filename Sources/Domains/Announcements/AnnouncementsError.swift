package import Kernel

package enum AnnouncementsError: ProblemConvertible, Equatable {
    case notFound
    /// Every field that cannot be accepted.
    case invalid([Problem.Violation])
    case nobodyThere
    case notAsked
    case wasWithdrawn
    case remindedAlready
    case nobodyLeft

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        case .invalid(let violations): Problem(.invalidRequest, "There is a problem", violations: violations)
        case .nobodyThere:
            Problem(
                .invalidRequest, "There is a problem",
                violations: [.init("/place", "Nobody of these roles works there. Choose others, or another place")])
        case .notAsked: Problem(.conflict, "Nobody is asked to confirm this announcement")
        case .wasWithdrawn:
            Problem(.conflict, "This announcement was withdrawn", detail: "It needs nothing from anybody any more.")
        case .remindedAlready:
            Problem(
                .conflict, "They were reminded less than an hour ago",
                detail: "Nobody was reminded again. Wait a while.")
        case .nobodyLeft: Problem(.conflict, "Everybody has confirmed it", detail: "There is nobody to remind.")
        }
    }
}
