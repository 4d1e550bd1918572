package import FoundationEssentials
package import Kernel
package import Web

/// Somebody opened the record of a resident who is not in their care, because it could not wait.
///
/// It is for one resident and one hour, whoever answers for the home hears of it at once, and looks at it again.
package struct EmergencyAccess: Described, Equatable {
    package struct Review: Described, Equatable {
        package let by: PersonSummary
        package let at: Date
        package let isJustified: Bool
        package let words: String?

        package static let schema = Schema.object([
            .required("by", PersonSummary.schema), .required("at", .time), .required("is_justified", .boolean),
            .optional("words", .string(maxLength: 500)),
        ])
    }

    package let id: Identifier<EmergencyAccess>
    package let resident: PersonSummary
    /// Who opened it.
    package let person: PersonSummary
    package let homeId: Identifier<Home>
    package let reason: String
    package let openedAt: Date
    package let endsAt: Date
    /// Until when somebody in charge is to have looked at it.
    package let reviewDueAt: Date
    package let review: Review?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("resident", PersonSummary.schema),
        .required("person", PersonSummary.schema), .required("home_id", .identifier),
        .required("reason", .string(maxLength: 500)), .required("opened_at", .time), .required("ends_at", .time),
        .required("review_due_at", .time), .optional("review", Review.schema),
    ])
}

extension EmergencyAccess {
    /// How long it is open: as long as the sector allows, and no longer.
    static let length: TimeInterval = 60 * 60
    /// For how long the same person cannot open the same record again by themselves.
    static let pause: TimeInterval = 12 * 60 * 60
    /// How soon somebody in charge looks at it.
    static let reviewWithin: TimeInterval = 24 * 60 * 60

    /// Who may: those who give care or answer for it, and are about when something happens.
    ///
    /// Not students, who are never alone, and not those who run the house.
    package static let roles = Role.management.union(Role.care).subtracting([.student]).union([
        .safeguardingLead, .responsiblePerson,
    ])
}

/// Whose record somebody opens in an emergency, and why.
///
/// A resident is said by what whoever stands before them knows: the name, and the room or the day of birth. There is no
/// list to choose from, so that nobody learns from it who lives here.
package struct EmergencyRequest: Described {
    package var fullName: String
    package var room: String?
    package var dateOfBirth: LocalDate?
    package var reason: String

    package init(fullName: String, room: String? = nil, dateOfBirth: LocalDate? = nil, reason: String) {
        self.fullName = fullName
        self.room = room
        self.dateOfBirth = dateOfBirth
        self.reason = reason
    }

    package static let schema = Schema.object([
        .required("full_name", .text(maxLength: 200).example("Edith Marlow")),
        .optional("room", .string(maxLength: 20).described("This or the day of birth")),
        .optional("date_of_birth", .date), .required("reason", .text(maxLength: 500)),
    ])

    /// Without the space around it, every fault at its field.
    func checked() throws -> EmergencyRequest {
        var found: [Problem.Violation] = []
        var request = self
        request.fullName = self.fullName.tidied
        request.room = self.room?.tidied
        if request.room?.isEmpty == true { request.room = nil }
        request.reason = self.reason.tidied
        if request.fullName.isEmpty || request.fullName.unicodeScalars.count > 200 {
            found.append(.init("/full_name", "Write their first and last name"))
        }
        if request.room == nil, request.dateOfBirth == nil {
            found.append(.init("/room", "Write their room, or the day they were born"))
        }
        if !(10...500).contains(request.reason.unicodeScalars.count) {
            found.append(.init("/reason", "Say in a sentence why this cannot wait"))
        }
        guard found.isEmpty else { throw PeopleError.invalid(found) }
        return request
    }
}

/// What somebody in charge says of it.
package struct EmergencyReview: Described {
    package var isJustified: Bool
    package var words: String?

    package init(isJustified: Bool, words: String? = nil) {
        self.isJustified = isJustified
        self.words = words
    }

    package static let schema = Schema.object([
        .required("is_justified", .boolean),
        .optional("words", .string(maxLength: 500).described("Needed if it was not justified")),
    ])

    func checked() throws -> String? {
        let words = try PeopleError.text(self.words, at: "/words", most: 500)
        if !self.isJustified, words == nil {
            throw PeopleError.invalid("/words", "Say why it was not justified, and what follows")
        }
        return words
    }
}

/// A record that somebody has open in an emergency, as every page of theirs says.
package struct OpenEmergency: Sendable {
    package let resident: Identifier<Person>
    package let name: String
    package let homeId: Identifier<Home>
    package let endsAt: Date
}
