import FoundationEssentials
import Kernel
package import Web

/// What an organisation lets be done with messages.
package struct MessagePolicy: Described, Equatable {
    /// For how long a message is its author's to edit or delete; not at all, if it is 0.
    package let changeMinutes: Int
    /// The tags that may be given; without any, all of them.
    package let tags: [MessageTag]
    /// 1 as long as nobody has decided anything.
    package let version: Int

    /// Where nobody has said otherwise: long enough to mend a slip, too short to rewrite what others have acted on.
    package static let standard = MessagePolicy(changeMinutes: 15, tags: [], version: 1)

    package static let schema = Schema.object([
        .required("change_minutes", .integer(MessagePolicyDraft.minutes)),
        .required("tags", .array(.oneOf(MessageTag.self), count: 0...MessageTag.allCases.count)),
        .required("version", .integer),
    ])

    /// In the order in which forms show them.
    var allowedTags: [MessageTag] { self.tags.isEmpty ? MessageTag.allCases : self.tags }

    /// - Throws: ``MessagesError/tagNotAllowed(_:)`` if one of them may not be given.
    func check(_ tags: some Sequence<MessageTag>) throws(MessagesError) {
        guard Set(self.allowedTags).isSuperset(of: tags) else { throw .tagNotAllowed(self.allowedTags) }
    }
}

/// What is decided about messages.
package struct MessagePolicyDraft: Described, Equatable {
    package var changeMinutes: Int
    package var tags: [MessageTag]

    package init(changeMinutes: Int, tags: [MessageTag]) {
        self.changeMinutes = changeMinutes
        self.tags = tags
    }

    static let minutes = 0...1_440

    package static let schema = Schema.object([
        .required("change_minutes", .integer(minutes).described("0: a message stays as it was sent")),
        .required(
            "tags",
            .array(.oneOf(MessageTag.self), count: 0...MessageTag.allCases.count).described("Without any: all of them")),
    ])

    func validated() throws(MessagesError) -> MessagePolicyDraft {
        guard Self.minutes.contains(self.changeMinutes) else { throw .wrongNumber("/change_minutes", Self.minutes) }
        let chosen = Set(self.tags)
        return MessagePolicyDraft(
            changeMinutes: self.changeMinutes, tags: MessageTag.allCases.filter(chosen.contains))
    }
}

/// How long a message stays its author's to edit or delete.
struct ChangeWindow: Sendable, Hashable {
    let minutes: Int

    func isOpen(_ sentAt: Date, at now: Date) -> Bool {
        self.minutes > 0 && now.timeIntervalSince(sentAt) <= Double(self.minutes) * 60
    }

    /// What somebody is told for whom it is over.
    var words: String {
        if self.minutes == 0 { return "Messages stay here as they were sent. Send another one instead." }
        let minutes = Words.count(self.minutes, "minute", "minutes")
        return "You can change a message for \(minutes) after you sent it. Send another one instead."
    }
}

extension MessagePolicy {
    var window: ChangeWindow { ChangeWindow(minutes: self.changeMinutes) }
}
