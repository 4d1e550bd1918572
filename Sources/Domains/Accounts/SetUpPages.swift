import Hummingbird
import Kernel
import Web

/// `/setup`: there for as long as nobody can sign in and somebody is invited, and then no more.
struct SetUpPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get("setup", open: .anyone) { call in
            guard try await self.accounts.awaitsFirstAdministrator() else { throw Problem.nothingHere }
            return try self.page(call, errors: nil)
        }
        pages.post(
            "setup", open: .anyone, fields: Field.all.map { .one($0.name, maxLength: $0.limit) }
        ) { call in
            do {
                try await self.accounts.setUp(
                    FirstAdministrator(
                        home: call.form.text("home"), name: call.form.text("name"),
                        username: call.form.text("username"), email: call.form.text("email"),
                        password: Password(call.form.text("password"))),
                    with: Secret(shown: call.form.text("secret").trimmed))
            } catch let error as AccountsError where error != .alreadySetUp {
                guard error.problem.kind == .invalidRequest else { throw error }
                return try self.page(call, errors: error.problem.violations)
            }
            return call.redirect("/sign-in")
        }
    }

    private func page(_ call: OpenPageCall, errors: [Problem.Violation]?) throws -> Response {
        let items = (errors ?? []).map { ["text": $0.detail, "href": "#\($0.pointer.dropFirst())"] }
        return try call.page(
            "accounts/setup",
            [
                "key": call.newKey(),
                "errors": errors == nil
                    ? false : ["title": "There is a problem", "items": items, "note": false] as [String: Any],
                "fields": Field.all.map { field in
                    field.model(
                        value: call.form.text(field.name),
                        error: errors?.first { $0.pointer == "/\(field.name)" }?.detail)
                },
            ], title: "Set up", status: errors == nil ? .ok : .unprocessableContent)
    }

    /// A line of the form.
    struct Field: Sendable {
        let name: String
        let label: String
        var hint: String?
        var type = "text"
        var autocomplete = "off"
        let limit: Int
        var capitals = "none"
        var isRequired = true

        static let all = [
            Field(
                name: "secret", label: "One-time secret", hint: "wcc setup printed it. It works once.",
                type: "password", limit: 100),
            Field(name: "home", label: "Name of your first home", limit: 100, capitals: "words"),
            Field(
                name: "name", label: "Your name", hint: "As your colleagues know you.", autocomplete: "name",
                limit: 100, capitals: "words"),
            Field(
                name: "username", label: "Username you will sign in with",
                hint: "Letters, digits, full stops and dashes.", autocomplete: "username", limit: 64),
            Field(
                name: "email", label: "Email address (you may leave it out)", hint: "You can sign in with it too.",
                type: "email", autocomplete: "email", limit: 254, isRequired: false),
            Field(
                name: "password", label: "Password",
                hint: Self.passwordHint, type: "password", autocomplete: "new-password", limit: 256),
        ]

        /// How ``PasswordRule`` is kept without knowing it.
        static let passwordHint =
            "At least 15 characters. Three words that have nothing to do with each other or with you are good."

        /// What is secret has to be typed again.
        func model(value: String, error: String?) -> [String: Any] {
            let describedBy = [error.map { _ in "\(self.name)-error" }, self.hint.map { _ in "\(self.name)-hint" }]
                .compactMap { $0 }.joined(separator: " ")
            return [
                "name": self.name, "label": self.label, "hint": self.hint ?? false, "type": self.type,
                "autocomplete": self.autocomplete, "limit": "\(self.limit)", "capitals": self.capitals,
                "value": self.type == "password" ? "" : value, "error": error ?? false,
                "describedBy": describedBy.isEmpty ? false : describedBy as Any, "isRequired": self.isRequired,
            ]
        }
    }
}
