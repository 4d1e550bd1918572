import HTTPTypes
import Kernel
import People
import Web

/// Passwords that are changed, asked for anew, and set again by a link.
extension AccountsRoutes {
    static let passwordPath = "/api/v1/accounts/password"

    func registerPasswords(on api: inout APIRoutes) {
        api.add(self.changePassword, in: "accounts")
        api.add(self.requirePasswordChange, in: "accounts")
        api.add(self.makePasswordReset, in: "accounts")
        api.add(self.makeContactPasswordReset, in: "accounts")
        api.add(self.finishPasswordReset, in: "accounts")
    }

    var changePassword: Endpoint<PasswordChangeInput, Nothing> {
        Endpoint(
            .post, "password", "Change your password", needs: ChangePassword.self, status: .noContent,
            details: """
                Your other sign-ins end, and the answer sets the cookie of this one anew. A wrong present password is \
                counted as a try to sign in. Whoever has been asked for a new password gets 403 with the type \
                `/problems/password-change-required` from every other route, but for signing out.
                """
        ) { call in
            let changed = try await self.accounts.changePassword(
                PasswordChange(
                    present: Password(call.input.present), chosen: Password(call.input.password),
                    network: AddressPrefix(call.client.address), agent: call.client.agent,
                    device: call.client.device),
                by: call.visitor, once: call.once)
            return .init(
                Nothing(), isReplay: changed == nil, cookies: changed?.cookies ?? [])
        }
    }

    var requirePasswordChange: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .post, "staff/{person}/password-change", "Make somebody choose a new password before anything else",
            needs: RequirePasswordChange.self, errors: [.notFound, .conflict],
            details: "At once, wherever they are signed in. For those who may take away each of their roles."
        ) { call in
            let asked = try await self.accounts.requirePasswordChange(
                of: call.identifier("person"), by: call.principal, once: call.once)
            return .init(asked.value, isReplay: asked.isReplay)
        }
    }

    private static let once = """
        It works once, for thirty minutes, while whoever made it may still make it, and ends their sign-ins. It is said \
        once: hand it over in person. One that was made before opens nothing any more.
        """

    var makePasswordReset: Endpoint<Nothing, PasswordResetLink> {
        Endpoint(
            .post, "staff/{person}/password-reset", "Make a link with which a colleague chooses a new password",
            needs: ResetPassword.self, status: .created, errors: [.notFound, .conflict],
            details: "For those who may give each of their roles. \(Self.once)"
        ) { call in
            let made = try await self.accounts.makePasswordReset(
                for: call.identifier("person"), by: call.principal, once: call.once)
            return .init(made.value, isReplay: made.isReplay)
        }
    }

    var makeContactPasswordReset: Endpoint<Nothing, PasswordResetLink> {
        Endpoint(
            .post, "residents/{resident}/contacts/{contact}/password-reset",
            "Make a link with which a resident’s contact chooses a new password", needs: ResetContactPassword.self,
            status: .created, errors: [.notFound, .conflict], details: Self.once
        ) { call in
            let made = try await self.accounts.makePasswordReset(
                for: call.identifier("contact"), of: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(made.value, isReplay: made.isReplay)
        }
    }

    var finishPasswordReset: Endpoint<PasswordResetInput, Nothing> {
        Endpoint(
            .post, "password-reset", "Choose a new password, by a link", open: .anyone, status: .noContent,
            errors: [.notFound, .unavailable],
            details: "Every sign-in of theirs ends. They can sign in with the new password then."
        ) { call in
            try await self.accounts.finishPasswordReset(
                with: Secret(shown: call.input.secret), choosing: Password(call.input.password))
            return .init(Nothing())
        }
    }
}
