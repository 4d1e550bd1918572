import FoundationEssentials
import Kernel
import Postgres

/// What is known of a message before anything is decided about it.
struct MessageFacts: Sendable {
    let conversation: ConversationFacts
    let row: MessagesStore.MessageRow
    let person: Identifier<Person>

    /// How the person stands to the message; it is their own while they are in the conversation.
    var standing: Standing<Message> { self.standing(in: self.conversation.standing.state) }

    /// How the person stands to what it says, which for most is gone once it is removed.
    var standingToWords: Standing<Message> {
        self.standing(in: self.row.removedAt == nil ? self.conversation.standing.state : "removed")
    }

    private func standing(in state: String) -> Standing<Message> {
        var relations = self.conversation.standing.relations
        if relations.contains(.member), self.row.author == self.person { relations.insert(.own) }
        let conversation = self.conversation.standing
        return Standing(
            self.row.id, relations, at: conversation.place, state: state, guarding: conversation.guarding)
    }
}

/// Messages that are changed after they were sent, and what they said before.
extension MessagesStore {
    /// How a person stands to a message of a conversation; with `holding`, both stay as they are until the commit.
    func facts(
        of message: Identifier<Message>, in conversation: Identifier<Conversation>, for principal: Principal,
        holding: Bool = false, in tx: borrowing Transaction
    ) throws -> MessageFacts? {
        guard let facts = try self.facts(of: conversation, for: principal, holding: holding, in: tx),
            let row = try self.message(message, in: conversation, from: facts.fromSeq, in: tx)
        else { return nil }
        return MessageFacts(conversation: facts, row: row, person: principal.person)
    }

    func isAcknowledged(_ message: Identifier<Message>, in tx: borrowing Transaction) throws -> Bool {
        let answered = try tx.execute(
            """
            SELECT 1 FROM messages.acknowledgement
            WHERE tenant_id = app.tid() AND message_id = \(message.uuid) AND at IS NOT NULL LIMIT 1
            """)
        return answered.first != nil
    }

    func mentions(of message: Identifier<Message>, in tx: borrowing Transaction) throws -> Set<Identifier<Person>> {
        Set(
            try tx.execute(
                """
                SELECT person_id FROM messages.mention
                WHERE tenant_id = app.tid() AND message_id = \(message.uuid)
                """
            ).map { Identifier(try $0.read("person_id")) })
    }

    /// Keeps the words as they are, before they are replaced or removed.
    private func keepWords(of message: Identifier<Message>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO messages.revision (tenant_id, message_id, version, body, mentions, written_at)
            SELECT tenant_id, id, version, body, ARRAY(
                SELECT person_id FROM messages.mention
                WHERE mention.tenant_id = app.tid() AND mention.message_id = message.id ORDER BY person_id),
                coalesce(edited_at, sent_at)
            FROM messages.message WHERE tenant_id = app.tid() AND id = \(message.uuid)
            """)
    }

    func reword(
        _ body: String, mentioning mentions: Set<Identifier<Person>>, at now: Date, _ decision: Decision<EditMessage>,
        in tx: borrowing Transaction
    ) throws {
        let mentioned = mentions.map(\.uuid)
        try self.keepWords(of: decision.object, in: tx)
        try tx.execute(
            """
            UPDATE messages.message SET body = \(body), version = version + 1, edited_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
        try tx.execute(
            """
            DELETE FROM messages.mention WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid)
                AND person_id <> ALL (\(mentioned))
            """)
        try tx.execute(
            """
            INSERT INTO messages.mention (tenant_id, message_id, person_id)
            SELECT app.tid(), \(decision.object.uuid), person FROM unnest(\(mentioned)) AS person
            ON CONFLICT DO NOTHING
            """)
    }

    /// Takes the words away, and whatever was asked with them.
    func remove<Act: Permission>(
        _ decision: Decision<Act>, for reason: String?, at now: Date, in tx: borrowing Transaction
    ) throws where Act.Object == Message {
        try self.keepWords(of: decision.object, in: tx)
        try tx.execute(
            """
            WITH withdrawn AS (
                DELETE FROM messages.acknowledgement
                WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid) AND at IS NULL
                RETURNING person_id
            )
            INSERT INTO messages.removal (tenant_id, message_id, removed_by, reason, unanswered)
            SELECT app.tid(), \(decision.object.uuid), \(decision.person.uuid), \(reason),
                ARRAY(SELECT person_id FROM withdrawn ORDER BY person_id)
            """)
        try tx.execute(
            """
            UPDATE messages.message SET body = '', version = version + 1, removed_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
        try tx.execute(
            """
            DELETE FROM messages.mention WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid)
            """)
    }

    /// Words that a message had.
    struct RevisionRow: Sendable {
        let version: Int
        let body: String
        let writtenAt: Date
        var mentions: [Identifier<Person>]
    }

    /// What a message said before, the newest first.
    func revisions(_ decision: Decision<ReadVersions>, in tx: borrowing Transaction) throws -> [RevisionRow] {
        let rows = try tx.execute(
            """
            SELECT version, body, written_at, person_id
            FROM messages.revision LEFT JOIN LATERAL unnest(mentions) AS person_id ON true
            WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid) ORDER BY version DESC, person_id
            """)
        var revisions: [RevisionRow] = []
        for row in rows {
            let version = try row.read("version", as: Int.self)
            let person = try row.readIfPresent("person_id", as: UUID.self).map { Identifier<Person>($0) }
            if revisions.last?.version != version {
                revisions.append(
                    RevisionRow(
                        version: version, body: try row.read("body"), writtenAt: try row.read("written_at"),
                        mentions: []))
            }
            if let person { revisions[revisions.endIndex - 1].mentions.append(person) }
        }
        return revisions
    }

    /// Why it was removed, if somebody said, and who had not answered it.
    func removal(
        _ decision: Decision<ReadVersions>, in tx: borrowing Transaction
    ) throws -> (reason: String?, unanswered: [Identifier<Person>]) {
        let rows = try tx.execute(
            """
            SELECT reason, person_id FROM messages.removal LEFT JOIN LATERAL unnest(unanswered) AS person_id ON true
            WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid) ORDER BY person_id
            """)
        let unanswered = try rows.compactMap { try $0.readIfPresent("person_id", as: UUID.self) }
        return (try rows.first?.readIfPresent("reason"), unanswered.map { Identifier($0) })
    }
}
