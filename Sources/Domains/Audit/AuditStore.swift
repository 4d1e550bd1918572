import Kernel
import Postgres

struct AuditStore: Sendable {
    func insert(_ entry: AuditEntry) -> SQL {
        """
        INSERT INTO audit.entry (tenant_id, person_id, sign_in_id, request, action, kind, object_id, resident_id, rule,
            is_confidential)
        VALUES (app.tid(), \(entry.person?.uuid), \(entry.signIn?.uuid),
            nullif(current_setting('app.request', true), ''), \(entry.act.name), \(entry.act.kind.rawValue),
            \(entry.object), \(entry.resident?.uuid), \(entry.rule), \(entry.isConfidential))
        """
    }
}
