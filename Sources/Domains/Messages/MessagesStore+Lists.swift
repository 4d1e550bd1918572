import FoundationEssentials
import Kernel
import Postgres

/// Which of one's conversations to list.
package enum ConversationFilter: String, Sendable, CaseIterable { case all, unread, urgent, residents, archived }

/// What is read across conversations.
extension MessagesStore {
    struct LineRow: Sendable {
        let conversation: Conversation
        let last: MessageRow?
        let unread: Int
        let hasSameDay: Bool
        let needsMe: Int
        /// The newest urgent message that somebody has not answered.
        let open: ConversationLine.Open?
        let arrangement: Arrangement
        let rank: Int
    }

    /// What the reader has not read of a conversation; nobody needs to know that it is more than 100.
    private static let unread: SQL = """
        (SELECT count(*) FROM (
            SELECT FROM messages.message WHERE message.tenant_id = app.tid()
                AND message.conversation_id = member.conversation_id AND message.seq > member.read_seq
                AND message.seq >= member.from_seq AND message.author_id <> member.person_id LIMIT 100) AS few)
        """

    /// Conversations with what one reader's list says of each; the reader may be in them or not.
    private func ranked(for person: Identifier<Person>, where condition: SQL) -> SQL {
        """
        SELECT \(fragment: Self.columns), coalesce(member.from_seq, 1) AS from_seq, \(fragment: Self.unread) AS unread,
            \(fragment: Self.arrangement),
            EXISTS (SELECT FROM messages.message WHERE message.tenant_id = app.tid()
                AND message.conversation_id = member.conversation_id AND message.seq > member.read_seq
                AND message.seq >= member.from_seq AND message.author_id <> member.person_id
                AND message.urgency = 'same_day' AND message.removed_at IS NULL) AS has_same_day, (
            SELECT count(*) FROM messages.acknowledgement
            JOIN messages.message ON message.tenant_id = app.tid() AND message.id = acknowledgement.message_id
            WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.person_id = member.person_id
                AND acknowledgement.at IS NULL AND message.conversation_id = conversation.id) AS needs_me
        FROM messages.conversation
        LEFT JOIN messages.member ON member.tenant_id = app.tid() AND member.conversation_id = conversation.id
            AND member.person_id = \(person.uuid) AND member.until_seq IS NULL
        WHERE conversation.tenant_id = app.tid() AND \(fragment: condition)
        """
    }

    private func page(_ conversations: SQL, where condition: SQL, limit: Int) -> SQL {
        """
        WITH line AS (\(fragment: conversations)), page AS (
            SELECT *, CASE WHEN needs_me > 0 THEN 3 WHEN is_pinned THEN 2 WHEN unread > 0 AND NOT is_muted THEN 1
                ELSE 0 END::bigint AS rank FROM line
        ), cut AS (
            SELECT * FROM page WHERE \(fragment: condition)
            ORDER BY rank DESC, last_message_at DESC, id DESC LIMIT \(limit)
        )
        SELECT cut.*, last.id AS last_id, last.seq AS last_message_seq, last.author_id, left(last.body, 160) AS body,
            last.urgency, last.sent_at, last.version, last.edited_at, last.removed_at,
            open.asked, open.answered, open.id AS open_id, open.body AS open_body
        FROM cut
        LEFT JOIN messages.message AS last ON last.tenant_id = app.tid() AND last.conversation_id = cut.id
            AND last.seq = cut.last_seq AND last.seq >= cut.from_seq
        LEFT JOIN LATERAL (
            SELECT urgent.id, left(urgent.body, 160) AS body, count(*) AS asked, count(given.at) AS answered
            FROM messages.message AS urgent
            JOIN messages.acknowledgement AS given ON given.tenant_id = app.tid() AND given.message_id = urgent.id
            LEFT JOIN messages.member AS still ON still.tenant_id = app.tid() AND still.conversation_id = cut.id
                AND still.person_id = given.person_id AND still.until_seq IS NULL
            WHERE urgent.tenant_id = app.tid() AND urgent.conversation_id = cut.id AND urgent.urgency = 'urgent'
                AND urgent.seq >= cut.from_seq AND (given.at IS NOT NULL OR still.person_id IS NOT NULL)
            GROUP BY urgent.id, urgent.seq, urgent.body HAVING count(*) > count(given.at) ORDER BY urgent.seq DESC LIMIT 1) AS open ON true
        ORDER BY rank DESC, last_message_at DESC, cut.id DESC
        """
    }

    /// One's own conversations: what needs an answer first, then what is pinned, what is unread, and the newest.
    ///
    /// What is archived is in a list of its own, unless it needs an answer.
    func lines(
        _ decision: Decision<ListConversations>, _ filter: ConversationFilter, after: Keyset?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [LineRow] {
        let only: SQL =
            switch filter {
            case .all: "(NOT is_archived OR needs_me > 0)"
            case .unread: "unread > 0 AND NOT is_archived"
            case .urgent: "needs_me > 0"
            case .residents: "resident_id IS NOT NULL AND (NOT is_archived OR needs_me > 0)"
            case .archived: "is_archived"
            }
        let mine = self.ranked(for: decision.person, where: "member.person_id IS NOT NULL")
        let rest = try self.following(after)
        return try tx.execute(
            self.page(mine, where: "\(fragment: only) AND \(fragment: rest)", limit: limit)
        ).map(self.line)
    }

    /// The conversations about a resident that the reader may read.
    func lines(
        about resident: Identifier<Person>, for principal: Principal, limit: Int, in tx: borrowing Transaction
    ) throws -> [LineRow] {
        let about: SQL = "conversation.resident_id = \(resident.uuid) AND \(fragment: self.readable(by: principal))"
        return try tx.execute(
            self.page(self.ranked(for: principal.person, where: about), where: "true", limit: limit)
        ).map(self.line)
    }

    private func following(_ key: Keyset?) throws -> SQL {
        guard let key else { return "true" }
        guard key.parts.count == 3, let rank = Int(key.parts[0]), let microseconds = Int(key.parts[1]),
            let id = Identifier<Conversation>(key.parts[2])
        else { throw Problem(.badRequest, "This page of the list cannot be found") }
        return """
            (rank, last_message_at, id)
                < (\(rank), timestamptz 'epoch' + \(microseconds) * interval '1 microsecond', \(id.uuid))
            """
    }

    private func line(_ row: PostgresRow) throws -> LineRow {
        let conversation = try Self.conversation(row)
        let last = try row.readIfPresent("last_id", as: UUID.self).map { id in
            MessageRow(
                id: Identifier(id), conversation: conversation.id, seq: try row.read("last_message_seq"),
                author: Identifier(try row.read("author_id")), body: try row.read("body"),
                urgency: Message.Urgency(rawValue: try row.read("urgency")) ?? .routine, replyTo: nil,
                sentAt: try row.read("sent_at"), version: try row.read("version"),
                editedAt: try row.readIfPresent("edited_at"), removedAt: try row.readIfPresent("removed_at"))
        }
        let open = try row.readIfPresent("open_id", as: UUID.self).map { id in
            ConversationLine.Open(
                messageId: Identifier(id), excerpt: try row.read("open_body"), asked: try row.read("asked"),
                answered: try row.read("answered"))
        }
        return LineRow(
            conversation: conversation, last: last, unread: try row.read("unread"),
            hasSameDay: try row.read("has_same_day"), needsMe: try row.read("needs_me"), open: open,
            arrangement: try Self.arrangement(row),
            rank: try row.read("rank"))
    }

    /// The others in some conversations, four each at most: enough for a title.
    func others(
        in conversations: [Identifier<Conversation>], than person: Identifier<Person>, in tx: borrowing Transaction
    ) throws -> [Identifier<Conversation>: [Identifier<Person>]] {
        if conversations.isEmpty { return [:] }
        var others: [Identifier<Conversation>: [Identifier<Person>]] = [:]
        let rows = try tx.execute(
            """
            SELECT asked.id, member.person_id FROM unnest(\(conversations.map(\.uuid))) AS asked (id)
            CROSS JOIN LATERAL (
                SELECT person_id FROM messages.member WHERE tenant_id = app.tid() AND conversation_id = asked.id
                    AND until_seq IS NULL AND person_id <> \(person.uuid) ORDER BY person_id LIMIT 4) AS member
            """)
        for row in rows {
            others[Identifier(try row.read("id")), default: []].append(Identifier(try row.read("person_id")))
        }
        return others
    }

    /// How much is unread, and how much waits for this person's answer, in all.
    func totals(of person: Identifier<Person>, in tx: borrowing Transaction) throws -> (unread: Int, urgent: Int) {
        let row = try tx.execute(
            """
            SELECT coalesce(sum(\(fragment: Self.unread)) FILTER (WHERE NOT is_muted AND NOT is_archived), 0)::bigint
                AS unread, (
                SELECT count(*) FROM messages.acknowledgement
                JOIN messages.message ON message.tenant_id = app.tid() AND message.id = acknowledgement.message_id
                JOIN messages.member AS mine ON mine.tenant_id = app.tid() AND mine.person_id = \(person.uuid)
                    AND mine.conversation_id = message.conversation_id AND mine.until_seq IS NULL
                WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.person_id = \(person.uuid)
                    AND acknowledgement.at IS NULL) + (
                SELECT count(*) FROM (\(fragment: Self.waitingOnLadder(for: person))) AS passed
                JOIN messages.message ON message.tenant_id = app.tid() AND message.id = passed.message_id
                    AND message.removed_at IS NULL) AS urgent
            FROM messages.member
            WHERE member.tenant_id = app.tid() AND member.person_id = \(person.uuid) AND member.until_seq IS NULL
            """
        ).first
        return (try row?.read("unread") ?? 0, try row?.read("urgent") ?? 0)
    }

    /// The urgent messages that wait for this person's answer, the oldest first.
    func waiting(
        _ decision: Decision<ListConversations>, limit: Int, in tx: borrowing Transaction
    ) throws -> [MessageRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns) FROM messages.acknowledgement
            JOIN messages.message ON message.tenant_id = app.tid() AND message.id = acknowledgement.message_id
            JOIN messages.member ON member.tenant_id = app.tid() AND member.conversation_id = message.conversation_id
                AND member.person_id = acknowledgement.person_id AND member.until_seq IS NULL
            WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.person_id = \(decision.person.uuid)
                AND acknowledgement.at IS NULL
            ORDER BY message.sent_at, message.id LIMIT \(limit)
            """
        ).map(Self.message)
    }

    /// The urgent messages that somebody has not answered, in conversations the reader may read.
    func unanswered(
        _ decision: Decision<SeeUnanswered>, limit: Int, in tx: borrowing Transaction
    ) throws -> [MessageRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns) FROM messages.message
            JOIN messages.conversation ON conversation.tenant_id = app.tid()
                AND conversation.id = message.conversation_id
            WHERE message.tenant_id = app.tid() AND message.id IN (
                SELECT message_id FROM messages.acknowledgement
                JOIN messages.message AS asked ON asked.tenant_id = app.tid() AND asked.id = message_id
                JOIN messages.member ON member.tenant_id = app.tid()
                    AND member.conversation_id = asked.conversation_id
                    AND member.person_id = acknowledgement.person_id AND member.until_seq IS NULL
                WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.at IS NULL)
                AND \(fragment: self.readable(by: decision.principal))
            ORDER BY message.sent_at, message.id LIMIT \(limit)
            """
        ).map(Self.message)
    }

    func conversations(_ ids: Set<Identifier<Conversation>>, in tx: borrowing Transaction) throws -> [Identifier<
        Conversation
    >: Conversation] {
        if ids.isEmpty { return [:] }
        let found = try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM messages.conversation
            WHERE tenant_id = app.tid() AND id = ANY (\(ids.map(\.uuid)))
            """
        ).map(Self.conversation)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    }

    /// The table of ``ReadConversation``, as SQL.
    func readable(by principal: Principal) -> SQL {
        ReadConversation.predicate(
            for: principal, state: "conversation.state", named: "conversation.kind = 'case'"
        ) { reach in
            switch reach {
            case .organisation: "conversation.home_id IS NOT NULL"
            case .home(let home): "conversation.home_id = \(home.uuid)"
            case .unit(let unit): "conversation.unit_id = \(unit.uuid)"
            }
        } relation: { relation in
            switch relation {
            case .member:
                """
                EXISTS (SELECT FROM messages.member WHERE member.tenant_id = app.tid()
                    AND member.conversation_id = conversation.id AND member.person_id = \(principal.person.uuid)
                    AND member.until_seq IS NULL)
                """
            case .emergency: self.emergency(of: principal.person)
            // What was passed on is in Today until somebody answers it, and in no list.
            case .own, .careTeam, .place, .passedOn: "false"
            }
        }
    }
}
