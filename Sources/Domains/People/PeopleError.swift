package import Images
package import Kernel

package enum PeopleError: ProblemConvertible, Equatable {
    case notFound
    /// Every field that cannot be accepted.
    case invalid([Problem.Violation])
    /// Somebody else changed it since it was read.
    case stale
    case keyWorkerStays
    case notInTeam
    case restricted
    /// What is wrong with a list of residents.
    case list([ImportReport.Fault])
    /// Why what was sent is no photo.
    case photo(PortraitFault)

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        case .invalid(let violations): Problem(.invalidRequest, "There is a problem", violations: violations)
        case .stale:
            Problem(
                .preconditionFailed, "Somebody changed this in the meantime",
                detail: "Nothing was saved. Read it again, and then decide.")
        case .keyWorkerStays:
            Problem(
                .conflict, "The key worker is always in the care team", detail: "Choose another key worker first.")
        case .list(let faults):
            Problem(
                .invalidRequest, "Nobody was brought in: put this right first",
                violations: faults.prefix(50).map { .init("/csv", $0.words) })
        case .photo(let fault): fault.problem
        case .restricted:
            Problem(
                .conflict, "This contact is restricted", detail: "End each restriction first, or keep the contact.")
        case .notInTeam: Problem(.conflict, "They are not in the care team any more")
        }
    }

    static func invalid(_ pointer: String, _ detail: String) -> Self { .invalid([.init(pointer, detail)]) }
}
