package import Kernel

package enum PeopleError: ProblemConvertible, Equatable {
    case notFound

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        }
    }
}
