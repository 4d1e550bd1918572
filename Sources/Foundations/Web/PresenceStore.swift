import FoundationEssentials
import Kernel
package import Postgres

/// Every statement about who is here.
///
/// Times are the database's, because processes on several machines have several clocks.
package struct PresenceStore: Sendable {
    package init() {}

    /// For how long a process is believed after it was last heard of: longer than two of its beats.
    private var belief: SQL { "interval '75 seconds'" }

    /// Whether somebody has the product open in any process, as a condition on a column with their id.
    ///
    /// For the statement that reads the person anyway, so that showing it costs no question more.
    package func isHere(_ person: SQL) -> SQL {
        """
        EXISTS (
            SELECT FROM web.presence JOIN web.process
                ON process.tenant_id = app.tid() AND process.id = presence.process_id
            WHERE presence.tenant_id = app.tid() AND presence.person_id = \(fragment: person)
                AND process.seen_at > now() - \(fragment: self.belief))
        """
    }

    /// False if the database knows nothing of the process.
    func beat(_ process: Identifier<ServerProcess>, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            "UPDATE web.process SET seen_at = now() WHERE tenant_id = app.tid() AND id = \(process.uuid)"
        ).affected == 1
    }

    func begin(_ process: Identifier<ServerProcess>, in tx: borrowing Transaction) throws {
        try tx.execute("INSERT INTO web.process (tenant_id, id) VALUES (app.tid(), \(process.uuid))")
    }

    /// With everybody who was here through it.
    func end(_ process: Identifier<ServerProcess>, in tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM web.process WHERE tenant_id = app.tid() AND id = \(process.uuid)")
    }

    /// Nobody is in both; whoever is there already stays.
    func write(
        came: [Identifier<Person>], gone: [Identifier<Person>], of process: Identifier<ServerProcess>,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            WITH gone AS (
                DELETE FROM web.presence
                WHERE tenant_id = app.tid() AND process_id = \(process.uuid) AND person_id = ANY (\(gone))
            )
            INSERT INTO web.presence (tenant_id, person_id, process_id)
                SELECT app.tid(), person, \(process.uuid) FROM unnest(\(came)) AS person
                ON CONFLICT DO NOTHING
            """)
    }

    func forget(before: Date, atMost batch: Int) -> SQL {
        "SELECT web.forget_processes(\(before), \(batch)) AS count"
    }
}
