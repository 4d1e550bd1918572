package import People
package import Web

/// A small answer without words of one's own; it never counts as an acknowledgement.
package struct Reaction: Described, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case thumbsUp = "thumbs_up"
        case heart
        case thankYou = "thank_you"
        case seenTo = "seen_to"
        case question
    }

    package let kind: Kind
    /// Who gave it, the first one first.
    package let people: [PersonSummary]

    package static let schema = Schema.object([
        .required("kind", .oneOf(Kind.self)), .required("people", .array(PersonSummary.schema)),
    ])
}

extension Reaction.Kind {
    var words: String {
        switch self {
        case .thumbsUp: "Thumbs up"
        case .heart: "Heart"
        case .thankYou: "Thank you"
        case .seenTo: "Seen to"
        case .question: "Question"
        }
    }
}

/// A reaction to give, or to take back.
package struct ReactionMark: Described {
    package let reaction: Reaction.Kind
    package let isGiven: Bool

    package init(_ reaction: Reaction.Kind, isGiven: Bool) {
        self.reaction = reaction
        self.isGiven = isGiven
    }

    package static let schema = Schema.object([
        .required("reaction", .oneOf(Reaction.Kind.self)), .required("is_given", .boolean),
    ])
}
