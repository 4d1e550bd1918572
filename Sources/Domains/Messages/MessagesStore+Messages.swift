import FoundationEssentials
import Kernel
import Postgres

/// What is said.
extension MessagesStore {
    /// A message as it is stored; who the people are is looked up for a page of them at once.
    struct MessageRow: Sendable {
        let id: Identifier<Message>
        let conversation: Identifier<Conversation>
        let seq: Int
        let author: Identifier<Person>
        let body: String
        let urgency: Message.Urgency
        let replyTo: Identifier<Message>?
        let sentAt: Date
        let version: Int
        let editedAt: Date?
        let removedAt: Date?
    }

    static let messageColumns: SQL = """
        message.id, message.conversation_id, message.seq, message.author_id, message.body, message.urgency,
        message.reply_to_id, message.sent_at, message.version, message.edited_at, message.removed_at
        """

    static func message(_ row: PostgresRow) throws -> MessageRow {
        guard let urgency = Message.Urgency(rawValue: try row.read("urgency")) else {
            throw PostgresError(.decoding, message: "a message's urgency")
        }
        return MessageRow(
            id: Identifier(try row.read("id")), conversation: Identifier(try row.read("conversation_id")),
            seq: try row.read("seq"), author: Identifier(try row.read("author_id")), body: try row.read("body"),
            urgency: urgency, replyTo: try row.readIfPresent("reply_to_id", as: UUID.self).map { Identifier($0) },
            sentAt: try row.read("sent_at"), version: try row.read("version"),
            editedAt: try row.readIfPresent("edited_at"), removedAt: try row.readIfPresent("removed_at"))
    }

    /// Says it: takes the conversation's next number, which the lock on the conversation keeps gapless.
    ///
    /// Whoever had read everything so far has now read this too, because they wrote it.
    ///
    /// - Returns: The number, and the resident whom the conversation is about and their home.
    func insert(
        _ draft: Draft, id: Identifier<Message>, at now: Date, asking asked: Set<Identifier<Person>>,
        _ decision: Decision<SendMessage>, in tx: borrowing Transaction
    ) throws -> (seq: Int, resident: Identifier<Person>?, home: Identifier<Home>?) {
        let row = try tx.execute(
            """
            UPDATE messages.conversation SET last_seq = last_seq + 1, last_message_at = greatest(last_message_at, \(now))
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid) RETURNING last_seq, resident_id, home_id
            """
        ).first
        guard let row else { throw MessagesError.notFound }
        let seq = try row.read("last_seq", as: Int.self)
        try tx.send(
            """
            INSERT INTO messages.message
                (tenant_id, id, conversation_id, seq, author_id, body, urgency, reply_to_id, sent_at)
            VALUES (app.tid(), \(id.uuid), \(decision.object.uuid), \(seq), \(decision.person.uuid), \(draft.body),
                \(draft.urgency.rawValue), \(draft.replyTo?.uuid), \(now))
            """)
        tx.atCommit(
            """
            UPDATE messages.member SET read_seq = \(seq), read_at = \(now)
            WHERE tenant_id = app.tid() AND conversation_id = \(decision.object.uuid)
                AND person_id = \(decision.person.uuid) AND read_seq = \(seq - 1)
            """)
        if let mentions = draft.mentions, !mentions.isEmpty {
            tx.atCommit(
                """
                INSERT INTO messages.mention (tenant_id, message_id, person_id)
                SELECT DISTINCT app.tid(), \(id.uuid), person FROM unnest(\(mentions.map(\.uuid))) AS person
                """)
        }
        if let tags = draft.tags, !tags.isEmpty {
            tx.atCommit(self.inserting(Set(tags), on: id, by: decision.person, at: now))
        }
        if !asked.isEmpty {
            tx.atCommit(
                """
                UPDATE messages.member SET is_archived = false
                WHERE tenant_id = app.tid() AND conversation_id = \(decision.object.uuid) AND is_archived
                """)
            tx.atCommit(
                """
                INSERT INTO messages.acknowledgement (tenant_id, message_id, person_id, asked_at)
                SELECT app.tid(), \(id.uuid), person, \(now) FROM unnest(\(asked.map(\.uuid))) AS person
                """)
        }
        return (
            seq, try row.readIfPresent("resident_id", as: UUID.self).map { Identifier($0) },
            try row.readIfPresent("home_id", as: UUID.self).map { Identifier($0) }
        )
    }

    /// A part of a conversation, oldest first; nothing from before the reader's window.
    func messages(
        _ decision: Decision<ReadConversation>, _ range: (after: Int, before: Int?), isBackward: Bool, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [MessageRow] {
        let order: SQL = isBackward ? "DESC" : "ASC"
        let before: SQL = range.before.map { "AND seq < \($0)" } ?? ""
        let found = try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns) FROM messages.message
            WHERE tenant_id = app.tid() AND conversation_id = \(decision.object.uuid) AND seq > \(range.after)
                \(fragment: before)
            ORDER BY seq \(fragment: order) LIMIT \(limit)
            """
        ).map(Self.message)
        return isBackward ? found.reversed() : found
    }

    /// One message of the conversation, if it is in the window.
    func message(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, from fromSeq: Int,
        in tx: borrowing Transaction
    ) throws -> MessageRow? {
        try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns) FROM messages.message
            WHERE tenant_id = app.tid() AND id = \(message.uuid) AND conversation_id = \(conversation.uuid)
                AND seq >= \(fromSeq)
            """
        ).first.map(Self.message)
    }

    /// What is attached to some messages: who was asked and has answered, who is mentioned, what is quoted.
    struct Attachments: Sendable {
        var acknowledgements: [Identifier<Message>: [(person: Identifier<Person>, at: Date?)]] = [:]
        var mentions: [Identifier<Message>: [Identifier<Person>]] = [:]
        var quotes: [Identifier<Message>: (author: Identifier<Person>, excerpt: String)] = [:]
        var removers: [Identifier<Message>: Identifier<Person>] = [:]
        var tags: [Identifier<Message>: Set<MessageTag>] = [:]
        var reactions: [Identifier<Message>: [Reaction.Kind: [Identifier<Person>]]] = [:]
        var steps: [Identifier<Message>: [StepRow]] = [:]

        var people: Set<Identifier<Person>> {
            Set(self.acknowledgements.values.flatMap { $0.map(\.person) }).union(self.mentions.values.flatMap { $0 })
                .union(self.quotes.values.map(\.author)).union(self.removers.values)
                .union(self.reactions.values.flatMap { $0.values.joined() })
                .union(self.steps.values.flatMap { $0.flatMap(\.people) })
        }
    }

    /// What is attached to the messages of one page.
    ///
    /// `fromSeq` is where the reader's window begins; what is quoted from before it stays hidden.
    func attachments(
        of messages: [MessageRow], from fromSeq: Int, in tx: borrowing Transaction
    ) throws -> Attachments {
        if messages.isEmpty { return Attachments() }
        let ids = messages.map(\.id.uuid), quoted = messages.compactMap(\.replyTo?.uuid)
        var attachments = Attachments()
        let rows = try tx.execute(
            """
            SELECT 'a' AS what, message_id, person_id, at, NULL::text AS excerpt FROM messages.acknowledgement
            WHERE tenant_id = app.tid() AND message_id = ANY (\(ids))
            UNION ALL SELECT 'm', message_id, person_id, NULL, NULL FROM messages.mention
            WHERE tenant_id = app.tid() AND message_id = ANY (\(ids))
            UNION ALL SELECT 'q', id, author_id, NULL, left(body, 160) FROM messages.message
            WHERE tenant_id = app.tid() AND id = ANY (\(quoted)) AND seq >= \(fromSeq)
            UNION ALL SELECT 'r', message_id, removed_by, NULL, NULL FROM messages.removal
            WHERE tenant_id = app.tid() AND message_id = ANY (\(ids))
            UNION ALL SELECT 'e', message_id, person_id, at, kind FROM messages.reaction
            WHERE tenant_id = app.tid() AND message_id = ANY (\(ids))
            UNION ALL SELECT 't', message_id, tagged_by, at, name FROM messages.tag
            WHERE tenant_id = app.tid() AND message_id = ANY (\(ids))
            UNION ALL SELECT 'l', step.message_id, asked.person_id, step.at, step.number || ' ' || step.rung
            FROM messages.ladder_step AS step LEFT JOIN messages.ladder_asked AS asked ON asked.tenant_id = app.tid()
                AND asked.message_id = step.message_id AND asked.number = step.number
            WHERE step.tenant_id = app.tid() AND step.message_id = ANY (\(ids))
            ORDER BY 4, 3
            """)
        for row in rows {
            let message = Identifier<Message>(try row.read("message_id"))
            if try row.read("what", as: String.self) == "l" {
                try attachments.addStep(row, of: message)
                continue
            }
            let person = Identifier<Person>(try row.read("person_id"))
            switch try row.read("what", as: String.self) {
            case "a": attachments.acknowledgements[message, default: []].append((person, try row.readIfPresent("at")))
            case "m": attachments.mentions[message, default: []].append(person)
            case "r": attachments.removers[message] = person
            case "t":
                if let tag = MessageTag(rawValue: try row.read("excerpt")) {
                    attachments.tags[message, default: []].insert(tag)
                }
            case "e":
                if let kind = Reaction.Kind(rawValue: try row.read("excerpt")) {
                    attachments.reactions[message, default: [:]][kind, default: []].append(person)
                }
            default: attachments.quotes[message] = (person, try row.read("excerpt"))
            }
        }
        return attachments
    }

    /// When it was acknowledged, and whether that is new; `nil` if the person was never asked.
    func acknowledge(
        _ message: Identifier<Message>, _ decision: Decision<AcknowledgeMessage>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> (at: Date, isFirst: Bool)? {
        try tx.execute(
            """
            WITH asked AS (
                SELECT message_id, at FROM messages.acknowledgement
                WHERE tenant_id = app.tid() AND message_id = \(message.uuid) AND person_id = \(decision.person.uuid)
                FOR UPDATE
            ), answered AS (
                UPDATE messages.acknowledgement SET at = \(now) FROM asked
                WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.message_id = asked.message_id
                    AND acknowledgement.person_id = \(decision.person.uuid) AND acknowledgement.at IS NULL
                RETURNING acknowledgement.at
            )
            SELECT coalesce(asked.at, (SELECT at FROM answered)) AS at, asked.at IS NULL AS is_first FROM asked
            """
        ).first.map { (try $0.read("at"), try $0.read("is_first")) }
    }

    /// Those still in the conversation who were asked and have not answered.
    func missing(_ message: Identifier<Message>, in tx: borrowing Transaction) throws -> (
        conversation: Identifier<Conversation>, people: Set<Identifier<Person>>
    )? {
        let rows = try tx.execute(
            """
            SELECT message.conversation_id, acknowledgement.person_id
            FROM messages.acknowledgement
            JOIN messages.message ON message.tenant_id = app.tid() AND message.id = acknowledgement.message_id
            JOIN messages.member ON member.tenant_id = app.tid() AND member.conversation_id = message.conversation_id
                AND member.person_id = acknowledgement.person_id AND member.until_seq IS NULL
            WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.message_id = \(message.uuid)
                AND acknowledgement.at IS NULL
            """)
        guard let first = rows.first else { return nil }
        let conversation = Identifier<Conversation>(try first.read("conversation_id"))
        return (conversation, Set(try rows.map { Identifier(try $0.read("person_id")) }))
    }
}
