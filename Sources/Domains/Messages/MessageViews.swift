import FoundationEssentials
import Kernel
import People
import Web

/// Messages of one conversation, as `messages/_message` takes them.
struct MessageViews: Sendable {
    let visitor: Visitor
    let time: LocalTime
    let now: Date
    let thread: Thread
    /// How far the reader had read when the page was made; `nil` marks nothing as new.
    let readSeq: Int?
    let canWrite: Bool
    let source: Source

    private var me: Identifier<Person> { self.visitor.principal.person }
    private var detail: ConversationDetail { self.thread.detail }

    /// The messages in order; with `previous`, when the message above the first was sent, so that a day is named once.
    func models(_ messages: [Message], after previous: Date? = nil) -> [Model] {
        var day = previous
        var isNew = false
        return messages.map { message in
            defer { day = message.sentAt }
            let isSameDay = day.map { self.time.isSameDay($0, message.sentAt) } ?? false
            let isUnread = self.readSeq.map { message.seq > $0 } ?? false && message.author.id != self.me
            defer { isNew = isNew || isUnread }
            return self.model(message, day: !isSameDay, isFirstUnread: isUnread && !isNew)
        }
    }

    private func model(_ message: Message, day: Bool, isFirstUnread: Bool) -> Model {
        let path = MessagesPaths.message(message.id, in: message.conversationId)
        let waitsForMe = message.waits(for: self.me)
        let isRemoved = message.removed != nil
        let asked = isRemoved ? 0 : message.acknowledgements.count
        return [
            "id": message.id.description, "seq": "\(message.seq)", "isMine": message.author.id == self.me,
            "author": self.author(message.author),
            "at": self.time.clock(message.sentAt),
            "day": (day ? self.time.dayLine(message.sentAt) : nil).orFalse,
            "isFirstUnread": isFirstUnread,
            "paragraphs": Self.paragraphs(message.body),
            "tags": (message.tags ?? []).map { MessagesPaths.link(to: $0, in: message.conversationId) },
            "removed": self.removed(message, path).orFalse,
            "edited":
                (isRemoved ? nil : message.editedAt.map { self.edited($0, path) }).orFalse,
            "isUrgent": message.urgency == .urgent && !isRemoved,
            "urgency": (isRemoved ? nil : message.urgency.words).orFalse,
            "ask": (asked > 0 ? "Needs an answer from \(Words.count(asked, "person", "people"))" : nil).orFalse,
            "quote": message.replyTo.map { self.quote($0, in: message.conversationId) }.orFalse,
            "mentions": self.mentions(message).orFalse,
            "mentionsMe": message.mentions.contains { $0.id == self.me },
            "acknowledge":
                (waitsForMe
                ? [
                    "action": "\(path)/acknowledgement", "key": self.source.identifier(Model.self).description,
                    "version": "\(message.version ?? 1)",
                ] as Model
                : nil).orFalse,
            "answers": (isRemoved ? nil : self.answers(message)).orFalse,
            "ladder": isRemoved ? [Model]() : (message.ladder ?? []).map(self.step),
            "reads": self.reads(message, path).orFalse,
            "reply":
                (self.canWrite && !isRemoved
                ? "\(MessagesPaths.conversation(message.conversationId))?reply=\(message.id)#composer" : nil).orFalse,
            "reactions":
                ReactionsModel(message: message, reader: self.me, canWrite: self.canWrite, source: self.source).model
                .orFalse,
            "change": self.change(message).map { ["href": path, "text": $0] as Model }.orFalse,
        ]
    }

    /// What the reader can do with it, if anything.
    private func change(_ message: Message) -> String? {
        if message.removed != nil { return nil }
        if self.canWrite, message.author.id == self.me, message.isChangeable(within: self.thread.window, at: self.now) {
            return message.isAcknowledged ? "Delete" : "Edit or delete"
        }
        return self.thread.oversees == true ? "Remove" : self.mayTag ? "Tag" : nil
    }

    private var mayTag: Bool { self.canWrite && !self.visitor.principal.isCircle }

    private func edited(_ at: Date, _ path: String) -> Model {
        ["at": self.time.brief(at), "href": "\(path)/versions"]
    }

    private func removed(_ message: Message, _ path: String) -> Model? {
        message.removed.map { removal in
            [
                "text": removal.words(author: message.author.id, reader: self.me), "at": self.time.brief(removal.at),
                "versions": (self.thread.oversees == true ? "\(path)/versions" : nil).orFalse,
            ]
        }
    }

    /// Split at empty lines; line breaks inside a paragraph stay.
    static func paragraphs(_ body: String) -> [String] {
        var paragraphs: [[Substring]] = [[]]
        for line in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                paragraphs.append([])
            } else {
                paragraphs[paragraphs.endIndex - 1].append(line)
            }
        }
        return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    }

    private func author(_ person: PersonSummary) -> Model {
        [
            "name": person.id == self.me ? "You" : person.name,
            "role": (person.title.isEmpty ? nil : person.title).orFalse, "initials": person.initials,
            "isOutside": !person.isStaff,
        ]
    }

    private func quote(_ quote: Message.Quote, in conversation: Identifier<Conversation>) -> Model {
        [
            "href": MessagesPaths.at(quote.id, in: conversation),
            "author": quote.author.id == self.me ? "You" : quote.author.name,
            "text": quote.isRemoved ? "This message was removed." : quote.excerpt.excerpt(140),
        ]
    }

    private func mentions(_ message: Message) -> String? {
        if message.mentions.isEmpty { return nil }
        let others = message.mentions.filter { $0.id != self.me }.map(\.name)
        return Words.list(others + (others.count < message.mentions.count ? ["you"] : []))
    }

    private func answers(_ message: Message) -> Model? {
        let asked = message.acknowledgements
        if asked.isEmpty { return nil }
        let answered = asked.filter { $0.at != nil }.count
        let people = asked.map { one -> Model in
            [
                "name": one.person.id == self.me ? "You" : one.person.name, "role": one.person.title,
                "state": one.at == nil ? "has not answered" : "is acting on it",
                "at": one.at.map { self.time.brief($0) }.orFalse,
            ]
        }
        let summary = answered == asked.count ? "Everybody has answered" : "\(answered) of \(asked.count) have answered"
        return ["summary": summary, "people": people]
    }

    /// Such as `10:12` "passed on to Amara Okafor, on shift".
    private func step(_ step: LadderStep) -> Model {
        let names = Words.list(step.people.map { $0.id == self.me ? "you" : $0.name })
        let text =
            switch step.rung {
            case _ where step.people.isEmpty: "There was nobody to pass it on to."
            case .shift: "Passed on to \(names), on shift."
            case .onCall: "Passed on to \(names), manager on call."
            case .inCharge: "Passed on to \(names), who answer\(step.people.count == 1 ? "s" : "") for the home."
            case .members: "Told \(names) again."
            }
        return ["at": self.time.brief(step.at), "text": text]
    }

    private func reads(_ message: Message, _ path: String) -> Model? {
        let others = self.detail.members.filter { $0.person.id != message.author.id && $0.fromSeq <= message.seq }
        if others.isEmpty { return nil }
        let read = others.filter { $0.readSeq >= message.seq }.count
        let text =
            switch read {
            case 0: "Not read yet"
            case others.count: read == 1 ? "Read" : "Read by all \(Words.number(read))"
            default: "Read by \(read) of \(others.count)"
            }
        return ["text": text, "href": "\(path)/receipts"]
    }
}

extension Message.Urgency {
    /// What is said beside a message; nothing beside a routine one.
    var words: String? {
        switch self {
        case .routine: nil
        case .sameDay: "Same day"
        case .urgent: "Urgent"
        }
    }

    /// The choices of a form.
    static func choices(_ chosen: Message.Urgency, mayBeUrgent: Bool = true) -> [Model] {
        Self.allCases.filter { mayBeUrgent || $0 != .urgent }.map { urgency in
            [
                "value": urgency.rawValue, "text": urgency.words ?? "Routine", "isUrgent": urgency == .urgent,
                "isChecked": urgency == chosen,
            ]
        }
    }
}
