package import FoundationEssentials
package import Kernel
package import People
package import Web

/// People talking, until somebody closes it.
package struct Conversation: Described, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case direct, group
        case careTeam = "care_team"
        /// A resident's care team with those of the family who have a sign-in.
        case family
        /// A confidential matter, which is there only for those in it.
        case matter = "case"
    }

    package let id: Identifier<Conversation>
    package let kind: Kind
    package let subject: String?
    /// Whom it is about.
    package let residentId: Identifier<Person>?
    package let homeId: Identifier<Home>?
    package let state: String
    package let lastSeq: Int
    package let lastMessageAt: Date
    package let createdAt: Date
    /// Which home a case is about; it lies in none.
    package var caseHomeId: Identifier<Home>?
    /// What became of a case.
    package var outcome: String?
    package var closedAt: Date?

    package static let schema = Schema.object([
        .required("id", .identifier), .required("kind", .oneOf(Kind.self)),
        .optional("subject", .string(maxLength: 200)), .optional("resident_id", .identifier),
        .optional("home_id", .identifier), .required("state", .oneOf(["open", "closed"])),
        .required("last_seq", .integer), .required("last_message_at", .time), .required("created_at", .time),
        .optional(
            "case_home_id", .identifier.described("Which home a case is about; it is for nobody but its members")),
        .optional("outcome", .string(maxLength: 500)), .optional("closed_at", .time),
    ])

}

extension Conversation {
    /// As it is once a message has been said in it.
    func after(_ message: Message) -> Conversation {
        Conversation(
            id: self.id, kind: self.kind, subject: self.subject, residentId: self.residentId, homeId: self.homeId,
            state: self.state, lastSeq: message.seq, lastMessageAt: message.sentAt, createdAt: self.createdAt,
            caseHomeId: self.caseHomeId)
    }
}

/// Somebody in a conversation, what of it is theirs to read, and how far they have read.
package struct Member: Described, Equatable {
    package let person: PersonSummary
    package let fromSeq: Int
    package let readSeq: Int
    package let readAt: Date?
    /// `true` for a colleague who has the product open, where a colleague reads it; never in a reply that is stored.
    package var isHere: Bool?

    package static let schema = Schema.object([
        .required("person", PersonSummary.schema), .required("from_seq", .integer), .required("read_seq", .integer),
        .optional("read_at", .time), .optional("is_here", .presence),
    ])

}

/// A conversation with those who are in it now.
package struct ConversationDetail: Described, Equatable {
    package let conversation: Conversation
    package let members: [Member]
    package let resident: ConversationResident?

    package static let schema = Schema.object([
        .required("conversation", Conversation.schema), .required("members", .array(Member.schema)),
        .optional("resident", ConversationResident.schema),
    ])
}

/// As much of a resident as a conversation about them says in its heading.
package struct ConversationResident: Described, Equatable {
    package let id: Identifier<Person>
    package let name: String
    package let room: String

    package static let schema = Schema.object([
        .required("id", .identifier), .required("name", .string(maxLength: 200)),
        .required("room", .string(maxLength: 20)),
    ])
}

/// A line of the list of conversations, as one reader sees it.
package struct ConversationLine: Described, Equatable {
    package struct Last: Described, Equatable {
        package let author: PersonSummary
        /// The beginning of it; empty once it has been removed.
        package let excerpt: String
        package let urgency: Message.Urgency

        package static let schema = Schema.object([
            .required("author", PersonSummary.schema), .required("excerpt", .string(maxLength: 200)),
            .required("urgency", .oneOf(Message.Urgency.self)),
        ])
    }

    package let conversation: Conversation
    package let resident: ConversationResident?
    /// The others in it, as many as a title needs.
    package let others: [PersonSummary]
    package let last: Last?
    /// Counted to 100.
    package let unread: Int
    /// Urgent messages that the reader has still to acknowledge.
    package let needsMe: Int
    /// Whether something unread wants an answer today.
    package let isSameDay: Bool
    /// Of the newest urgent message that somebody has not answered; absent if there is none.
    package let open: Open?
    /// How the reader keeps it for themselves.
    package let arrangement: Arrangement

    /// An urgent message, how many people were asked to answer it, and how many have.
    package struct Open: Described, Equatable {
        package let messageId: Identifier<Message>
        /// The beginning of it.
        package let excerpt: String
        package let asked: Int
        package let answered: Int

        package static let schema = Schema.object([
            .required("message_id", .identifier), .required("excerpt", .string(maxLength: 200)),
            .required("asked", .integer), .required("answered", .integer),
        ])
    }

    package static let schema = Schema.object([
        .required("conversation", Conversation.schema), .optional("resident", ConversationResident.schema),
        .required("others", .array(PersonSummary.schema)), .optional("last", Last.schema),
        .required("unread", .integer), .required("needs_me", .integer), .required("is_same_day", .boolean),
        .optional("open", Open.schema), .required("arrangement", Arrangement.schema),
    ])

}

/// A conversation about to begin.
package struct Opening: Described {
    package var kind: Conversation.Kind
    package var subject: String?
    package var residentId: Identifier<Person>?
    package var members: [Identifier<Person>]
    /// Which home a case is about; the resident's, if it is about one.
    package var homeId: Identifier<Home>?
    /// The first thing to say in it.
    package var message: Draft?

    package init(
        kind: Conversation.Kind, subject: String? = nil, resident: Identifier<Person>? = nil,
        members: [Identifier<Person>], home: Identifier<Home>? = nil, message: Draft? = nil
    ) {
        self.homeId = home
        self.kind = kind
        self.subject = subject
        self.residentId = resident
        self.members = members
        self.message = message
    }

    package static let schema = Schema.object([
        .required("kind", .oneOf(Conversation.Kind.self)),
        .optional("subject", .string(maxLength: 200)), .optional("resident_id", .identifier),
        .required("members", .array(.identifier)), .optional("message", Draft.schema),
        .optional("home_id", .identifier.described("Which home a case is about, if it is about no resident")),
    ])

    /// The subject without the space around it; a group has one.
    func validated() throws(MessagesError) -> Opening {
        var opening = self
        opening.message = try self.message?.validated()
        opening.subject = self.subject.map { $0.trimmed() }.flatMap { $0.isEmpty ? nil : $0 }
        if let subject = opening.subject, subject.unicodeScalars.count > 200 { throw .emptySubject }
        switch self.kind {
        case .direct:
            if Set(self.members).count != 1 { throw .oneOther }
            opening.subject = nil
        case .group:
            if opening.subject == nil, self.residentId == nil { throw .emptySubject }
            if self.members.isEmpty { throw .wrongMembers }
        case .matter:
            if opening.subject == nil { throw .emptySubject }
            if self.members.isEmpty { throw .wrongMembers }
            if self.residentId == nil, self.homeId == nil { throw .noHome }
        case .careTeam, .family:
            if self.residentId == nil { throw .noResident }
        }
        if self.kind != .matter { opening.homeId = nil }
        if Set(self.members).count >= MessagesError.maximumMembers { throw .tooManyMembers }
        return opening
    }
}

/// What became of a case, by which it is closed.
package struct CaseOutcome: Described {
    package let outcome: String

    package init(_ outcome: String) { self.outcome = outcome }

    package static let schema = Schema.object([.required("outcome", .text(maxLength: 500))])

    func validated() throws(MessagesError) -> String {
        let text = String(self.outcome.unicodeScalars.filter { $0 != "\0" }).trimmed()
        if text.isEmpty || text.unicodeScalars.count > 500 { throw .noOutcome }
        return text
    }
}

/// Who must not know of a case.
package struct Denial: Described {
    package let personId: Identifier<Person>

    package init(_ person: Identifier<Person>) { self.personId = person }

    package static let schema = Schema.object([.required("person_id", .identifier)])
}

/// Everybody who must not know of it, for those who say who is in it.
package struct Denials: Described, Equatable {
    package let people: [PersonSummary]

    package static let schema = Schema.object([.required("people", .array(PersonSummary.schema))])
}

extension String {
    func trimmed() -> String {
        let start = self.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
