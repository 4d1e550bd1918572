import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore
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
        pages.get("audit", needs: SearchAudit.self, query: all + [QueryParameter("before", .cursor)], self.search)
        pages.get("audit/export", needs: ExportAudit.self, query: all, self.export)
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

    /// Line by line, so that no list is too long.
    @Sendable func export(_ call: PageCall) async throws -> Response {
        let time = call.visitor.time(at: call.now)
        let export = try await self.service.export(AuditSearch(call.query), in: time, for: call.principal)
        let first = try await export.page(after: nil)
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: CSVLine.byteOrderMark + CSVLine.text(Self.columns)))
            var page = first
            while true {
                try await writer.write(ByteBuffer(string: page.items.map { Self.line($0, time) }.joined()))
                guard let next = page.next else { break }
                page = try await export.page(after: next)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"audit.csv\"",
            ], body: body)
    }

    private static let columns = [
        "Day", "Time", "Instant (UTC)", "Who", "Work", "Kind", "What", "Whose data", "Action", "Who (number)",
        "Whose data (number)", "Object", "Request", "Sign-in", "Allowed by", "Entry",
    ]

    private static func line(_ act: RecordedAct, _ time: LocalTime) -> String {
        CSVLine.text([
            time.date(act.at)?.description ?? "", time.time(act.at), WireTime.format(act.at), act.doer,
            act.by?.title ?? "", ActKind(rawValue: act.kind)?.words ?? act.kind, act.words, act.about?.name ?? "",
            act.action, act.by?.id.description ?? "", act.about?.id.description ?? "",
            act.objectId.uuidString.lowercased(), act.request ?? "", act.signInId?.description ?? "", act.rule,
            act.id.description,
        ])
    }
}

extension RecordedAct {
    /// Whoever did it; an act without anybody is the product's own, or of somebody who did not get in.
    var doer: String {
        self.by?.name ?? (self.kind == ActKind.loginFail.rawValue ? "Somebody not signed in" : "The system")
    }
}
