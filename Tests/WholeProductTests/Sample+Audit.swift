import Audit
import HTTPTypes
import Kernel

/// What is asked of the audit; each look leaves an entry of its own.
extension Sample {
    static let auditing: [Sample] = [
        Sample(route: "GET /api/v1/audit/entries", act: SearchAudit.self, status: .ok, by: .director),
        Sample(
            route: "GET /api/v1/audit/entries", act: SearchAudit.self, status: .ok,
            query: "?from=2026-01-01&kind=read&action=messages.read", by: .director, variant: "narrowed down"),
        Sample(
            route: "GET /api/v1/audit/residents/{resident}/entries", act: ReadResidentAudit.self, status: .ok,
            target: .resident, by: .manager),
        // Who may have done it, and whom it may be about.
        Sample(
            route: "GET /audit", act: SearchAudit.self, status: .ok, by: .director,
            audit: ["audit.search", "people.list_residents", "people.list_staff"]),
        Sample(route: "GET /audit/export", act: ExportAudit.self, status: .ok, by: .director),
        Sample(
            route: "GET /audit/residents/{resident}", act: ReadResidentAudit.self, status: .ok, target: .resident,
            by: .manager, audit: ["audit.read_resident", "people.list_residents", "people.list_staff"]),
    ]
}
