package import FoundationEssentials
package import Kernel
package import People
package import Web

/// Lines of lists of conversations, as `messages/_row` takes them.
package struct ConversationRows: Sendable {
    let visitor: Visitor
    let now: Date

    package init(for visitor: Visitor, at now: Date) {
        self.visitor = visitor
        self.now = now
    }

    package func row(_ line: ConversationLine, isOpen: Bool = false) -> Model {
        let conversation = line.conversation
        let outsiders = line.others.filter { !$0.isStaff }
        return [
            "id": conversation.id.description,
            "href": MessagesPaths.conversation(conversation.id),
            "title": self.title(conversation, line.resident, line.others),
            "subject": (line.resident == nil ? nil : conversation.subject).orFalse,
            "initials": self.initials(conversation, line.resident, line.others),
            "isResident": line.resident != nil,
            "isOutside": line.resident == nil && line.others.count == 1 && !outsiders.isEmpty,
            "tint": self.tint(conversation).orFalse,
            "isUnread": line.unread > 0,
            "unread": (line.unread > 0 ? (line.unread > 99 ? "99+" : "\(line.unread)") : nil).orFalse,
            "isOpen": isOpen,
            "at": self.visitor.time(at: self.now, in: conversation.homeId).brief(conversation.lastMessageAt),
            "last": line.last.map { self.last($0) }.orFalse,
            "urgent": line.open.map { "Urgent, \($0.answered) of \($0.asked) answered" }.orFalse,
            "urgentText": line.open.map { $0.excerpt.excerpt(120) }.orFalse,
            "urgentHref": line.open.map { MessagesPaths.at($0.messageId, in: conversation.id) }.orFalse,
            "needsMe": line.needsMe > 0,
            "isSameDay": line.isSameDay,
            "isPinned": line.arrangement.isPinned,
            "isMuted": line.arrangement.isMuted,
            "tags": conversation.kind == .family
                ? ["Family"] : conversation.kind == .matter ? ["Case"] : Array(Set(outsiders.map(\.title))).sorted(),
        ]
    }

    private func last(_ last: ConversationLine.Last) -> Model {
        let isMine = last.author.id == self.visitor.principal.person
        return [
            "author": isMine ? "You" : last.author.preferredName,
            "text": last.excerpt.isEmpty ? "This message was removed." : last.excerpt.excerpt(120),
        ]
    }

    /// A conversation about a resident is called after them; another by its subject, or by who is in it.
    package func title(
        _ conversation: Conversation, _ resident: ConversationResident?, _ others: [PersonSummary]
    ) -> String {
        if let resident { return resident.heading }
        if let subject = conversation.subject { return subject }
        return others.isEmpty ? "Only you" : Words.list(others.map(\.name))
    }

    func initials(
        _ conversation: Conversation, _ resident: ConversationResident?, _ others: [PersonSummary]
    ) -> String {
        if let resident { return PersonName.initials(resident.name) }
        if conversation.kind == .direct, let other = others.first { return other.initials }
        return PersonName.initials(self.title(conversation, nil, others))
    }

    func tint(_ conversation: Conversation) -> String? { self.visitor.home(conversation.homeId)?.tint }
}

extension Conversation {
    /// What is said wherever somebody reads or writes in it who may not think of it.
    var familyMark: String? { self.kind == .family ? "Family is in this conversation" : nil }
}

extension ConversationResident {
    /// Such as `Edith Marlow, Room 12`.
    package var heading: String { self.room.isEmpty ? self.name : "\(self.name), Room \(self.room)" }
}

/// The addresses of this module's pages, in one place.
package enum MessagesPaths {
    package static let list = "/messages"
    static let templates = "/messages/templates"
    static let scheduled = "/messages/scheduled"
    static func template(_ id: Identifier<MessageTemplate>) -> String { "\(Self.templates)/\(id)" }
    package static func conversation(_ id: Identifier<Conversation>) -> String { "\(Self.list)/\(id)" }
    static func message(_ id: Identifier<Message>, in conversation: Identifier<Conversation>) -> String {
        "\(Self.conversation(conversation))/messages/\(id)"
    }
    static func link(to tag: MessageTag, in conversation: Identifier<Conversation>) -> Model {
        ["text": tag.words, "href": "\(Self.conversation(conversation))/tagged?tag=\(tag.rawValue)"]
    }
    /// The conversation, opened at a message.
    package static func at(_ id: Identifier<Message>, in conversation: Identifier<Conversation>) -> String {
        "\(Self.conversation(conversation))?at=\(id)#message-\(id)"
    }
}
