import FoundationEssentials
import Kernel
import Postgres

/// Messages that are to be sent later.
extension MessagesStore {
    struct ScheduledRow: Sendable {
        let message: ScheduledMessage
        let author: Identifier<Person>

        func standing(of person: Identifier<Person>) -> Standing<ScheduledMessage> {
            Standing(self.message.id, self.author == person ? [.own] : [], at: nil, state: self.message.state.rawValue)
        }
    }

    private static let scheduledColumns: SQL = """
        scheduled.id, scheduled.conversation_id, author_id, body, urgency, goes_at, version, state, refusal, message_id
        """

    func insert(
        _ draft: LaterDraft, id: Identifier<ScheduledMessage>, at now: Date, _ decision: Decision<ScheduleMessage>,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.scheduled (tenant_id, id, conversation_id, author_id, body, urgency, goes_at, created_at)
            VALUES (app.tid(), \(id.uuid), \(decision.object.uuid), \(decision.person.uuid), \(draft.body),
                \(draft.urgency.rawValue), \(draft.goesAt), \(now))
            """)
    }

    /// With `holding`, it stays as it is until the commit: of a change and its going, one comes first.
    func scheduled(
        _ id: Identifier<ScheduledMessage>, holding: Bool = false, in tx: borrowing Transaction
    ) throws -> ScheduledRow? {
        let lock: SQL = holding ? "FOR UPDATE" : ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.scheduledColumns) FROM messages.scheduled
            WHERE tenant_id = app.tid() AND id = \(id.uuid) \(fragment: lock)
            """
        ).first.map(self.scheduled)
    }

    /// What waits, the next first; and what was refused lately, so that its author learns of it.
    func scheduled(
        _ decision: Decision<ListScheduled>, since: Date, in tx: borrowing Transaction
    ) throws -> [ScheduledRow] {
        try tx.execute(
            """
            SELECT \(fragment: Self.scheduledColumns) FROM messages.scheduled
            WHERE tenant_id = app.tid() AND author_id = \(decision.person.uuid)
                AND (state = 'waiting' OR state = 'refused' AND ended_at > \(since))
            ORDER BY state = 'waiting', goes_at, id LIMIT 200
            """
        ).map(self.scheduled)
    }

    func change(
        _ draft: LaterDraft, as version: Int, _ decision: Decision<ChangeScheduled>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE messages.scheduled SET body = \(draft.body), urgency = \(draft.urgency.rawValue),
                goes_at = \(draft.goesAt), version = \(version)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    func cancel(_ decision: Decision<ChangeScheduled>, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE messages.scheduled SET state = 'cancelled', ended_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    func noteSent(
        _ id: Identifier<ScheduledMessage>, as message: Identifier<Message>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE messages.scheduled SET state = 'sent', message_id = \(message.uuid), ended_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(id.uuid)
            """)
    }

    func noteRefused(
        _ id: Identifier<ScheduledMessage>, _ refusal: ScheduledMessage.Refusal, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE messages.scheduled SET state = 'refused', refusal = \(refusal.rawValue), ended_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(id.uuid)
            """)
    }

    private func scheduled(_ row: PostgresRow) throws -> ScheduledRow {
        guard let urgency = Message.Urgency(rawValue: try row.read("urgency")),
            let state = ScheduledMessage.State(rawValue: try row.read("state"))
        else { throw PostgresError(.decoding, message: "a scheduled message's urgency or state") }
        return ScheduledRow(
            message: ScheduledMessage(
                id: Identifier(try row.read("id")), conversationId: Identifier(try row.read("conversation_id")),
                body: try row.read("body"), urgency: urgency, goesAt: try row.read("goes_at"),
                version: try row.read("version"), state: state,
                refusal: try row.readIfPresent("refusal", as: String.self).flatMap { .init(rawValue: $0) },
                messageId: try row.readIfPresent("message_id", as: UUID.self).map { Identifier($0) }),
            author: Identifier(try row.read("author_id")))
    }
}
