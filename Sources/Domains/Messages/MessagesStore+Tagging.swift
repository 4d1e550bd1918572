import FoundationEssentials
import Kernel
import Postgres

/// Tags.
extension MessagesStore {
    func inserting(
        _ tags: Set<MessageTag>, on message: Identifier<Message>, by person: Identifier<Person>, at now: Date
    ) -> SQL {
        """
        INSERT INTO messages.tag (tenant_id, message_id, name, tagged_by, at)
        SELECT app.tid(), \(message.uuid), name, \(person.uuid), \(now)
        FROM unnest(\(tags.map(\.rawValue))) AS name ON CONFLICT DO NOTHING
        """
    }

    /// Gives a message these tags and no others; whether that is a change.
    func set(
        _ tags: Set<MessageTag>, _ decision: Decision<TagMessage>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        let taken = try tx.execute(
            """
            DELETE FROM messages.tag WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid)
                AND name <> ALL (\(tags.map(\.rawValue)))
            """
        ).affected
        let given = try tx.execute(
            self.inserting(tags, on: decision.object, by: decision.person, at: now)
        ).affected
        return taken + given > 0
    }

    /// The messages with a tag, the newest first; nothing from before the reader's window.
    func tagged(
        _ tag: MessageTag, _ decision: Decision<SeeTags>, from fromSeq: Int, before seq: Int?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [MessageRow] {
        let before: SQL = seq.map { "AND seq < \($0)" } ?? ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.messageColumns) FROM messages.message
            WHERE tenant_id = app.tid() AND conversation_id = \(decision.object.uuid) AND seq >= \(fromSeq)
                AND removed_at IS NULL \(fragment: before) AND EXISTS (
                    SELECT FROM messages.tag WHERE tag.tenant_id = app.tid() AND tag.message_id = message.id
                        AND tag.name = \(tag.rawValue))
            ORDER BY seq DESC LIMIT \(limit)
            """
        ).map(Self.message)
    }
}
