import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// The link for somebody who is shut out, and `/reset/{secret}` for those who come with it.
///
/// The secret is in the path, which is written to no log of ours: those have the route's name for it.
struct PasswordResetPages: Sendable {
    let accounts: AccountsService

    private static let path = "reset/{secret}"

    func register(on pages: inout PageRoutes) {
        pages.post("staff/{person}/password-reset", needs: ResetPassword.self, fields: []) { call in
            let person: Identifier<Person> = try call.identifier("person")
            let made = try await self.accounts.makePasswordReset(for: person, by: call.principal, once: call.once)
            return try await self.linkPage(call, made.value, back: ("/staff/\(person)", made.value.name), nav: .staff)
        }
        pages.post(
            "residents/{resident}/contacts/{contact}/password-reset", needs: ResetContactPassword.self, fields: []
        ) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            let made = try await self.accounts.makePasswordReset(
                for: call.identifier("contact"), of: resident, by: call.principal, once: call.once)
            return try await self.linkPage(
                call, made.value, back: ("/residents/\(resident)/contacts", "Contacts"), nav: .residents)
        }
        pages.get(Self.path, open: .anyone) { call in
            let secret = Secret(shown: call.word("secret"))
            guard let reset = try await self.accounts.passwordReset(with: secret) else {
                return try self.deadPage(call)
            }
            return try self.page(call, reset, secret, problem: nil)
        }
        pages.post(
            Self.path, open: .anyone, fields: [.one(Self.field.name, maxLength: Self.field.limit)]
        ) { call in
            let secret = Secret(shown: call.word("secret"))
            do {
                try await self.accounts.finishPasswordReset(
                    with: secret, choosing: Password(call.form.text(Self.field.name)))
            } catch AccountsError.deadReset {
                return try self.deadPage(call)
            } catch let error as AccountsError where !error.problem.violations.isEmpty {
                guard let reset = try await self.accounts.passwordReset(with: secret) else {
                    return try self.deadPage(call)
                }
                return try self.page(call, reset, secret, problem: error.problem)
            }
            return call.redirect("/sign-in?new=password")
        }
    }

    private static let field = SetUpPages.Field.chosen

    /// The page is the answer to the form: the link is in no address of ours, and nowhere to come back to.
    private func linkPage(
        _ call: PageCall, _ made: PasswordResetLink, back: (href: String, text: String), nav: NavItem
    ) async throws -> Response {
        let model: Model = [
            "back": ["href": back.href, "text": back.text] as Model, "name": made.name,
            "link": made.link.map { "\(call.origin)\($0)" }.orFalse,
            "expires": call.visitor.time(at: call.now).full(made.expiresAt),
        ]
        return try await call.page(
            "accounts/reset-link", model, title: "A new password for \(made.name)", nav: nav)
    }

    private func page(
        _ call: OpenPageCall, _ reset: PasswordReset, _ secret: Secret, problem: Problem?
    ) throws -> Response {
        let model: [String: Any] = [
            "heading": "Choose a new password, \(reset.preferredName)",
            "lead": "For \(reset.organisationName), where your username is \(reset.username). "
                + "You are signed out everywhere, and sign in with the new password then.",
            "errors": (problem?.summary(SetUpPages.Field.addresses([Self.field]))).orFalse,
            "action": PasswordResetLink.path(secret), "key": call.newKey(),
            "fields": [Self.field.model(value: "", error: problem?.error(at: "/\(Self.field.name)"))],
            "signOut": false, "dead": false,
        ]
        return try call.page(
            "accounts/choose-password", model, title: "Choose a new password",
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }

    /// The same for a link that was used, replaced, forgotten or never made.
    private func deadPage(_ call: OpenPageCall) throws -> Response {
        let problem = AccountsError.deadReset.problem
        let model: [String: Any] = [
            "heading": problem.title, "lead": problem.detail ?? "", "errors": false, "action": false, "key": false,
            "fields": [Model](), "signOut": false, "dead": "If you know your password, you can sign in.",
        ]
        return try call.page("accounts/choose-password", model, title: problem.title, status: .notFound)
    }
}
