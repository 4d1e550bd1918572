import Kernel
import Postgres

extension JobsStore {
    func dead(_ limit: Int, before last: Identifier<any Job>?, in tx: borrowing Transaction) throws -> [DeadJob] {
        let earlier: SQL = last.map { "AND id < \($0.uuid)" } ?? ""
        return try tx.execute(
            """
            SELECT id, kind, attempts, last_error, created_at, finished_at FROM jobs.job
            WHERE tenant_id = app.tid() AND state = 'dead' \(fragment: earlier)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map { row in
            DeadJob(
                id: Identifier(try row.read("id")), kind: try row.read("kind"), attempts: try row.read("attempts"),
                error: try row.read("last_error"), queuedAt: try row.read("created_at"),
                diedAt: try row.read("finished_at"))
        }
    }

    func replay(_ ids: [Identifier<any Job>]?, in tx: borrowing Transaction) throws -> Int {
        let which: SQL = ids.map { "AND id = ANY (\($0.map(\.uuid)))" } ?? ""
        return try tx.execute(
            """
            UPDATE jobs.job SET state = 'ready', attempts = 0, finished_at = NULL, due_at = clock_timestamp()
            WHERE tenant_id = app.tid() AND state = 'dead' \(fragment: which)
            """
        ).affected
    }
}
