import Hummingbird
import Kernel
import Web

/// `/sign-ins`: where somebody is signed in, for them to end what they do not know.
struct SignInsPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get("sign-ins", needs: ListSignIns.self) { call in try await self.page(call) }
        pages.post("sign-ins/{sign_in}/end", needs: EndSignIn.self, fields: []) { call in
            let signIn: Identifier<SignIn> = try call.identifier("sign_in")
            try await self.accounts.end(signIn, by: call.principal, once: call.once)
            guard signIn == call.principal.signIn else { return call.redirect("/sign-ins") }
            return call.redirect("/sign-in", cookies: [.signedOut])
        }
        pages.post("sign-ins/end-others", needs: EndOtherSignIns.self, fields: []) { call in
            try await self.accounts.endOtherSignIns(by: call.principal, once: call.once)
            return call.redirect("/sign-ins")
        }
        pages.post("sign-ins/presence", needs: ChoosePresence.self, fields: ["shown"], self.choosePresence)
    }

    @Sendable private func choosePresence(_ call: PageCall) async throws -> Response {
        let choice = PresenceChoice(isShown: call.form.text("shown") == "true")
        _ = try await self.accounts.choose(choice, by: call.principal, once: call.once)
        return call.redirect("/sign-ins")
    }

    /// Of those who are shown to colleagues: the staff.
    private func presence(_ call: PageCall) async throws -> Model? {
        guard call.principal.isStaff else { return nil }
        let choice = try await self.accounts.presenceChoice(for: call.principal)
        return ["action": "/sign-ins/presence", "key": call.newKey(), "isShown": choice.isShown]
    }

    private func page(_ call: PageCall) async throws -> Response {
        let (signIns, reusedAt) = try await self.accounts.signInsAndReuse(for: call.principal)
        let time = call.visitor.time(at: call.now)
        let model: Model = [
            "reused": reusedAt.map { time.brief($0) }.orFalse,
            "items": signIns.map { one -> Model in
                [
                    "device": one.device ?? (one.isProgram ? "A program" : "A browser or program that we do not know"),
                    "isCurrent": one.isCurrent,
                    "lastActive": time.brief(one.lastActiveAt), "began": time.brief(one.beganAt),
                    "network": one.network,
                    "end": ["action": "/sign-ins/\(one.id)/end", "key": call.newKey()] as Model,
                ]
            },
            "others":
                (signIns.count > 1
                ? ["action": "/sign-ins/end-others", "key": call.newKey()] as Model : nil).orFalse,
            "presence": try await self.presence(call).orFalse,
        ]
        return try await call.page("accounts/sign-ins", model, title: "Your sign-ins")
    }
}
