import Audit
import FoundationEssentials
package import Kernel
package import People
package import Postgres
package import Web

/// The people in residents' lives are invited by a link, as colleagues are, and may write with the home.
///
/// Whoever changes a resident's contact holds the resident first and the organisation's roles after that.
extension AccountsService {
    /// Makes a link for a contact; one that was made before opens nothing any more.
    ///
    /// - Returns: The invitation, and its link unless the same request was answered before: it is kept nowhere.
    package func invite(
        _ contact: Identifier<Contact>, of resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ContactInvitationLink> {
        let now = self.source.now(), id = self.source.identifier(ColleagueInvitation.self), secret = Secret()
        let expiry = now.advanced(by: self.settings.colleagueInvitation)
        let invited = try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(InviteContact.self, self.people.hold(resident, for: principal, in: tx))
        } _: { tx, decision in
            try self.store.holdRoles(in: tx)
            let found = try self.people.contact(contact, decision, in: tx)
            if found.isConnected == true { throw AccountsError.hasSignIn }
            guard found.mayWrite, let role = found.role else { throw AccountsError.notToBeInvited }
            let home = try self.people.resident(decision, in: tx).resident.homeId
            try self.store.withdraw(of: contact, at: now, in: tx)
            try self.store.insert(
                id, of: found, as: role, at: home, hash: secret.hash, until: expiry, decision, at: now, in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return ContactInvitationLink(
                invitation: ContactInvitation(contactId: contact, expiresAt: expiry, isExpired: false),
                name: found.fullName, role: role, title: role.title, link: nil)
        }
        // What is stored for a repeated request must not open anything.
        let link = invited.isReplay ? nil : InvitationLink.path(secret)
        return await invited.map {
            ContactInvitationLink(
                invitation: $0.invitation, name: $0.name, role: $0.role, title: $0.title, link: link)
        }
    }

    package func withdraw(
        contact: Identifier<Contact>, of resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws {
        let now = self.source.now()
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                WithdrawContactInvitation.self, self.people.hold(resident, for: principal, in: tx))
        } _: { tx, decision in
            let found = try self.people.contact(contact, decision, in: tx)
            guard try self.store.withdraw(of: found.id, at: now, in: tx) else {
                throw AccountsError.invitationIsOver
            }
            self.audit.record(decision, about: resident, in: tx)
            return true
        }
    }

    /// Which of a resident's contacts are invited and have not come yet.
    package func contactInvitations(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> Page<ContactInvitation> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadContacts.self, self.people.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            let rows = try self.store.contactInvitations(of: resident, in: tx)
            return Page(
                items: rows.map {
                    ContactInvitation(
                        contactId: $0.contact, expiresAt: $0.expiresAt, isExpired: $0.expiresAt <= now)
                }, next: nil)
        }
    }

    /// Ends what a contact's invitation opened, or would have: in the transaction that ends or restricts the contact.
    package func follow(_ change: ContactClosed, in tx: borrowing Transaction) throws {
        let now = self.source.now()
        try self.store.holdRoles(in: tx)
        try self.store.withdraw(of: change.contact, at: now, in: tx)
        guard let person = change.person, let account = try self.store.account(of: person, in: tx) else { return }
        try self.store.set(.closed, of: account, in: tx)
        try self.store.endRoles(of: account, by: change.principal.person, at: now, in: tx)
        try self.signIns.endAll(of: account, .closed, at: now, in: tx)
        self.audit.record(
            CloseContact.self, on: person, by: change.principal.person, signIn: change.principal.signIn,
            about: change.resident, reason: "\(CloseContact.name): contact closed", in: tx)
        let organisation = change.principal.organisation
        tx.afterCommit { self.endStreams(of: person, in: organisation) }
    }
}
