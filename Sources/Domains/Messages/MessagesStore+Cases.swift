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
