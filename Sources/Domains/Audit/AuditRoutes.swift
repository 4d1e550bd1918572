import HTTPTypes
import Kernel
package import Web

/// `/api/v1/audit`.
package struct AuditRoutes: Sendable {
    let service: AuditService

    package init(_ service: AuditService) { self.service = service }

    package func register(on api: inout APIRoutes) {
        api.add(self.entries, in: "audit")
        api.add(self.residentEntries, in: "audit")
    }

    private static let narrowing = [
        QueryParameter("from", .date, "The first day, by the clock of your home"),
        QueryParameter("to", .date, "The last day, included"),
        QueryParameter("person", .identifier, "Who did it"),
        QueryParameter("action", .string(minLength: 1, maxLength: 100), "What was done, such as `messages.read`"),
        QueryParameter("kind", .oneOf(ActKind.self), "What kind of act it was"),
        QueryParameter("object", .identifier, "What it was done on"),
        QueryParameter("request", .identifier, "In which request"),
        QueryParameter("before", .cursor, "The `next` of the page before"),
    ]

    var entries: Endpoint<Nothing, Page<RecordedAct>> {
        Endpoint(
            .get, "entries", "Search the audit", needs: SearchAudit.self,
            query: Self.narrowing + [QueryParameter("resident", .identifier, "Whose data it was about")],
            errors: [.invalidRequest], counted: .search,
            details: """
                Newest first. For those who answer for data in the whole organisation. An entry never says what was \
                read or written. That you have searched is recorded.
                """
        ) { call in
            let found = try await self.service.search(
                AuditSearch(call.query), in: call.visitor.time(at: call.now),
                after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal)
            return .init(found.page)
        }
    }

    var residentEntries: Endpoint<Nothing, Page<RecordedAct>> {
        Endpoint(
            .get, "residents/{resident}/entries", "See who has looked at a resident’s record, and what was done",
            needs: ReadResidentAudit.self, query: Self.narrowing, errors: [.notFound, .invalidRequest],
            details: "Newest first. For those who answer for data where the resident lives. This look is recorded, too."
        ) { call in
            let found = try await self.service.about(
                call.identifier("resident"), AuditSearch(call.query), in: call.visitor.time(at: call.now),
                after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal)
            return .init(found.page)
        }
    }
}
