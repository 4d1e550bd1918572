import FoundationEssentials
import Kernel
import Postgres

struct AuditStore: Sendable {
    func insert<Act: Kernel.Act>(
        _: Act.Type, object: UUID, person: Identifier<Person>?, signIn: Identifier<SignIn>?,
        resident: Identifier<Person>?, rule: String
    ) -> SQL {
        """
        INSERT INTO audit.entry (tenant_id, person_id, sign_in_id, request, action, kind, object_id, resident_id, rule)
        VALUES (app.tid(), \(person?.uuid), \(signIn?.uuid), nullif(current_setting('app.request', true), ''),
            \(Act.name), \(Act.kind.rawValue), \(object), \(resident?.uuid), \(rule))
        """
    }
}
