import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/tablet`: the locked screen of a shared tablet, where people come back one after the other; and their PINs.
///
/// For anyone who holds the tablet. What it shows is first names, of those who have signed in on it today.
struct TabletPages: Sendable {
    let accounts: AccountsService

    static func path(next: String?) -> String { next.map { "/tablet?next=\($0.escapedForQuery)" } ?? "/tablet" }

    func register(on pages: inout PageRoutes) {
        pages.get(
            "tablet", open: .anyone,
            query: [QueryParameter("next", .string(maxLength: 2_000)), QueryParameter("person", .identifier)]
        ) { call in
            try await self.page(call, call.query("person"), next: localPath(call.query("next")))
        }
        pages.post(
            "tablet/open", open: .anyone,
            fields: [
                .one("person", maxLength: 40), .one("pin", maxLength: 20), .aside("return", maxLength: 2_000),
            ], counted: .signIn
        ) { call in
            let next = localPath(call.form.optional("return"))
            guard let person = Identifier<Person>(call.form.text("person")) else {
                return call.redirect(Self.path(next: next))
            }
            do {
                let signIn = try await self.accounts.open(
                    PinAttempt(
                        PinEntry(personId: person, pin: call.form.text("pin")), on: call.client.tablet,
                        replacing: call.visitor?.principal))
                return call.redirect(next ?? AccountsPages.start, cookies: signIn.cookies)
            } catch let error as AccountsError {
                return try await self.page(call, "\(person)", next: next, error)
            }
        }
        pages.post("tablet/sign-out", open: .anyone, fields: []) { call in
            try await self.accounts.signOutLocked(call.request.signInSecret)
            return call.redirect("/tablet", cookies: call.visitor == nil ? [.signedOut] : [])
        }
        pages.post(
            "tablet/lock", needs: LockTablet.self,
            fields: [.aside("return", maxLength: 2_000)] + KeptFields.draftFields, isKept: false
        ) { call in
            var next = localPath(call.form.optional("return"))
            if let draft = KeptFields(draft: call.form) {
                next = try await self.accounts.keep(draft, of: call.principal)
            }
            try await self.accounts.lock(call.principal, once: call.once)
            return call.redirect(Self.path(next: next))
        }
        pages.get(
            "tablet/pin", needs: SetTabletPin.self, query: [QueryParameter("next", .string(maxLength: 2_000))],
            isWhole: false
        ) { call in
            // Asked here already, so that nobody chooses one and is then asked for a password.
            if call.principal.needsCode { throw Problem.codeNeeded }
            return try await self.pinPage(call, next: localPath(call.query("next")))
        }
        pages.post(
            "tablet/pin", needs: SetTabletPin.self,
            fields: [.one("pin", maxLength: 20), .one("again", maxLength: 20), .aside("return", maxLength: 2_000)],
            isKept: false
        ) { call in
            let next = localPath(call.form.optional("return"))
            do {
                guard call.form.text("pin") == call.form.text("again") else {
                    throw AccountsError.invalid([.init("/again", "Type the same six digits twice")])
                }
                try await self.accounts.setPin(
                    PinChoice(call.form.text("pin")), by: call.principal, once: call.once)
                return call.redirect(next ?? AccountsPages.start)
            } catch AccountsError.invalid(let violations) {
                return try await self.pinPage(call, next: next, AccountsError.invalid(violations).problem)
            }
        }
    }

    private func page(
        _ call: OpenPageCall, _ chosen: String?, next: String?, _ error: AccountsError? = nil
    ) async throws -> Response {
        guard let here = try await self.accounts.here(call.client.tablet) else { return call.redirect("/sign-in") }
        let problem = error?.problem, full = "/sign-in?full=true" + (next.map { "&next=\($0.escapedForQuery)" } ?? "")
        let person = here.people.first { "\($0.personId)" == chosen }
        let isTyping = person?.hasPin == true
        let isLocked = try await self.accounts.overByTime(call.request.signInSecret) != nil
        let people = here.people.map { one -> Model in
            let query = "person=\(one.personId)" + (next.map { "&next=\($0.escapedForQuery)" } ?? "")
            return [
                "name": one.name, "href": one.hasPin ? "/tablet?\(query)" : full,
                "note": one.hasPin ? "With your PIN" : "With your password",
            ]
        }
        let model: Model = [
            "errors": problem.map { $0.summary(["/pin": "#pin"]) }.orFalse,
            "name": here.name, "home": here.home, "full": full, "people": isTyping ? [Model]() : people,
            "pin":
                (isTyping
                ? person.map { one -> Model in
                    [
                        "action": "/tablet/open", "key": call.newKey(), "person": "\(one.personId)", "name": one.name,
                        "return": next.orFalse, "error": (problem?.error(at: "/pin")).orFalse,
                        "back": Self.path(next: next),
                    ]
                } : nil).orFalse,
            "signOut": (isLocked ? ["action": "/tablet/sign-out", "key": call.newKey()] as Model : nil).orFalse,
        ]
        var response = try call.page(
            "accounts/tablet", model, title: isTyping ? "Enter your PIN" : "Who are you?",
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
        if let seconds = problem?.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }

    private func pinPage(_ call: PageCall, next: String?, _ problem: Problem? = nil) async throws -> Response {
        guard let hasPin = try await self.accounts.hasPin(call.principal) else { throw AccountsError.noTablet }
        let model: Model = [
            "action": "/tablet/pin", "key": call.newKey(), "return": next.orFalse, "isChange": hasPin,
            "later": next ?? AccountsPages.start,
            "errors": problem.map { $0.summary(["/pin": "#pin", "/again": "#again"]) }.orFalse,
            "error": (problem?.error(at: "/pin")).orFalse, "againError": (problem?.error(at: "/again")).orFalse,
        ]
        return try call.plainPage(
            "accounts/tablet-pin", model, title: "Your PIN for this tablet",
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }
}
