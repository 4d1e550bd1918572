import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/invitation/{secret}`: whoever comes by a link chooses what to sign in with.
///
/// The secret is in the path, which is written to no log of ours: those have the route's name for it.
struct WelcomePages: Sendable {
    let accounts: AccountsService

    private static let path = "invitation/{secret}"

    func register(on pages: inout PageRoutes) {
        pages.get(Self.path, open: .anyone) { call in
            let secret = Secret(shown: call.word("secret"))
            guard let welcome = try await self.accounts.welcome(with: secret) else { return try self.deadPage(call) }
            return try self.page(call, welcome, secret, problem: nil)
        }
        pages.post(
            Self.path, open: .anyone, fields: Self.fields.map { .one($0.name, maxLength: $0.limit) }
        ) { call in
            let secret = Secret(shown: call.word("secret"))
            do {
                try await self.accounts.accept(
                    Acceptance(
                        username: call.form.text("username"), email: call.form.text("email"),
                        password: Password(call.form.text("password"))), with: secret)
            } catch AccountsError.deadLink {
                return try self.deadPage(call)
            } catch let error as AccountsError where !error.problem.violations.isEmpty {
                guard let welcome = try await self.accounts.welcome(with: secret) else {
                    return try self.deadPage(call)
                }
                return try self.page(call, welcome, secret, problem: error.problem)
            }
            return call.redirect("/sign-in?new=true")
        }
    }

    private static let fields = SetUpPages.Field.all.filter { ["username", "email", "password"].contains($0.name) }

    private func page(
        _ call: OpenPageCall, _ welcome: Welcome, _ secret: Secret, problem: Problem?
    ) throws -> Response {
        let first = welcome.name.split(separator: " ").first.map(String.init) ?? welcome.name
        let model: [String: Any] = [
            "heading": "Welcome, \(first)",
            "lead":
                "You are invited to \(welcome.organisationName): \(welcome.role.title), "
                + "\(welcome.place ?? "whole organisation"). Choose what you will sign in with.",
            "name": welcome.name, "action": InvitationLink.path(secret), "key": call.newKey(),
            "errors": problem.map {
                $0.summary(Dictionary(Self.fields.map { ("/\($0.name)", "#\($0.name)") }) { first, _ in first })
            }.orFalse,
            "fields": Self.fields.map { field in
                field.model(value: call.form.text(field.name), error: problem?.error(at: "/\(field.name)"))
            },
            "dead": false,
        ]
        return try call.page(
            "accounts/welcome", model, title: "Welcome",
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }

    /// The same for a link that was used, withdrawn, replaced, forgotten or never made.
    private func deadPage(_ call: OpenPageCall) throws -> Response {
        let problem = AccountsError.deadLink.problem
        let model: Model = [
            "heading": problem.title, "lead": problem.detail ?? "", "name": "", "action": false, "key": false,
            "errors": false, "fields": [Model](),
            "dead": "If you have an account already, you can sign in.",
        ]
        return try call.page("accounts/welcome", model, title: problem.title, status: .notFound)
    }
}
