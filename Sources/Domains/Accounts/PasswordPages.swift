import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/password`: changing one's own, by wish or because it is asked for.
struct PasswordPages: Sendable {
    let accounts: AccountsService

    static let path = "/password"

    func register(on pages: inout PageRoutes) {
        pages.get("password", needs: ChangePassword.self, query: [QueryParameter("done", .oneOf(["true"]))]) { call in
            try await self.page(call, problem: nil)
        }
        pages.post(
            "password", needs: ChangePassword.self, fields: Self.fields.map { .one($0.name, maxLength: $0.limit) },
            isKept: false
        ) { call in
            let changed: NewSignIn?
            do {
                changed = try await self.accounts.changePassword(
                    PasswordChange(
                        present: Password(call.form.text("present")), chosen: Password(call.form.text("password")),
                        network: AddressPrefix(call.client.address), agent: call.client.agent,
                        device: call.client.device),
                    by: call.visitor, once: call.once)
            } catch let error as AccountsError where !error.problem.violations.isEmpty {
                return try await self.page(call, problem: error.problem)
            }
            return call.redirect(
                call.visitor.duty == nil ? "\(Self.path)?done=true" : "/today",
                cookies: changed?.cookies ?? [])
        }
        PasswordResetPages(accounts: self.accounts).register(on: &pages)
    }

    private static let fields = [SetUpPages.Field.present, .chosen]

    /// For somebody who may do nothing else, a page without ways to anything else.
    private func page(_ call: PageCall, problem: Problem?) async throws -> Response {
        let form: [String: Any] = [
            "errors": (problem?.summary(SetUpPages.Field.addresses(Self.fields))).orFalse, "key": call.newKey(),
            "fields": Self.fields.map { $0.model(value: "", error: problem?.error(at: "/\($0.name)")) },
        ]
        let status = problem.map { HTTPResponse.Status(code: $0.kind.status) } ?? .ok
        var model = form
        guard call.visitor.duty != nil else {
            let notice = "Your password is changed. You are signed out everywhere else."
            model["notice"] = (call.query("done") == nil ? nil : notice).orFalse
            return try await call.page("accounts/password", model, title: "Your password", status: status)
        }
        model["heading"] = "Choose a new password"
        model["lead"] =
            "Whoever looks after your account has asked for it, \(call.visitor.preferredName). "
            + "Everything else is where it was, and opens again afterwards."
        model["action"] = Self.path
        model["signOut"] = ["key": call.newKey()] as Model
        model["dead"] = false
        return try await call.page(
            "accounts/choose-password", model, title: "Choose a new password", status: status)
    }
}

extension SetUpPages.Field {
    static let present = Self(
        name: "present", label: "Your present password", type: "password", autocomplete: "current-password", limit: 256)
    static let chosen = Self(
        name: "password", label: "Your new password", hint: Self.passwordHint, type: "password",
        autocomplete: "new-password", limit: 256)

    /// Where the summary of a form's errors leads.
    static func addresses(_ fields: [Self]) -> [String: String] {
        Dictionary(fields.map { ("/\($0.name)", "#\($0.name)") }) { first, _ in first }
    }
}
