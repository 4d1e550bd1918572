package import FoundationEssentials
package import Kernel

/// A conversation as it was held, to be brought in whole.
package struct ConversationArchive: Sendable {
    package struct Entry: Sendable {
        package let id: Identifier<Message>
        package let author: Identifier<Person>
        package let body: String
        package let urgency: Message.Urgency
        package let replyTo: Identifier<Message>?
        package let mentions: [Identifier<Person>]
        /// Whoever was asked to answer, and when they did.
        package let asked: [Identifier<Person>: Date?]
        package let sentAt: Date
        package let passedOn: PassedOn?

        package init(
            id: Identifier<Message>, author: Identifier<Person>, body: String, urgency: Message.Urgency,
            replyTo: Identifier<Message>?, mentions: [Identifier<Person>], asked: [Identifier<Person>: Date?],
            sentAt: Date, passedOn: PassedOn? = nil
        ) {
            self.id = id
            self.author = author
            self.body = body
            self.urgency = urgency
            self.replyTo = replyTo
            self.mentions = mentions
            self.asked = asked
            self.sentAt = sentAt
            self.passedOn = passedOn
        }
    }

    /// The first step of a message that nobody has answered, and when the next one is due.
    package struct PassedOn: Sendable {
        package let person: Identifier<Person>
        package let at: Date
        package let next: Date

        package init(to person: Identifier<Person>, at: Date, next: Date) {
            self.person = person
            self.at = at
            self.next = next
        }
    }

    package struct Reader: Sendable {
        package let person: Identifier<Person>
        package let fromSeq: Int
        package let readSeq: Int
        package let readAt: Date?

        package init(person: Identifier<Person>, fromSeq: Int, readSeq: Int, readAt: Date?) {
            self.person = person
            self.fromSeq = fromSeq
            self.readSeq = readSeq
            self.readAt = readAt
        }
    }

    package let id: Identifier<Conversation>
    package let kind: Conversation.Kind
    package let subject: String?
    package let resident: (id: Identifier<Person>, home: Identifier<Home>, unit: Identifier<Unit>?)?
    /// The home that a case is about; a case lies in none.
    package let caseHome: Identifier<Home>?
    package let readers: [Reader]
    package let entries: [Entry]

    package init(
        id: Identifier<Conversation>, kind: Conversation.Kind, subject: String?,
        resident: (id: Identifier<Person>, home: Identifier<Home>, unit: Identifier<Unit>?)?,
        caseHome: Identifier<Home>? = nil, readers: [Reader], entries: [Entry]
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.resident = resident
        self.caseHome = caseHome
        self.readers = readers
        self.entries = entries
    }
}

/// A template as somebody wrote it, to be brought in.
package struct TemplateArchive: Sendable {
    package let id: Identifier<MessageTemplate>
    package let draft: TemplateDraft
    package let writtenBy: Identifier<Person>
    package let writtenAt: Date

    package init(
        id: Identifier<MessageTemplate>, draft: TemplateDraft, writtenBy: Identifier<Person>, writtenAt: Date
    ) throws {
        self.id = id
        self.draft = try draft.validated()
        self.writtenBy = writtenBy
        self.writtenAt = writtenAt
    }
}

/// A message that somebody wrote to go later, to be brought in while it waits.
package struct ScheduledArchive: Sendable {
    package let id: Identifier<ScheduledMessage>
    package let conversation: Identifier<Conversation>
    package let author: Identifier<Person>
    package let body: String
    package let urgency: Message.Urgency
    package let goesAt: Date
    package let writtenAt: Date

    package init(
        id: Identifier<ScheduledMessage>, conversation: Identifier<Conversation>, author: Identifier<Person>,
        body: String, urgency: Message.Urgency, goesAt: Date, writtenAt: Date
    ) {
        self.id = id
        self.conversation = conversation
        self.author = author
        self.body = body
        self.urgency = urgency
        self.goesAt = goesAt
        self.writtenAt = writtenAt
    }
}
