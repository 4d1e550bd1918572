package import FoundationEssentials
package import Kernel
package import Web

/// What a resident needs so that they can understand and be understood.
///
/// The law's six steps: it is asked for, written down, shown wherever they are written about, shared as they wish, met
/// or not met, and looked at again.
package struct CommunicationNeed: Described, Equatable {
    /// Whether others, such as a hospital, may be told.
    package enum Sharing: String, Codable, Sendable, CaseIterable {
        case agreed, refused
        case notAsked = "not_asked"

        package var words: String {
            switch self {
            case .agreed: "They agree that others are told"
            case .refused: "They do not want others to be told"
            case .notAsked: "Not asked yet whether others may be told"
            }
        }
    }

    /// How it went since it was looked at before.
    package enum Outcome: String, Codable, Sendable, CaseIterable {
        case met, partly
        case notMet = "not_met"

        package var words: String {
            switch self {
            case .met: "It was met"
            case .partly: "It was met in part"
            case .notMet: "It was not met"
            }
        }
    }

    package let id: Identifier<CommunicationNeed>
    package let residentId: Identifier<Person>
    package let kind: NeedKind
    package let code: String?
    /// As the resident says it, or whoever knows them best.
    package let words: String?
    package let sharing: Sharing
    package let reviewDueOn: LocalDate
    package let recordedAt: Date
    /// The last time it was looked at.
    package let reviewedAt: Date?
    package let outcome: Outcome?
    package let note: String?

    /// What to do, with their own words.
    package var text: String {
        guard let words else { return self.kind.words }
        return self.kind == .other ? words : "\(self.kind.words). \(words)"
    }

    package static let schema = Schema.object([
        .required("id", .identifier), .required("resident_id", .identifier), .required("kind", .oneOf(NeedKind.self)),
        .optional("code", .string(maxLength: 18).described("SNOMED CT, as NHS England’s draft guide has it")),
        .optional("words", .string(maxLength: 500)), .required("sharing", .oneOf(Sharing.self)),
        .required("review_due_on", .date), .required("recorded_at", .time), .optional("reviewed_at", .time),
        .optional("outcome", .oneOf(Outcome.self)), .optional("note", .string(maxLength: 500)),
    ])
}

/// A need that somebody is about to write down.
package struct NewNeed: Described {
    package var kind: NeedKind
    package var words: String?
    package var sharing: CommunicationNeed.Sharing
    package var reviewDueOn: LocalDate?

    package init(
        kind: NeedKind, words: String? = nil, sharing: CommunicationNeed.Sharing, reviewDueOn: LocalDate? = nil
    ) {
        self.kind = kind
        self.words = words
        self.sharing = sharing
        self.reviewDueOn = reviewDueOn
    }

    package static let schema = Schema.object([
        .required("kind", .oneOf(NeedKind.self)),
        .optional("words", .string(maxLength: 500).example("Look at me when you talk, love, and don’t shout.")),
        .required("sharing", .oneOf(CommunicationNeed.Sharing.self)),
        .optional("review_due_on", .date.described("Six months from now if it is left out")),
    ])

    func checked(on today: LocalDate) throws -> (words: String?, review: LocalDate) {
        let words = try PeopleError.text(self.words, at: "/words", most: 500)
        if self.kind == .other, words == nil {
            throw PeopleError.invalid("/words", "Say in their words what they need")
        }
        return (words, try PeopleError.review(self.reviewDueOn, from: today))
    }
}

/// A need that was looked at again.
package struct NeedReview: Described {
    package var outcome: CommunicationNeed.Outcome
    package var note: String?
    package var reviewDueOn: LocalDate?

    package init(outcome: CommunicationNeed.Outcome, note: String? = nil, reviewDueOn: LocalDate? = nil) {
        self.outcome = outcome
        self.note = note
        self.reviewDueOn = reviewDueOn
    }

    package static let schema = Schema.object([
        .required("outcome", .oneOf(CommunicationNeed.Outcome.self)),
        .optional("note", .string(maxLength: 500).described("Why, if it was not met")),
        .optional("review_due_on", .date.described("Six months from now if it is left out")),
    ])

    func checked(on today: LocalDate) throws -> (note: String?, review: LocalDate) {
        let note = try PeopleError.text(self.note, at: "/note", most: 500)
        if self.outcome != .met, note == nil {
            throw PeopleError.invalid("/note", "Say why it was not met, so that somebody can put it right")
        }
        return (note, try PeopleError.review(self.reviewDueOn, from: today))
    }
}

/// Why something no longer counts.
package struct Ending: Described {
    package var reason: String

    package init(reason: String) { self.reason = reason }

    package static let schema = Schema.object([.required("reason", .text(maxLength: 500))])

    func checked() throws -> String {
        guard let reason = try PeopleError.text(self.reason, at: "/reason", most: 500) else {
            throw PeopleError.invalid("/reason", "Say why")
        }
        return reason
    }
}

extension PeopleError {
    /// What was typed, tidied; `nil` if it says nothing.
    static func text(_ typed: String?, at pointer: String, most: Int) throws -> String? {
        let text = typed?.tidied ?? ""
        if text.unicodeScalars.count > most { throw Self.invalid(pointer, "This has \(most) characters at most") }
        return text.isEmpty ? nil : text
    }

    /// When something is looked at again: within two years, or half a year from now.
    static func review(_ day: LocalDate?, from today: LocalDate) throws -> LocalDate {
        guard let day else { return today.adding(months: 6) }
        guard day > today, day <= today.adding(months: 24) else {
            throw Self.invalid("/review_due_on", "Choose a day from tomorrow to two years from now")
        }
        return day
    }
}
