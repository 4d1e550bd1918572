import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// `/messages/templates`: reading, writing and retiring templates.
extension MessagesPages {
    private static let templateFields: [FormField] = [
        .one("title", maxLength: 100), .one("body", maxLength: 4_000), .one("version", maxLength: 12),
    ]

    func registerTemplates(on pages: inout PageRoutes) {
        pages.get("messages/templates", needs: ListTemplates.self, self.templates)
        pages.get("messages/templates/new", needs: CreateTemplate.self) { call in
            try await self.templatePage(call, nil, problem: nil)
        }
        pages.post("messages/templates/new", needs: CreateTemplate.self, fields: Self.templateFields) { call in
            do {
                let draft = TemplateDraft(title: call.form.text("title"), body: call.form.text("body"))
                let created = try await self.messages.create(draft, by: call.principal, once: call.once)
                return call.redirect(MessagesPaths.template(created.value.id))
            } catch let error as TemplatesError {
                guard case .invalid = error else { throw error }
                return try await self.templatePage(call, nil, problem: error.problem)
            }
        }
        pages.get("messages/templates/{template}", needs: ReadTemplate.self) { call in
            try await self.templatePage(call, call.identifier("template"), problem: nil)
        }
        pages.post("messages/templates/{template}", needs: ChangeTemplate.self, fields: Self.templateFields) { call in
            let id: Identifier<MessageTemplate> = try call.identifier("template")
            do {
                let draft = TemplateDraft(title: call.form.text("title"), body: call.form.text("body"))
                let revised = try await self.messages.revise(
                    id, draft, seen: call.seenVersion(), by: call.principal, once: call.once)
                return call.redirect(MessagesPaths.template(revised.value.id))
            } catch let error as TemplatesError where error != .notFound && error != .retired {
                return try await self.templatePage(call, id, problem: error.problem)
            }
        }
        pages.post("messages/templates/{template}/retire", needs: ChangeTemplate.self, fields: []) { call in
            _ = try await self.messages.retire(call.identifier("template"), by: call.principal, once: call.once)
            return call.redirect(MessagesPaths.templates)
        }
        self.registerFilling(on: &pages)
    }

    @Sendable func templates(_ call: PageCall) async throws -> Response {
        let templates = try await self.messages.templates(for: call.principal)
        let model: Model = [
            "new": call.principal.may(CreateTemplate.self, call.principal.membership),
            "items": templates.map { template -> Model in
                [
                    "href": MessagesPaths.template(template.id), "title": template.title,
                    "text": template.body.excerpt(160),
                ]
            },
        ]
        return try await call.page("messages/templates", model, title: "Templates · Messages", nav: .messages)
    }

    /// The form for a template, new or there already; whoever may not write one reads it.
    private func templatePage(
        _ call: PageCall, _ id: Identifier<MessageTemplate>?, problem: Problem?
    ) async throws -> Response {
        var history: TemplateHistory?
        if let id { history = try await self.messages.template(id, for: call.principal) }
        let mayChange =
            id == nil
            ? call.principal.may(CreateTemplate.self, call.principal.membership)
            : call.principal.may(
                ChangeTemplate.self,
                Standing(id ?? Identifier(UUID()), [.member], at: Place(home: nil), state: "current"))
        // There is nothing to mend in what somebody may not send at all.
        guard mayChange || (problem == nil && id != nil) else { throw Problem.notAllowed }
        let model = TemplateModel(
            history: history, typed: problem == nil ? nil : call.form, problem: problem, mayChange: mayChange,
            time: call.visitor.time(at: call.now))
        return try await call.page(
            "messages/template", model.model(keys: (call.newKey(), call.newKey())),
            title: "\(history?.template.title ?? "New template") · Templates", nav: .messages,
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }
}

/// One template, with the form for it and what it has said.
private struct TemplateModel {
    let history: TemplateHistory?
    let typed: Form?
    let problem: Problem?
    let mayChange: Bool
    let time: LocalTime

    func model(keys: (String, String)) -> Model {
        let template = self.history?.template
        let isRetired = template?.state == "retired"
        return [
            "errors": self.problem.map { $0.summary(["/title": "#title", "/body": "#body"]) }.orFalse,
            "heading": template?.title ?? "New template", "isRetired": isRetired,
            "form": (self.mayChange && !isRetired ? self.form(keys.0) : nil).orFalse,
            "retire":
                (template.flatMap { template -> Model? in
                    guard self.mayChange, !isRetired else { return nil }
                    return ["action": "\(MessagesPaths.template(template.id))/retire", "key": keys.1]
                }).orFalse,
            "versions": (self.history?.versions ?? []).enumerated().map { index, version -> Model in
                [
                    "number": "\(version.version)", "title": version.title, "isNow": index == 0,
                    "author": version.writtenBy.name, "at": self.time.brief(version.writtenAt),
                    "paragraphs": MessageViews.paragraphs(version.body),
                ]
            },
        ]
    }

    private func form(_ key: String) -> Model {
        let template = self.history?.template
        func value(_ name: String, _ stored: String?) -> String { self.typed?.text(name) ?? stored ?? "" }
        /// What is stored by now, where somebody else has saved meanwhile.
        func now(_ name: String, _ stored: String?) -> String? {
            self.problem?.kind == .preconditionFailed && value(name, stored) != stored ? stored : nil
        }
        return [
            "action": template.map { MessagesPaths.template($0.id) } ?? "\(MessagesPaths.templates)/new", "key": key,
            "version": "\(template?.version ?? 0)",
            "submit": template == nil ? "Save the template" : "Save the changes",
            "fields": [
                FieldModel(
                    "title", "Title", hint: "What people choose it by.", .line(type: "text", limit: 100),
                    value: value("title", template?.title), error: self.problem?.error(at: "/title"),
                    now: now("title", template?.title), isRequired: true
                ).model,
                FieldModel(
                    "body", "Message",
                    hint: "Put what has to be filled in between {{ and }}, such as {{What happened}}. {{resident}}, "
                        + "{{time}} and {{date}} are filled in by themselves.",
                    .area(limit: 4_000), value: value("body", template?.body),
                    error: self.problem?.error(at: "/body"), now: now("body", template?.body), isRequired: true
                ).model,
            ],
        ]
    }
}
