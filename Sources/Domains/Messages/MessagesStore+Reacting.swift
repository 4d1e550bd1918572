import FoundationEssentials
import Kernel
import Postgres

/// Reactions.
extension MessagesStore {
    /// Whether it was not so before.
    func mark(
        _ mark: ReactionMark, _ decision: Decision<ReactToMessage>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        let change: SQL =
            mark.isGiven
            ? """
            INSERT INTO messages.reaction (tenant_id, message_id, person_id, kind, at)
            VALUES (app.tid(), \(decision.object.uuid), \(decision.person.uuid), \(mark.reaction.rawValue), \(now))
            ON CONFLICT DO NOTHING
            """
            : """
            DELETE FROM messages.reaction WHERE tenant_id = app.tid() AND message_id = \(decision.object.uuid)
                AND person_id = \(decision.person.uuid) AND kind = \(mark.reaction.rawValue)
            """
        return try tx.execute(change).affected == 1
    }
}
