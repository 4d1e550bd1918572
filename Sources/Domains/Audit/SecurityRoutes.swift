import HTTPTypes
import Kernel
package import Web

/// `/api/v1/audit/security-events` and `/security-alerts`.
package struct SecurityRoutes: Sendable {
    let service: SecurityService

    package init(_ service: SecurityService) { self.service = service }

    package func register(on api: inout APIRoutes) {
        api.add(self.events, in: "audit")
        api.add(self.alerts, in: "audit")
        api.add(self.seen, in: "audit")
    }

    var events: Endpoint<Nothing, Page<SecurityEvent>> {
        Endpoint(
            .get, "security-events", "Read the security log", needs: ReadSecurityLog.self,
            query: [
                QueryParameter("kind", .oneOf(SecurityKind.self), "Only what is of this kind"),
                QueryParameter("person", .identifier, "Only what somebody did, or what was about them"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ], counted: .search,
            details: """
                Newest first: who was not let in, who asked for too much or for what is not theirs, and what changed \
                about accounts. Kept for a year. What happens again in the same minute is one row with a number.
                """
        ) { call in
            var filter = SecurityFilter()
            filter.kind = call.query("kind").flatMap { SecurityKind(rawValue: $0) }
            filter.person = call.query("person").flatMap { Identifier($0) }
            return .init(
                try await self.service.events(
                    filter, after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var alerts: Endpoint<Nothing, Page<SecurityAlert>> {
        Endpoint(
            .get, "security-alerts", "See what in the security log needs a look, and is new to you",
            needs: ReadSecurityLog.self
        ) { call in
            .init(Page(items: try await self.service.alerts(for: call.principal), next: nil))
        }
    }

    var seen: Endpoint<SecuritySeen, Nothing> {
        Endpoint(
            .post, "security-alerts/seen", "Say until when you have seen what needs a look", needs: MarkAlertsSeen.self,
            status: .noContent
        ) { call in
            try await self.service.mark(call.input, by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }
}
