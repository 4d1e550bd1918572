import Hummingbird
import Kernel
import People
import Web

/// `/residents/{resident}/contacts/{contact}/invitation`: the link for a resident's contact, and taking it back.
struct ContactInvitationPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        let one = "residents/{resident}/contacts/{contact}/invitation"
        pages.post(one, needs: InviteContact.self, fields: []) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            let invited = try await self.accounts.invite(
                call.identifier("contact"), of: resident, by: call.principal, once: call.once)
            return try await self.linkPage(call, resident, invited.value)
        }
        pages.post("\(one)/withdrawal", needs: WithdrawContactInvitation.self, fields: []) { call in
            let resident: Identifier<Person> = try call.identifier("resident")
            try await self.accounts.withdraw(
                contact: call.identifier("contact"), of: resident, by: call.principal, once: call.once)
            return call.redirect("/residents/\(resident)/contacts")
        }
    }

    /// The page is the answer to the form: the link is in no address of ours, and nowhere to come back to.
    private func linkPage(
        _ call: PageCall, _ resident: Identifier<Person>, _ made: ContactInvitationLink
    ) async throws -> Response {
        let model: Model = [
            "back": ["href": "/residents/\(resident)/contacts", "text": "Contacts"] as Model,
            "name": made.name, "role": made.title, "link": made.link.map { "\(call.origin)\($0)" }.orFalse,
            "expires": call.visitor.time(at: call.now).full(made.invitation.expiresAt),
        ]
        return try await call.page(
            "accounts/contact-invited", model, title: "\(made.name) is invited", nav: .residents)
    }
}
