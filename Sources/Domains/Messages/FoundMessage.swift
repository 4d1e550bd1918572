package import FoundationEssentials
package import Kernel
package import People
package import Web

/// A message in a list that goes across conversations: where it was said, by whom, and what of it is shown.
package struct FoundMessage: Described, Equatable {
    /// A piece of what was said.
    package struct Piece: Described, Equatable {
        package let text: String
        /// Whether it is what was looked for.
        package let isMatch: Bool

        package init(_ text: String, isMatch: Bool = false) {
            self.text = text
            self.isMatch = isMatch
        }

        package static let schema = Schema.object([
            .required("text", .string(maxLength: 4_000)), .required("is_match", .boolean),
        ])
    }

    package let id: Identifier<Message>
    package let conversation: Conversation
    package let resident: ConversationResident?
    /// The others in the conversation, as many as a title needs.
    package let others: [PersonSummary]
    package let author: PersonSummary
    package let urgency: Message.Urgency
    package let sentAt: Date
    /// The pieces in order; they are plain text, whatever they look like.
    package let pieces: [Piece]

    package static let schema = Schema.object([
        .required("id", .identifier), .required("conversation", Conversation.schema),
        .optional("resident", ConversationResident.schema), .required("others", .array(PersonSummary.schema)),
        .required("author", PersonSummary.schema), .required("urgency", .oneOf(Message.Urgency.self)),
        .required("sent_at", .time), .required("pieces", .array(Piece.schema)),
    ])
}

/// The part of a message that shows why it was found, with what was looked for marked.
///
/// PostgreSQL could make one too, but it drops what looks like HTML, and knows either stems or exact words. So it is only
/// asked which words of the message match, and where they stand is found here, in pieces that a template escapes.
struct Excerpt {
    private let characters: [Character]
    private let runs: [Range<Int>]
    private let marked: [Bool]

    static let length = 240
    /// How much stands before the first word that is marked.
    private static let lead = 60

    /// - Parameters:
    ///   - body: What was said.
    ///   - hits: Words of it that match, as they are written.
    ///   - phrases: What matches only word for word.
    init(of body: String, hits: Set<String>, phrases: [String] = []) {
        let characters = Array(body.split(whereSeparator: \.isNewline).joined(separator: " "))
        let runs = Self.runs(of: characters)
        let words = runs.map { String(characters[$0]) }
        var marked = words.map { hits.contains($0) }
        let lowered = words.map { $0.lowercased() }
        for phrase in phrases {
            let wanted = Self.words(of: phrase).map { $0.lowercased() }
            guard !wanted.isEmpty, wanted.count <= lowered.count else { continue }
            for start in 0...(lowered.count - wanted.count) where lowered[start...].starts(with: wanted) {
                for index in start..<(start + wanted.count) { marked[index] = true }
            }
        }
        self.characters = characters
        self.runs = runs
        self.marked = marked
    }

    var pieces: [FoundMessage.Piece] {
        let end = self.characters.count
        let first = zip(self.runs, self.marked).first { $0.1 }?.0.lowerBound ?? 0
        // A window from the beginning of a word to the end of one.
        let earliest = max(0, min(first - Self.lead, end - Self.length))
        let from = earliest == 0 ? 0 : self.runs.first { $0.lowerBound >= earliest }?.lowerBound ?? 0
        let latest = from + Self.length
        let cut = self.runs.last { $0.upperBound > from && $0.upperBound <= latest }?.upperBound ?? latest
        let to = latest >= end ? end : cut
        var pieces: [FoundMessage.Piece] = []
        var position = from
        for (run, isMarked) in zip(self.runs, self.marked)
        where isMarked && run.lowerBound >= position && run.upperBound <= to {
            if run.lowerBound > position { pieces.append(.init(String(self.characters[position..<run.lowerBound]))) }
            pieces.append(.init(String(self.characters[run]), isMatch: true))
            position = run.upperBound
        }
        if position < to { pieces.append(.init(String(self.characters[position..<to]))) }
        if from > 0 { pieces.insert(.init("…"), at: 0) }
        if to < end { pieces.append(.init("…")) }
        return pieces
    }

    private static func runs(of characters: [Character]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (index, character) in characters.enumerated() {
            if character.isWordPart {
                start = start ?? index
            } else if let begin = start {
                runs.append(begin..<index)
                start = nil
            }
        }
        if let begin = start { runs.append(begin..<characters.count) }
        return runs
    }

    private static func words(of text: String) -> [String] {
        text.split { !$0.isWordPart }.map(String.init)
    }
}
