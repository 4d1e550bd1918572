package import FoundationEssentials
import Kernel
package import Web

/// What somebody changed about a resident, and when.
package struct ResidentChange: Described, Equatable {
    package enum Field: String, Codable, Sendable, CaseIterable {
        /// The beginning of the record, which is no field.
        case admitted
        case fullName = "full_name"
        case preferredName = "preferred_name"
        case dateOfBirth = "date_of_birth"
        case home = "home_id"
        case unit = "unit_id"
        case room
        case status
        case movedInOn = "moved_in_on"
        case diedOn = "died_on"
        case keyWorker = "key_worker_id"
        case nhsNumber = "nhs_number"
        case photo

        package var words: String {
            switch self {
            case .admitted: "Brought into WriteCareConnect"
            case .fullName: "Name"
            case .preferredName: "Likes to be called"
            case .dateOfBirth: "Born"
            case .home: "Home"
            case .unit: "Unit"
            case .room: "Room"
            case .status: "Now"
            case .movedInOn: "Moved in"
            case .diedOn: "Died"
            case .keyWorker: "Key worker"
            case .nhsNumber: "NHS number"
            case .photo: "Photo"
            }
        }
    }

    /// One field, in the words of the day it was changed.
    package struct Step: Described, Equatable {
        package let field: Field
        package let was: String?
        package let became: String?

        package static let schema = Schema.object([
            .required("field", .oneOf(Field.self)), .optional("was", .string(maxLength: 200)),
            .optional("became", .string(maxLength: 200)),
        ])
    }

    package let version: Int
    package let at: Date
    package let by: PersonSummary
    package let steps: [Step]

    package static let schema = Schema.object([
        .required("version", .integer), .required("at", .time), .required("by", PersonSummary.schema),
        .required("steps", .array(Step.schema)),
    ])
}
