import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
package import Web

/// Whom a search may be narrowed down to, of those that its reader may see in lists.
package struct AuditChoices: Sendable {
    package typealias Options = [(value: String, text: String)]

    let people: Options
    /// By home.
    let residents: [FieldModel.Group]

    package init(people: Options, residents: [FieldModel.Group]) {
        self.people = people
        self.residents = residents
    }
}

/// `/audit`: who did what, and who looked.
package struct AuditPages: Sendable {
    package typealias Choices = @Sendable (Visitor) async throws -> AuditChoices

    static let path = "/audit"
    static func path(_ resident: Identifier<Person>) -> String { "\(Self.path)/residents/\(resident)" }

    let service: AuditService
    let choices: Choices

    package init(_ service: AuditService, choices: @escaping Choices) {
        self.service = service
        self.choices = choices
    }

    package func register(on pages: inout PageRoutes) {
        // What cannot be understood comes back beside its field, and is not refused before it gets here.
        func filters(_ names: String...) -> [QueryParameter] {
            names.map { QueryParameter($0, .string(maxLength: 100)) }
        }
        let common = filters("from", "to", "person", "action", "kind")
        let all = common + filters("resident", "object", "request")
        pages.get(
            "audit", needs: SearchAudit.self, query: all + [QueryParameter("before", .cursor)], counted: .search,
            self.search)
        pages.get("audit/export", needs: ExportAudit.self, query: all, counted: .export, self.export)
        pages.get(
            "audit/residents/{resident}", needs: ReadResidentAudit.self,
            query: common + [QueryParameter("before", .cursor)], self.resident)
    }

    @Sendable func search(_ call: PageCall) async throws -> Response {
        try await self.answer(call, about: nil) { search, after in
            try await self.service.search(
                search, in: call.visitor.time(at: call.now), after: after, for: call.principal)
        }
    }

    @Sendable func resident(_ call: PageCall) async throws -> Response {
        let resident: Identifier<Person> = try call.identifier("resident")
        return try await self.answer(call, about: resident) { search, after in
            try await self.service.about(
                resident, search, in: call.visitor.time(at: call.now), after: after, for: call.principal)
        }
    }

    private func answer(
        _ call: PageCall, about resident: Identifier<Person>?,
        _ find: (AuditSearch, Keyset?) async throws -> AuditFindings
    ) async throws -> Response {
        let search = AuditSearch(call.query), after = try call.query("before").map { try Keyset($0, parts: 2) }
        var findings: AuditFindings?, problem: Problem?
        do {
            findings = try await find(search, after)
        } catch let error as AuditError {
            guard case .invalid = error else { throw error }
            problem = error.problem
        }
        let model = AuditModel(
            search: search, typed: call.query, findings: findings, problem: problem, resident: resident,
            isFirst: after == nil, choices: try await self.choices(call.visitor), catalogue: self.service.catalogue,
            visitor: call.visitor, now: call.now)
        return try await call.page(
            "audit/search", model.model, title: model.title, nav: resident == nil ? nil : .residents,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    @Sendable func export(_ call: PageCall) async throws -> Response {
        let time = call.visitor.time(at: call.now)
        let export = try await self.service.export(AuditSearch(call.query), in: time, for: call.principal)
        return try await .table("audit", columns: Self.columns) {
            try await export.page(after: $0)
        } line: {
            Self.line($0, time)
        }
    }

    private static let columns = [
        "Day", "Time", "Instant (UTC)", "Who", "Work", "Kind", "What", "Whose data", "Action", "Who (number)",
        "Whose data (number)", "Object", "Request", "Sign-in", "Allowed by", "Entry",
    ]

    private static func line(_ act: RecordedAct, _ time: LocalTime) -> [String] {
        [
            time.date(act.at)?.description ?? "", time.time(act.at), WireTime.format(act.at), act.doer,
            act.by?.title ?? "", ActKind(rawValue: act.kind)?.words ?? act.kind, act.words, act.about?.name ?? "",
            act.action, act.by?.id.description ?? "", act.about?.id.description ?? "",
            act.objectId.uuidString.lowercased(), act.request ?? "", act.signInId?.description ?? "", act.rule,
            act.id.description,
        ]
    }
}

extension RecordedAct {
    /// Whoever did it; an act without anybody is the product's own, or of somebody who did not get in.
    var doer: String {
        self.by?.name ?? (self.kind == ActKind.loginFail.rawValue ? "Somebody not signed in" : "The system")
    }
}
