package import FoundationEssentials
package import Kernel
package import People
package import Web

/// Other words for a message.
package struct Rewording: Described {
    package var body: String
    /// Whom it mentions now; left out, whoever it mentioned and is still in the conversation.
    package var mentions: [Identifier<Person>]?

    package init(body: String, mentions: [Identifier<Person>]? = nil) {
        self.body = body
        self.mentions = mentions
    }

    package static let schema = Schema.object([
        .required("body", .text(maxLength: 4_000)), .optional("mentions", .array(.identifier)),
    ])

    /// By the rules of a message that is sent.
    func validated() throws(MessagesError) -> Rewording {
        Rewording(body: try Draft(body: self.body).validated().body, mentions: self.mentions)
    }
}

/// Why somebody's message is removed.
package struct RemovalReason: Described {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package static let schema = Schema.object([.required("reason", .text(maxLength: 500))])

    func validated() throws(MessagesError) -> RemovalReason {
        let reason = String(self.reason.unicodeScalars.filter { $0 != "\0" }).trimmed()
        if reason.isEmpty || reason.unicodeScalars.count > 500 { throw .noReason }
        return RemovalReason(reason)
    }
}

/// The words of a message, from one change of it to the next.
package struct MessageVersion: Described, Equatable {
    package let version: Int
    package let body: String
    package let mentions: [PersonSummary]
    package let writtenAt: Date

    package static let schema = Schema.object([
        .required("version", .integer), .required("body", .string(maxLength: 4_000)),
        .required("mentions", .array(PersonSummary.schema)), .required("written_at", .time),
    ])
}

/// All that a message has ever said, the newest first; of a removed one also why, and who had not answered it.
package struct MessageVersions: Described, Equatable {
    package let message: Message
    package let versions: [MessageVersion]
    package let reason: String?
    package let unanswered: [PersonSummary]

    package static let schema = Schema.object([
        .required("message", Message.schema), .required("versions", .array(MessageVersion.schema)),
        .optional("reason", .string(maxLength: 500)), .required("unanswered", .array(PersonSummary.schema)),
    ])
}

extension Message {
    /// Who took it away, and when.
    package struct Removal: Described, Equatable {
        package let by: PersonSummary
        package let at: Date

        package static let schema = Schema.object([.required("by", PersonSummary.schema), .required("at", .time)])
    }

    /// Whether its author may still edit or delete it, as far as the message itself says.
    func isChangeable(within window: ChangeWindow, at now: Date) -> Bool {
        self.removed == nil && window.isOpen(self.sentAt, at: now)
    }

    var isAcknowledged: Bool { self.acknowledgements.contains { $0.at != nil } }
}
