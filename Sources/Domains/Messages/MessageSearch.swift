import FoundationEssentials
package import Kernel
package import Web

/// What somebody looks for among the messages they may read.
package struct MessageSearch: Described, Equatable {
    /// As a person types it; ``SearchTerms`` says what it means.
    package var text: String
    package var conversationId: Identifier<Conversation>?
    /// Whom the conversation is about.
    package var residentId: Identifier<Person>?
    package var authorId: Identifier<Person>?
    /// The first and the last day on which it was said, as the home's calendar has them.
    package var from: LocalDate?
    package var to: LocalDate?
    /// Only urgent messages that somebody has not answered.
    package var isUnanswered: Bool?
    /// The `next` of the page before.
    package var before: String?

    package static let maximumLength = 200
    package static let maximumTerms = 16

    package init(
        text: String, conversation: Identifier<Conversation>? = nil, resident: Identifier<Person>? = nil,
        author: Identifier<Person>? = nil, from: LocalDate? = nil, to: LocalDate? = nil, isUnanswered: Bool? = nil,
        before: String? = nil
    ) {
        self.text = text
        self.conversationId = conversation
        self.residentId = resident
        self.authorId = author
        self.from = from
        self.to = to
        self.isUnanswered = isUnanswered
        self.before = before
    }

    package static let schema = Schema.object([
        .required("text", .text(maxLength: Self.maximumLength)), .optional("conversation_id", .identifier),
        .optional("resident_id", .identifier), .optional("author_id", .identifier), .optional("from", .date),
        .optional("to", .date), .optional("is_unanswered", .boolean), .optional("before", .cursor),
    ])

    /// What to look for, if it says anything.
    package func validated() throws(MessagesError) -> SearchTerms {
        if self.text.unicodeScalars.count > Self.maximumLength { throw .longSearch }
        if let from, let to, to < from { throw .daysBackward }
        let terms = SearchTerms(self.text)
        if terms.words.isEmpty, terms.phrases.isEmpty { throw .noWords }
        if terms.count > Self.maximumTerms { throw .manyWords }
        return terms
    }

    /// The instants between which it was said; each is open if its day is.
    func span(in time: LocalTime) -> (since: Date?, before: Date?) {
        (self.from.flatMap { time.start(of: $0) }, self.to.flatMap { time.end(of: $0) })
    }
}

/// What typed words mean: some are wanted, those in quotes exactly so, and those after a minus not at all.
///
/// All that are wanted have to be there. A phone's curly quotes and long dashes are what they look like.
package struct SearchTerms: Sendable, Equatable {
    package private(set) var words: [String] = []
    package private(set) var phrases: [String] = []
    package private(set) var unwanted: [String] = []
    package private(set) var unwantedPhrases: [String] = []
    /// Whether the last word may be the beginning of a longer one: one of three letters, as people type.
    package private(set) var isLastWordOpen = false

    var count: Int {
        self.words.count + self.phrases.count + self.unwanted.count + self.unwantedPhrases.count
    }

    package init(_ text: String) {
        var rest = text.filter { $0 != "\0" }[...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard let first = rest.first else { break }
            let isUnwanted = Self.isMinus(first) && rest.dropFirst().first?.isWhitespace == false
            if isUnwanted { rest = rest.dropFirst() }
            if rest.first.map(Self.isQuote) == true {
                rest = rest.dropFirst()
                let phrase = rest.prefix { !Self.isQuote($0) }
                rest = rest.dropFirst(phrase.count + 1)
                if isUnwanted {
                    self.unwantedPhrases.append(String(phrase))
                } else {
                    self.phrases.append(String(phrase))
                }
                self.isLastWordOpen = false
            } else {
                let word = rest.prefix { !$0.isWhitespace && !Self.isQuote($0) }
                rest = rest.dropFirst(word.count)
                if isUnwanted { self.unwanted.append(String(word)) } else { self.words.append(String(word)) }
                self.isLastWordOpen = !isUnwanted && word.count > 2 && word.allSatisfy(\.isWordPart)
            }
        }
        self.words.removeAll { !$0.saysSomething }
        self.phrases.removeAll { !$0.saysSomething }
        self.unwanted.removeAll { !$0.saysSomething }
        self.unwantedPhrases.removeAll { !$0.saysSomething }
    }

    private static func isQuote(_ character: Character) -> Bool { ["\"", "“", "”", "„", "«", "»"].contains(character) }
    private static func isMinus(_ character: Character) -> Bool { ["-", "–", "−"].contains(character) }
}

extension Character {
    /// A letter or a digit: what a word is made of.
    var isWordPart: Bool { self.isLetter || self.isNumber }
}

extension String {
    fileprivate var saysSomething: Bool { self.contains(where: \.isWordPart) }
}
