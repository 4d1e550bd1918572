package import Kernel

package enum AuditError: ProblemConvertible, Equatable {
    case notFound
    /// Every filter that cannot be understood.
    case invalid([Problem.Violation])

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        case .invalid(let violations): Problem(.invalidRequest, "There is a problem", violations: violations)
        }
    }
}
