import HTTPTypes
import Hummingbird
import Kernel
package import Web

/// `/sign-in`, `/sign-out` and what the other pages of this module are, as pages and plain forms.
package struct AccountsPages: Sendable {
    let accounts: AccountsService
    let demonstration: SignInHints?

    package init(_ accounts: AccountsService, demonstration: SignInHints? = nil) {
        self.accounts = accounts
        self.demonstration = demonstration
    }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "sign-in", open: .anyone,
            query: [
                QueryParameter("next", .string(maxLength: 2_000)), QueryParameter("new", .oneOf(["true", "password"])),
                // With the password, on a shared tablet that would ask for a PIN.
                QueryParameter("full", .oneOf(["true"])),
            ]
        ) { call in
            let next = localPath(call.query("next"))
            if call.visitor != nil, call.query("full") == nil { return call.redirect(next ?? Self.start) }
            if try await self.accounts.half(call.request.signInSecret) != nil {
                return call.redirect(CodePages.path(next: next))
            }
            if call.query("full") == nil, try await self.accounts.here(call.client.tablet)?.people.isEmpty == false {
                return call.redirect(TabletPages.path(next: next))
            }
            return try await self.signInPage(call, SignInForm(next: next), new: call.query("new"))
        }
        pages.post(
            "sign-in", open: .anyone,
            fields: [
                .one("username", maxLength: 254), .one("password", maxLength: Password.limit),
                .aside("return", maxLength: 2_000),
            ], counted: .signIn
        ) { call in
            try await self.signIn(call)
        }
        pages.post("sign-out", needs: SignOut.self, fields: [], isBeforeFactor: true) { call in
            try await self.accounts.signOut(call.principal, once: call.once)
            return call.redirect("/sign-in", cookies: [.signedOut])
        }
        CodePages(accounts: self.accounts).register(on: &pages)
        FactorPages(accounts: self.accounts).register(on: &pages)
        FactorPolicyPages(accounts: self.accounts).register(on: &pages)
        SetUpPages(accounts: self.accounts).register(on: &pages)
        StaffPages(accounts: self.accounts).register(on: &pages)
        ContactInvitationPages(accounts: self.accounts).register(on: &pages)
        PasswordPages(accounts: self.accounts).register(on: &pages)
        TabletsPages(accounts: self.accounts).register(on: &pages)
        TabletPages(accounts: self.accounts).register(on: &pages)
        KeptPages(accounts: self.accounts).register(on: &pages)
    }

    static let start = "/today"

    /// Where somebody goes who has just signed in: on a shared tablet, to choose a PIN if they have none there.
    static func start(of visitor: Visitor, next: String?, _ accounts: AccountsService) async throws -> String {
        guard try await accounts.hasPin(visitor.principal) == false else { return next ?? Self.start }
        return next.map { "/tablet/pin?next=\($0.escapedForQuery)" } ?? "/tablet/pin"
    }

    private func signIn(_ call: OpenPageCall) async throws -> Response {
        var form = SignInForm(next: localPath(call.form.optional("return")))
        form.username = call.form.text("username")
        let password = call.form.text("password")
        form.isUsernameMissing = form.username.trimmed.isEmpty
        form.isPasswordMissing = password.isEmpty
        if form.isUsernameMissing || form.isPasswordMissing { return try await self.signInPage(call, form) }
        do {
            let signIn = try await self.accounts.signIn(
                SignInAttempt(
                    name: form.username, password: Password(password),
                    network: AddressPrefix(call.client.address), agent: call.client.agent,
                    device: call.client.device, tablet: call.client.tablet, replacing: call.visitor?.principal))
            let start =
                try await signIn.awaitsCode
                ? CodePages.path(next: form.next) : Self.start(of: signIn.visitor, next: form.next, self.accounts)
            return call.redirect(start, cookies: signIn.cookies)
        } catch let error as AccountsError {
            form.refusal = error
            return try await self.signInPage(call, form)
        }
    }

    private func signInPage(
        _ call: OpenPageCall, _ form: SignInForm, new: String? = nil
    ) async throws -> Response {
        let place = try await self.accounts.onlyOrganisation()
        // Whoever has a cookie that opens nothing any more should know why they are here.
        let wasSignedIn = call.visitor == nil && call.request.signInSecret != nil && !form.isSent
        let problem = form.refusal?.problem
        var model: [String: Any] = ["key": call.newKey(), "errors": form.errors, "return": form.next ?? false]
        model["organisation"] = place?.name ?? false
        model["homes"] = place?.homes.sentence ?? false
        model["demonstration"] = (self.demonstration?.model).orFalse
        model["notice"] =
            new == "password"
            ? "Your new password is set. Sign in with it."
            : new != nil
                ? "Your account is made. Sign in with what you have just chosen."
                : wasSignedIn
                    ? "You were signed out because this browser was quiet for a while. What you sent is safe." : false
        model["username"] = ["value": form.username, "error": form.usernameError ?? false] as [String: Any]
        model["password"] = ["error": form.passwordError ?? false] as [String: Any]
        let status = form.status
        // The shell says it of forms that are wrong, and these are only too many.
        let title = form.isSent && status != .unprocessableContent ? "Error: Sign in" : "Sign in"
        var response = try call.page("accounts/sign-in", model, title: title, status: status)
        if let seconds = problem?.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

/// The form as it is shown: empty, or as it came back.
private struct SignInForm {
    /// Where to go afterwards.
    let next: String?
    var username = ""
    var isUsernameMissing = false
    var isPasswordMissing = false
    var refusal: AccountsError?

    init(next: String?) { self.next = next }

    var isSent: Bool { self.isUsernameMissing || self.isPasswordMissing || self.refusal != nil }

    var status: HTTPResponse.Status {
        switch self.refusal?.problem.kind {
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        default: self.isSent ? .unprocessableContent : .ok
        }
    }

    var usernameError: String? {
        if self.isUsernameMissing { return "Enter your username or email address" }
        return self.refusal == .wrongNameOrPassword ? "Check the username and password" : nil
    }

    var passwordError: String? {
        if self.isPasswordMissing { return "Enter your password" }
        return self.refusal == .wrongNameOrPassword ? "Enter it again" : nil
    }

    var errors: Any {
        guard self.isSent else { return false }
        guard let problem = self.refusal?.problem else {
            let items = [
                self.isUsernameMissing ? self.usernameError.map { ["text": $0, "href": "#username"] } : nil,
                self.isPasswordMissing ? self.passwordError.map { ["text": $0, "href": "#password"] } : nil,
            ]
            return ["title": "There is a problem", "items": items.compactMap { $0 }, "note": false] as [String: Any]
        }
        return [
            "title": problem.title, "items": [["text": problem.detail ?? problem.title, "href": "#username"]],
            "note": self.refusal == .wrongNameOrPassword
                ? "After several tries in a row you have to wait a minute before the next." : false,
        ] as [String: Any]
    }
}

extension [String] {
    /// As a sentence lists them: "Rowan House, Harbour View and Orchard Court" with a full stop.
    var sentence: String? {
        guard let last = self.last else { return nil }
        let others = self.dropLast().joined(separator: ", ")
        return others.isEmpty ? "\(last)." : "\(others) and \(last)."
    }
}
