package import FoundationEssentials
package import Kernel
package import Web

/// Somebody who lives in a home.
package struct Resident: Described, Equatable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        case current, hospital, respite
        case movedOut = "moved_out"
        case died

        package static let all = Set(Self.allCases.map(\.rawValue))

        /// As a person says it.
        package var words: String {
            switch self {
            case .current: "Lives here"
            case .hospital: "In hospital"
            case .respite: "Here for a short stay"
            case .movedOut: "Moved out"
            case .died: "Has died"
            }
        }
    }

    package let id: Identifier<Person>
    package let fullName: String
    package let preferredName: String
    package let dateOfBirth: LocalDate?
    package let homeId: Identifier<Home>
    package let unitId: Identifier<Unit>?
    package let room: String
    package let status: Status
    package let movedInOn: LocalDate
    /// Unknown for those whose death was noted before it was asked for.
    package let diedOn: LocalDate?
    package let keyWorker: PersonSummary?
    /// That of their photo; nothing for those who have none.
    package let photoVersion: Int?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("full_name", .string(maxLength: 200)),
        .required("preferred_name", .string(maxLength: 100)), .optional("date_of_birth", .date),
        .required("home_id", .identifier), .optional("unit_id", .identifier), .required("room", .string(maxLength: 20)),
        .required("status", .oneOf(Status.self)), .required("moved_in_on", .date), .optional("died_on", .date),
        .optional("key_worker", PersonSummary.schema), .optional("photo_version", .integer),
    ])

}

/// A resident, and those who care for them by name.
package struct ResidentRecord: Described, Equatable {
    package let resident: Resident
    package let careTeam: [PersonSummary]
    /// What they need so that they can communicate, as it counts now.
    package let needs: [CommunicationNeed]
    /// Not in lists, which need it for nothing.
    package let nhsNumber: NHSNumber?
    /// Counts the changes; it leaves as an `ETag` and comes back as `If-Match`.
    package let version: Int
    /// Until when the reader has it open, if only an emergency opens it.
    package let emergencyEndsAt: Date?

    package static let schema = Schema.object([
        .required("resident", Resident.schema), .required("care_team", .array(PersonSummary.schema)),
        .required("needs", .array(CommunicationNeed.schema)),
        .optional("nhs_number", NHSNumber.schema), .required("version", .integer),
        .optional("emergency_ends_at", .time.described("Until when you have it open, if only an emergency opens it")),
    ])

}
