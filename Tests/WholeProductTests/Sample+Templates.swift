import Foundation
import HTTPTypes
import Messages

/// Templates, and filling them in.
extension Sample {
    private static let draft: @Sendable (Scene, Someone?) -> String = { _, _ in
        #"{"title":"Anything","body":"Anything {{else}}"}"#
    }
    private static let form: @Sendable (Scene, Someone?) -> [(String, String)] = { _, _ in
        [("title", "Anything"), ("body", "Anything {{else}}"), ("version", "1")]
    }

    static let templates: [Sample] = [
        Sample(route: "GET /api/v1/messages/templates", act: ListTemplates.self, status: .ok),
        Sample(
            route: "POST /api/v1/messages/templates", act: CreateTemplate.self, status: .created,
            body: .json(Self.draft), by: .manager),
        Sample(
            route: "GET /api/v1/messages/templates/{template}", act: ReadTemplate.self, status: .ok,
            target: .template),
        Sample(
            route: "PUT /api/v1/messages/templates/{template}", act: ChangeTemplate.self, status: .ok,
            target: .template, body: .json(Self.draft), by: .manager),
        Sample(
            route: "DELETE /api/v1/messages/templates/{template}", act: ChangeTemplate.self, status: .ok,
            target: .template, by: .manager),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/templates/{template}", act: FillTemplate.self,
            status: .ok, target: .conversation,
            body: .json { _, _ in #"{"fields":[{"name":"What happened","value":"Anything"}]}"# }),
        Sample(route: "GET /messages/templates", act: ListTemplates.self, status: .ok),
        // Nothing about anybody is on it.
        Sample(
            route: "GET /messages/templates/new", act: CreateTemplate.self, status: .ok, by: .manager, audit: []),
        Sample(
            route: "POST /messages/templates/new", act: CreateTemplate.self, status: .seeOther, body: .form(Self.form),
            by: .manager),
        Sample(
            route: "GET /messages/templates/{template}", act: ReadTemplate.self, status: .ok, target: .template),
        Sample(
            route: "POST /messages/templates/{template}", act: ChangeTemplate.self, status: .seeOther,
            target: .template, body: .form(Self.form), by: .manager),
        Sample(
            route: "POST /messages/templates/{template}/retire", act: ChangeTemplate.self, status: .seeOther,
            target: .template, body: .form { _, _ in [] }, by: .manager),
        Sample(
            route: "GET /messages/{conversation}/templates", act: FillTemplate.self, status: .ok,
            target: .conversation),
        Sample(
            route: "GET /messages/{conversation}/templates/{template}", act: FillTemplate.self, status: .ok,
            target: .conversation),
        // The conversation, with what is to be looked over.
        Sample(
            route: "POST /messages/{conversation}/templates/{template}", act: FillTemplate.self, status: .ok,
            target: .conversation,
            body: .form { _, _ in [("field0", "Anything"), ("field1", "Anybody")] },
            audit: [
                "messages.fill_template", "messages.list", "messages.read", "people.list_staff", "people.read_needs",
            ]),
    ]
}
