package import Kernel

package enum RotasError: ProblemConvertible, Equatable {
    case notFound
    case noSuchPerson
    case noSuchUnit
    case notAMoment(String)
    case noSuchTime(String)
    case endsBeforeStart
    case tooLong
    case tooFarAway
    case overlap(String)
    case wrongOrder

    package var problem: Problem {
        switch self {
        case .notFound: .nothingHere
        case .noSuchPerson: Self.invalid("/person_id", "Choose somebody who has a role in this home")
        case .noSuchUnit: Self.invalid("/unit_id", "Choose a unit of this home")
        case .notAMoment(let pointer):
            Self.invalid(pointer, "Write the day and the time, such as 2026-11-28T20:00")
        case .noSuchTime(let pointer):
            Self.invalid(pointer, "The clocks go forward over this time, so it does not exist. Choose another")
        case .endsBeforeStart: Self.invalid("/ends", "The end is not after the start")
        case .tooLong: Self.invalid("/ends", "A shift has 24 hours at most. Write two if it is longer")
        case .tooFarAway: Self.invalid("/starts", "Choose a day within two years of today")
        case .overlap(let when): Self.invalid("/person_id", "They are on the rota then already: \(when)")
        case .wrongOrder: Self.invalid("/position", "Choose a number from 1 to 99")
        }
    }

    private static func invalid(_ pointer: String, _ text: String) -> Problem {
        Problem(.invalidRequest, "There is a problem", violations: [.init(pointer, text)])
    }
}
