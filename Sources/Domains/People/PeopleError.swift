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
    /// Nobody, or more than one, is meant by what was written down in an emergency.
    case nobodyMeant
    /// The record opens without an emergency, or is open.
    case opensAnyway(Identifier<Person>)
    /// The same person has opened the same record not long ago.
    case openedBefore
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
        case .nobodyMeant:
            Problem(
                .invalidRequest, "Nobody is found by this",
                violations: [
                    .init(
                        "/full_name",
                        "Nobody in your home is found by this name and room or day of birth. Look at both again, or "
                            + "ask who is in charge")
                ])
        case .opensAnyway:
            Problem(.conflict, "You can open this record already", detail: "It needs no emergency. Look it up.")
        case .openedBefore:
            Problem(
                .conflict, "You have opened this record before",
                detail: "Nobody opens the same record in an emergency twice in twelve hours. Ask who is in charge.")
        case .notInTeam: Problem(.conflict, "They are not in the care team any more")
        }
    }

    static func invalid(_ pointer: String, _ detail: String) -> Self { .invalid([.init(pointer, detail)]) }
}
