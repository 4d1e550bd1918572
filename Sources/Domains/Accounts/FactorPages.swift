import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// `/second-factor`: somebody's own second step, also for those who must set one up before anything else.
struct FactorPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        pages.get("second-factor", needs: ReadFactor.self, isWhole: false, isBeforeFactor: true) { call in
            try await self.page(call)
        }
        pages.post("second-factor/begin", needs: SetUpFactor.self, fields: [], isBeforeFactor: true) { call in
            do {
                _ = try await self.accounts.beginFactor(by: call.principal, once: call.once)
            } catch AccountsError.hasFactor {}
            return call.redirect("/second-factor")
        }
        pages.post(
            "second-factor/confirm", needs: ConfirmFactor.self, fields: [.one("code", maxLength: 40)],
            isBeforeFactor: true, isKept: false
        ) { call in
            do {
                let (codes, signIn) = try await self.accounts.confirmFactor(
                    CodeEntry(call.form.text("code")), by: call.principal, once: call.once)
                var response = try self.codes(call, codes.value)
                if let signIn { response.setCookie(.signIn(signIn.secret)) }
                return response
            } catch let error as AccountsError where error == .wrongCode || error == .hasFactor {
                return try await self.page(call, error)
            }
        }
        pages.post("second-factor/recovery-codes", needs: RenewRecoveryCodes.self, fields: []) { call in
            do {
                return try self.codes(
                    call, try await self.accounts.renewRecoveryCodes(by: call.principal, once: call.once).value)
            } catch let error as AccountsError {
                return try await self.page(call, error)
            }
        }
        pages.post("second-factor/removal", needs: RemoveFactor.self, fields: []) { call in
            do {
                try await self.accounts.removeFactor(by: call.principal, once: call.once)
                return call.redirect("/second-factor")
            } catch let error as AccountsError {
                return try await self.page(call, error)
            }
        }
        // For a page that asks for a code: the code comes with the form, and then there is only the page to go to.
        pages.post("second-factor/check", needs: StepUp.self, fields: [.aside("return", maxLength: 2_000)]) { call in
            if call.principal.needsCode { throw Problem.codeNeeded }
            return call.redirect(localPath(call.form.optional("return")) ?? AccountsPages.start)
        }
    }

    private func page(_ call: PageCall, _ error: AccountsError? = nil) async throws -> Response {
        let factor = try await self.accounts.factor(for: call.principal), problem = error?.problem
        let setUp = factor.state == .pending ? try await self.accounts.factorSetUp(for: call.principal) : nil
        let isHeld = call.visitor.lacksFactor
        let model: Model = [
            "back": (isHeld ? nil : ["href": "/today", "text": "Today"] as Model).orFalse,
            "signOut": (isHeld ? ["action": "/sign-out", "key": call.newKey()] as Model : nil).orFalse,
            "errors": problem.map { $0.summary(["/code": "#code"]) }.orFalse,
            "isRequired": factor.isRequired,
            "begin":
                (factor.state == .confirmed
                ? nil
                : ["action": "/second-factor/begin", "key": call.newKey(), "isAgain": setUp != nil] as Model).orFalse,
            "setUp": setUp.flatMap { self.setUp($0, problem, key: call.newKey()) }.orFalse,
            "on": (factor.state == .confirmed ? self.on(factor, call) : nil).orFalse,
        ]
        return try call.plainPage(
            "accounts/second-factor", model, title: "Your second step",
            status: problem.map { .init(code: $0.kind.status) } ?? .ok)
    }

    private func setUp(_ setUp: FactorSetUp, _ problem: Problem?, key: String) -> Model? {
        QRCode(setUp.uri).map { picture in
            [
                "action": "/second-factor/confirm", "key": key, "secret": setUp.secret.inGroups(of: 4, by: " "),
                "picture": ["side": "\(picture.side)", "path": picture.path] as Model,
                "error": (problem?.error(at: "/code")).orFalse,
            ]
        }
    }

    private func on(_ factor: FactorState, _ call: PageCall) -> Model {
        let time = call.visitor.time(at: call.now)
        return [
            "since": factor.since.map { time.full($0) }.orFalse,
            "left": Words.count(factor.recoveryCodesLeft, "recovery code", "recovery codes"),
            "isLow": factor.recoveryCodesLeft < 3,
            "used": factor.recoveryCodeUsedAt.map { time.full($0) }.orFalse,
            "renew": ["action": "/second-factor/recovery-codes", "key": call.newKey()] as Model,
            "remove": ["action": "/second-factor/removal", "key": call.newKey()] as Model,
        ]
    }

    /// The answer to the form: the codes are in no address of ours, and nowhere to come back to.
    private func codes(_ call: PageCall, _ made: RecoveryCodes) throws -> Response {
        try call.plainPage(
            "accounts/recovery-codes", ["codes": made.codes ?? [], "isShown": made.codes != nil],
            title: "Your recovery codes")
    }
}
