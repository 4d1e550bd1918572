import Hummingbird
import Kernel
import Web

/// `/sign-in/code`: the second step, for somebody whose password was right.
///
/// For anyone, because whoever is here is not signed in yet; what they are is asked of their cookie.
struct CodePages: Sendable {
    let accounts: AccountsService

    /// The page, with where to go afterwards.
    static func path(next: String?) -> String {
        next.map { "/sign-in/code?next=\($0.escapedForQuery)" } ?? "/sign-in/code"
    }

    func register(on pages: inout PageRoutes) {
        pages.get("sign-in/code", open: .anyone, query: [QueryParameter("next", .string(maxLength: 2_000))]) { call in
            try await self.page(call, next: localPath(call.query("next")))
        }
        pages.post(
            "sign-in/code", open: .anyone, fields: [.one("code", maxLength: 40), .aside("return", maxLength: 2_000)]
        ) { call in
            let next = localPath(call.form.optional("return"))
            do {
                let (signIn, usedRecovery) = try await self.accounts.enter(
                    CodeEntry(call.form.text("code")), of: call.request.signInSecret)
                // Whoever has used one of ten should see how many are left.
                let start =
                    try await usedRecovery
                    ? "/second-factor" : AccountsPages.start(of: signIn.visitor, next: next, self.accounts)
                return call.redirect(start, cookies: signIn.cookies)
            } catch let error as AccountsError {
                if error == .signInAgain { return call.redirect("/sign-in", cookies: [.signedOut]) }
                return try await self.page(call, next: next, error)
            }
        }
        pages.post("sign-in/stop", open: .anyone, fields: []) { call in
            try await self.accounts.stop(call.request.signInSecret)
            return call.redirect("/sign-in", cookies: call.visitor == nil ? [.signedOut] : [])
        }
    }

    private func page(_ call: OpenPageCall, next: String?, _ error: AccountsError? = nil) async throws -> Response {
        if call.visitor != nil { return call.redirect(next ?? AccountsPages.start) }
        guard try await self.accounts.half(call.request.signInSecret) != nil else { return call.redirect("/sign-in") }
        let problem = error?.problem
        let model: Model = [
            "key": call.newKey(), "stopKey": call.newKey(), "return": next.orFalse,
            "errors": problem.map { $0.summary(["/code": "#code"]) }.orFalse,
            "error": (problem?.error(at: "/code")).orFalse,
        ]
        var response = try call.page(
            "accounts/sign-in-code", model, title: "Enter your code",
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
        if let seconds = problem?.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

extension String {
    /// As a parameter of an address.
    var escapedForQuery: String {
        self.utf8.map { byte in
            switch byte {
            case 0x2D...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
            }
        }.joined()
    }
}
