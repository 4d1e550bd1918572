import HTTPTypes
import Kernel
import Web

/// Second factors.
extension AccountsRoutes {
    func registerFactors(on api: inout APIRoutes) {
        api.add(self.enterCode, in: "accounts")
        api.add(self.stopSignIn, in: "accounts")
        api.add(self.factor, in: "accounts")
        api.add(self.beginFactor, in: "accounts")
        api.add(self.confirmFactor, in: "accounts")
        api.add(self.renewRecoveryCodes, in: "accounts")
        api.add(self.removeFactor, in: "accounts")
        api.add(self.stepUp, in: "accounts")
        api.add(self.removeFactorOf, in: "accounts")
        api.add(self.factorPolicy, in: "accounts")
        api.add(self.changeFactorPolicy, in: "accounts")
    }

    private static let codes = """
        After five wrong codes in a row each one has to wait, twice as long as the one before, up to an hour. It is \
        counted for the account.
        """

    var enterCode: Endpoint<CodeEntry, SignInAnswer> {
        Endpoint(
            .post, "sign-in/code", "Show the second factor, and be signed in", open: .anyone,
            errors: [.unauthenticated, .invalidRequest, .rateLimited],
            details: "With the cookie of a sign-in that awaits a code; the answer sets another. \(Self.codes)"
        ) { call in
            let (signIn, _) = try await self.accounts.enter(call.input, of: call.signInSecret)
            return .init(try await self.accounts.answer(to: signIn), cookies: signIn.cookies)
        }
    }

    var stopSignIn: Endpoint<Nothing, Nothing> {
        Endpoint(
            .post, "sign-in/stop", "Give up a sign-in that awaits a code", open: .anyone, status: .noContent
        ) { call in
            try await self.accounts.stop(call.signInSecret)
            return .init(Nothing(), cookies: [])
        }
    }

    var factor: Endpoint<Nothing, FactorState> {
        Endpoint(
            .get, "second-factor", "See your second factor", needs: ReadFactor.self, isBeforeFactor: true
        ) { call in
            .init(try await self.accounts.factor(for: call.principal))
        }
    }

    var beginFactor: Endpoint<Nothing, FactorSetUp> {
        Endpoint(
            .post, "second-factor", "Begin to set up a second factor", needs: SetUpFactor.self, status: .created,
            errors: [.conflict], isBeforeFactor: true,
            details: "Codes are those of RFC 6238 with SHA-1, six digits and 30 seconds. It asks for nothing yet."
        ) { call in
            let begun = try await self.accounts.beginFactor(by: call.principal, once: call.once)
            return .init(begun.value, isReplay: begun.isReplay)
        }
    }

    var confirmFactor: Endpoint<CodeEntry, RecoveryCodes> {
        Endpoint(
            .post, "second-factor/confirmation", "Confirm your second factor by its first code",
            needs: ConfirmFactor.self, errors: [.conflict], isBeforeFactor: true,
            details: "Every other sign-in of yours ends; the answer sets another cookie for this one."
        ) { call in
            let (codes, signIn) = try await self.accounts.confirmFactor(
                call.input, by: call.principal, once: call.once)
            return .init(
                codes.value, isReplay: codes.isReplay, cookies: signIn.map { [.signIn($0.secret)] } ?? [])
        }
    }

    var renewRecoveryCodes: Endpoint<Nothing, RecoveryCodes> {
        Endpoint(
            .post, "second-factor/recovery-codes", "Make new recovery codes", needs: RenewRecoveryCodes.self,
            errors: [.conflict], details: "Those of before open nothing any more."
        ) { call in
            let made = try await self.accounts.renewRecoveryCodes(by: call.principal, once: call.once)
            return .init(made.value, isReplay: made.isReplay)
        }
    }

    var removeFactor: Endpoint<Nothing, Nothing> {
        Endpoint(
            .delete, "second-factor", "Take away your second factor", needs: RemoveFactor.self, status: .noContent,
            errors: [.conflict], details: "Every other sign-in of yours ends."
        ) { call in
            try await self.accounts.removeFactor(by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }

    var stepUp: Endpoint<CodeEntry, Nothing> {
        Endpoint(
            .post, "second-factor/check", "Show your second factor again", needs: StepUp.self, status: .noContent,
            errors: [.conflict, .invalidRequest, .rateLimited],
            details: """
                For an act that was answered with `step-up-required`: it asks for a code that is no more than ten \
                minutes old. On a shared tablet, whoever has no second factor sends their password in its place. The answer sets another cookie, and the earlier one opens nothing. \(Self.codes)
                """
        ) { call in
            let signIn = try await self.accounts.stepUp(call.input, by: call.visitor)
            return .init(Nothing(), cookies: [.signIn(signIn.secret)])
        }
    }

    var removeFactorOf: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .delete, "staff/{person}/second-factor", "Take away the second factor of somebody who has lost it",
            needs: RemoveFactorOf.self, errors: [.notFound, .conflict],
            details: "All of their sign-ins end. For those who may give each of the roles that they have."
        ) { call in
            let removed = try await self.accounts.removeFactor(
                of: call.identifier("person"), by: call.principal, once: call.once)
            return .init(removed.value, isReplay: removed.isReplay)
        }
    }

    var factorPolicy: Endpoint<Nothing, FactorPolicy> {
        Endpoint(
            .get, "second-factor-policy", "See who must have a second factor", needs: ReadFactorPolicy.self,
            details: "Its `version` is its `ETag`."
        ) { call in
            let policy = try await self.accounts.factorPolicy(for: call.principal)
            return .init(policy, version: policy.version)
        }
    }

    var changeFactorPolicy: Endpoint<FactorPolicyDraft, FactorPolicy> {
        Endpoint(
            .put, "second-factor-policy", "Decide who must have a second factor", needs: ChangeFactorPolicy.self,
            isVersioned: true,
            details: "At once: the next request of somebody who must have one and has none is answered with "
                + "`factor-required`."
        ) { call in
            let changed = try await self.accounts.change(
                call.input, seen: call.version, by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay, version: changed.value.version)
        }
    }
}
