import FoundationEssentials
import Kernel
import Postgres

/// Confidential matters.
extension MessagesStore {
    func close(
        _ decision: Decision<ManageCase>, with outcome: String, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE messages.conversation SET state = 'closed', outcome = \(outcome), closed_at = \(now),
                closed_by = \(decision.person.uuid)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid) AND kind = 'case' AND state = 'open'
            """)
    }
}

/// Who must not know of them.
extension MessagesStore {
    func deny(
        _ person: Identifier<Person>, _ decision: Decision<DenyCase>, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO messages.denial (tenant_id, conversation_id, person_id, denied_by, denied_at)
            VALUES (app.tid(), \(decision.object.uuid), \(person.uuid), \(decision.person.uuid), \(now))
            ON CONFLICT (tenant_id, conversation_id, person_id) DO NOTHING
            """)
    }

    /// For those who say who is in it, and for nobody else.
    func denied(
        _ conversation: Identifier<Conversation>, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        Set(
            try tx.execute(
                """
                SELECT person_id FROM messages.denial
                WHERE tenant_id = app.tid() AND conversation_id = \(conversation.uuid)
                """
            ).map { Identifier(try $0.read("person_id")) })
    }
}
