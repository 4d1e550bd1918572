import Kernel
package import Web

/// What a message is about, so that it is found again among the others of its conversation.
///
/// The same everywhere; an organisation may say which of them it uses.
package enum MessageTag: String, Codable, Sendable, CaseIterable {
    case fluids, falls, medication, mood, family, appointment, skin
}

extension MessageTag {
    var words: String { self.rawValue.capitalised }

    /// The boxes of a form: those that may be given, and those that are.
    static func choices(_ chosen: Set<MessageTag>, among allowed: [MessageTag]? = nil) -> [Model] {
        Self.allCases.filter { allowed?.contains($0) != false || chosen.contains($0) }.map {
            ["value": $0.rawValue, "text": $0.words, "isChecked": chosen.contains($0)]
        }
    }
}

/// All the tags that a message has from now on.
package struct TagChoice: Described {
    package let tags: [MessageTag]

    package init(_ tags: [MessageTag]) { self.tags = tags }

    package static let schema = Schema.object([.required("tags", .array(.oneOf(MessageTag.self)))])
}
