import HTTPTypes
import Kernel
import Web

/// Words to begin a message with.
extension MessagesRoutes {
    func registerTemplates(on api: inout APIRoutes) {
        api.add(self.templates, in: "messages")
        api.add(self.createTemplate, in: "messages")
        api.add(self.template, in: "messages")
        api.add(self.reviseTemplate, in: "messages")
        api.add(self.retireTemplate, in: "messages")
        api.add(self.fillTemplate, in: "messages")
    }

    var templates: Endpoint<Nothing, Page<MessageTemplate>> {
        Endpoint(.get, "templates", "List the message templates in use", needs: ListTemplates.self) { call in
            .init(Page(items: try await self.messages.templates(for: call.principal), next: nil))
        }
    }

    var createTemplate: Endpoint<TemplateDraft, MessageTemplate> {
        Endpoint(
            .post, "templates", "Write a message template", needs: CreateTemplate.self, status: .created,
            details: """
                What stands between `{{` and `}}` is a field, and its own label. `resident`, `time` and `date` are \
                filled in by themselves where it is known what they are.
                """
        ) { call in
            let created = try await self.messages.create(call.input, by: call.principal, once: call.once)
            return .init(created.value, isReplay: created.isReplay, version: created.value.version)
        }
    }

    var template: Endpoint<Nothing, TemplateHistory> {
        Endpoint(
            .get, "templates/{template}", "Read a message template, with all it has said", needs: ReadTemplate.self,
            errors: [.notFound]
        ) { call in
            let history = try await self.messages.template(call.identifier("template"), for: call.principal)
            return .init(history, version: history.template.version)
        }
    }

    var reviseTemplate: Endpoint<TemplateDraft, MessageTemplate> {
        Endpoint(
            .put, "templates/{template}", "Write a message template anew", needs: ChangeTemplate.self,
            errors: [.notFound, .conflict], isVersioned: true,
            details: "Each time is a new version; messages go on naming the one that they were made from."
        ) { call in
            let revised = try await self.messages.revise(
                call.identifier("template"), call.input, seen: call.version, by: call.principal, once: call.once)
            return .init(revised.value, isReplay: revised.isReplay, version: revised.value.version)
        }
    }

    var retireTemplate: Endpoint<Nothing, MessageTemplate> {
        Endpoint(
            .delete, "templates/{template}", "Take a message template out of use", needs: ChangeTemplate.self,
            errors: [.notFound, .conflict]
        ) { call in
            let retired = try await self.messages.retire(
                call.identifier("template"), by: call.principal, once: call.once)
            return .init(retired.value, isReplay: retired.isReplay)
        }
    }

    var fillTemplate: Endpoint<TemplateFilling, FilledTemplate> {
        Endpoint(
            .post, "conversations/{conversation}/templates/{template}", "Fill in a template for a conversation",
            needs: FillTemplate.self, errors: [.notFound, .conflict],
            details:
                "Nothing is sent: send the `body` with its `template`. It changes nothing, so a key changes nothing."
        ) { call in
            .init(
                try await self.messages.fill(
                    call.identifier("template"), in: call.identifier("conversation"),
                    at: call.visitor.time(at: call.now), for: call.principal
                ) { [input = call.input] _ in input })
        }
    }
}
