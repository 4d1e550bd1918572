import HTTPTypes
import Kernel
import People
import Web

/// Residents' contacts who are invited to write with the home.
extension AccountsRoutes {
    private static let one = "residents/{resident}/contacts/{contact}/invitation"

    func registerContacts(on api: inout APIRoutes) {
        api.add(self.contactInvitations, in: "accounts")
        api.add(self.inviteContact, in: "accounts")
        api.add(self.withdrawContact, in: "accounts")
    }

    var contactInvitations: Endpoint<Nothing, Page<ContactInvitation>> {
        Endpoint(
            .get, "residents/{resident}/invitations", "See which of a resident’s contacts are invited",
            needs: ReadContacts.self, errors: [.notFound], details: "And have not come yet."
        ) { call in
            .init(try await self.accounts.contactInvitations(of: call.identifier("resident"), for: call.principal))
        }
    }

    var inviteContact: Endpoint<Nothing, ContactInvitationLink> {
        Endpoint(
            .post, Self.one, "Invite a resident’s contact to write with the home", needs: InviteContact.self,
            status: .created, errors: [.notFound, .conflict],
            details: """
                The answer has a link that makes one account, within seven days. It is said once: hand it over in \
                person. A link that was made before opens nothing any more. Whoever comes with it sees the \
                conversations that they are brought into, and nothing else.
                """
        ) { call in
            let invited = try await self.accounts.invite(
                call.identifier("contact"), of: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(invited.value, isReplay: invited.isReplay)
        }
    }

    var withdrawContact: Endpoint<Nothing, Nothing> {
        Endpoint(
            .delete, Self.one, "Withdraw the invitation of a resident’s contact",
            needs: WithdrawContactInvitation.self, status: .noContent, errors: [.notFound, .conflict]
        ) { call in
            try await self.accounts.withdraw(
                contact: call.identifier("contact"), of: call.identifier("resident"), by: call.principal,
                once: call.once)
            return .init(Nothing())
        }
    }
}
