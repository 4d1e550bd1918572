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

        package init(
            id: Identifier<Message>, author: Identifier<Person>, body: String, urgency: Message.Urgency,
            replyTo: Identifier<Message>?, mentions: [Identifier<Person>], asked: [Identifier<Person>: Date?],
            sentAt: Date
        ) {
            self.id = id
            self.author = author
            self.body = body
            self.urgency = urgency
            self.replyTo = replyTo
            self.mentions = mentions
            self.asked = asked
            self.sentAt = sentAt
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
    package let readers: [Reader]
    package let entries: [Entry]

    package init(
        id: Identifier<Conversation>, kind: Conversation.Kind, subject: String?,
        resident: (id: Identifier<Person>, home: Identifier<Home>, unit: Identifier<Unit>?)?, readers: [Reader],
        entries: [Entry]
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.resident = resident
        self.readers = readers
        self.entries = entries
    }
}
