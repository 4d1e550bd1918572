import HTTPTypes
import Kernel
import Web

/// Colleagues who are invited, and come.
extension AccountsRoutes {
    func registerInvitations(on api: inout APIRoutes) {
        api.add(self.invitations, in: "accounts")
        api.add(self.invite, in: "accounts")
        api.add(self.renewInvitation, in: "accounts")
        api.add(self.withdrawInvitation, in: "accounts")
        api.add(self.acceptInvitation, in: "accounts")
    }

    var invitations: Endpoint<Nothing, Page<ColleagueInvitation>> {
        Endpoint(
            .get, "invitations", "List who is invited and has not come yet", needs: ListInvitations.self,
            query: [QueryParameter("before", .cursor, "The `next` of the page before")],
            details: "Those that you may withdraw."
        ) { call in
            .init(
                try await self.accounts.invitations(
                    after: call.query("before").map { try Keyset($0, parts: 1) }, for: call.principal))
        }
    }

    var invite: Endpoint<NewInvitation, InvitationLink> {
        Endpoint(
            .post, "invitations", "Invite a colleague", needs: InviteColleague.self, status: .created,
            details: """
                The answer has a link that makes one account, within seven days, while whoever made it may give the \
                role. It is said once: hand it over in person.
                """
        ) { call in
            let invited = try await self.accounts.invite(call.input, by: call.principal, once: call.once)
            return .init(invited.value, isReplay: invited.isReplay)
        }
    }

    var renewInvitation: Endpoint<Nothing, InvitationLink> {
        Endpoint(
            .post, "invitations/{invitation}/renewal", "Make a new link for somebody who is invited",
            needs: RenewInvitation.self, errors: [.notFound, .conflict],
            details: "The link before opens nothing any more. You answer for the invitation from now on."
        ) { call in
            let renewed = try await self.accounts.renew(
                call.identifier("invitation"), by: call.principal, once: call.once)
            return .init(renewed.value, isReplay: renewed.isReplay)
        }
    }

    var withdrawInvitation: Endpoint<Nothing, Nothing> {
        Endpoint(
            .post, "invitations/{invitation}/withdrawal", "Withdraw an invitation", needs: WithdrawInvitation.self,
            status: .noContent, errors: [.notFound, .conflict]
        ) { call in
            try await self.accounts.withdraw(call.identifier("invitation"), by: call.principal, once: call.once)
            return .init(Nothing())
        }
    }

    var acceptInvitation: Endpoint<AcceptanceInput, Nothing> {
        Endpoint(
            .post, "invitation", "Come by an invitation", open: .anyone, status: .noContent,
            errors: [.notFound, .conflict, .unavailable],
            details: "Makes the account that the link is for. Whoever has it can sign in then."
        ) { call in
            try await self.accounts.accept(
                Acceptance(
                    username: call.input.username, email: call.input.email ?? "",
                    password: Password(call.input.password)), with: Secret(shown: call.input.secret))
            return .init(Nothing())
        }
    }
}
