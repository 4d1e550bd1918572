import Audit
import HTTPTypes
import Kernel

/// The security log, and what in it needs a look.
extension Sample {
    static let security: [Sample] = [
        Sample(route: "GET /api/v1/audit/security-events", act: ReadSecurityLog.self, status: .ok, by: .director),
        Sample(
            route: "GET /api/v1/audit/security-events", act: ReadSecurityLog.self, status: .ok,
            query: "?kind=access_refused", by: .director, variant: "narrowed down"),
        Sample(route: "GET /api/v1/audit/security-alerts", act: ReadSecurityLog.self, status: .ok, by: .director),
        Sample(
            route: "POST /api/v1/audit/security-alerts/seen", act: MarkAlertsSeen.self, status: .noContent,
            body: .json { _, _ in #"{"until":"2026-11-22T12:00:00Z"}"# }, by: .director),
        Sample(
            route: "GET /audit/security", act: ReadSecurityLog.self, status: .ok, by: .director,
            audit: ["audit.read_security", "audit.read_security"]),
        Sample(route: "GET /audit/security/export", act: ExportSecurityLog.self, status: .ok, by: .director),
        Sample(
            route: "POST /audit/security/seen", act: MarkAlertsSeen.self, status: .seeOther,
            body: .form { _, _ in [("until", "2026-11-22T12:00:00Z"), ("return", "/today")] }, by: .director),
    ]
}
