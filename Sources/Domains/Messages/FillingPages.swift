import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// Beginning a message with a template: choose it, fill it in, look it over in the conversation, send it.
///
/// What is filled in is about people, so it is posted and stands in no address.
extension MessagesPages {
    func registerFilling(on pages: inout PageRoutes) {
        pages.get("messages/{conversation}/templates", needs: FillTemplate.self, self.chooseTemplate)
        pages.get("messages/{conversation}/templates/{template}", needs: FillTemplate.self) { call in
            try await self.fillingPage(call, problem: nil)
        }
        pages.post(
            "messages/{conversation}/templates/{template}", needs: FillTemplate.self,
            fields: (0..<TemplateText.mostFields).map { .one("field\($0)", maxLength: TemplateText.longestValue) },
            self.fill)
    }

    @Sendable func chooseTemplate(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let templates = try await self.messages.templates(in: conversation, for: call.principal)
        let path = MessagesPaths.conversation(conversation)
        let model: Model = [
            "back": ["href": path, "text": "Back to the conversation"] as Model,
            "mayWrite": call.principal.may(CreateTemplate.self, call.principal.membership),
            "items": templates.map { template -> Model in
                [
                    "href": "\(path)/templates/\(template.id)", "title": template.title,
                    "text": template.body.excerpt(160),
                ]
            },
        ]
        return try await call.page(
            "messages/choose-template", model, title: "Choose a template", nav: .messages)
    }

    @Sendable func fill(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let template: Identifier<MessageTemplate> = try call.identifier("template")
        do {
            let filled = try await self.messages.fill(
                template, in: conversation, at: call.visitor.time(at: call.now), for: call.principal
            ) { [form = call.form] template in
                TemplateFilling(template.fields.enumerated().map { .init($1, form.text("field\($0)")) })
            }
            return try await self.conversationPage(
                call, Typed(draft: Draft(body: filled.body, template: filled.template), problem: nil))
        } catch let error as TemplatesError {
            guard case .invalid = error else { throw error }
            return try await self.fillingPage(call, problem: error.problem)
        }
    }

    private func fillingPage(_ call: PageCall, problem: Problem?) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let (template, known) = try await self.messages.prefilled(
            call.identifier("template"), in: conversation, at: call.visitor.time(at: call.now), for: call.principal)
        let path = MessagesPaths.conversation(conversation)
        func pointers(_ index: Int, _ name: String) -> [String] { ["/fields/\(name)", "/fields/\(index)/value"] }
        var addresses = ["/fields": "#field0"]
        for (index, name) in template.fields.enumerated() {
            for pointer in pointers(index, name) { addresses[pointer] = "#field\(index)" }
        }
        let model: Model = [
            "back": ["href": "\(path)/templates", "text": "Other templates"] as Model,
            "errors": problem.map { $0.summary(addresses) }.orFalse, "heading": template.title,
            "paragraphs": MessageViews.paragraphs(template.body), "action": "\(path)/templates/\(template.id)",
            "key": call.newKey(),
            "fields": template.fields.enumerated().map { index, name in
                FieldModel(
                    "field\(index)", name.capitalised, .line(type: "text", limit: TemplateText.longestValue),
                    value: problem == nil ? known[name] ?? "" : call.form.text("field\(index)"),
                    error: problem.flatMap { problem in
                        pointers(index, name).compactMap { problem.error(at: $0) }.first
                    }, isRequired: true
                ).model
            },
        ]
        return try await call.page(
            "messages/fill-template", model, title: template.title, nav: .messages,
            status: problem == nil ? .ok : .unprocessableContent)
    }
}
