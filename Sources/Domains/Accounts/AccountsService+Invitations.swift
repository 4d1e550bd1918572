import Audit
import FoundationEssentials
package import Kernel
import Logging
import People
import Postgres
package import Web

/// Colleagues are invited by a link that works once; whoever made it must still be able to give the role by then.
extension AccountsService {
    /// - Returns: The invitation, and its link unless the same request was answered before: it is kept nowhere.
    package func invite(
        _ colleague: NewInvitation, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<InvitationLink> {
        let now = self.source.now(), id = self.source.identifier(ColleagueInvitation.self), secret = Secret()
        let expiry = now.advanced(by: self.settings.colleagueInvitation)
        let invited = try await self.database.transaction(as: principal, once: once) { tx in
            let actor = try self.store.hold(principal, at: now, in: tx)
            let place = try self.place(of: colleague.reach(), in: tx)
            return try actor.decide(
                InviteColleague.self,
                Standing(principal.organisation, [.member], at: place, state: colleague.role.rawValue))
        } _: { tx, decision in
            guard (1...100).contains(colleague.name.trimmed.unicodeScalars.count) else {
                throw AccountsError.invalid([.init("/name", "Enter their name, of 100 characters at most")])
            }
            _ = try NewRole(colleague).period(at: now)
            let place = try self.place(of: colleague.reach(), in: tx)
            try self.store.insert(
                colleague, id, at: place, hash: secret.hash, until: expiry, decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            return try self.invitation(id, at: now, in: tx)
        }
        return await invited.link(secret)
    }

    package func invitations(
        after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<ColleagueInvitation> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListInvitations.self, principal.membership)
            let rows = try self.store.invitations(decision, after: after, limit: limit + 1, in: tx)
            self.audit.record(decision, in: tx)
            let people = try self.people.summaries(of: Set(rows.map(\.invitedBy)), in: tx)
            return Page(rows, limit: limit) { Keyset($0.id.description) }.map { row in
                ColleagueInvitation(row, by: people[row.invitedBy], at: now)
            }
        }
    }

    /// Makes a new link; the one before opens nothing any more.
    package func renew(
        _ invitation: Identifier<ColleagueInvitation>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<InvitationLink> {
        let now = self.source.now(), secret = Secret()
        let expiry = now.advanced(by: self.settings.colleagueInvitation)
        let renewed = try await self.database.transaction(as: principal, once: once) { tx in
            let actor = try self.store.hold(principal, at: now, in: tx)
            return try actor.decide(RenewInvitation.self, self.store.invitation(invitation, in: tx)?.standing)
        } _: { tx, decision in
            guard let row = try self.store.invitation(invitation, holding: true, in: tx), row.isOpen else {
                throw AccountsError.invitationIsOver
            }
            if let until = row.until, until <= now { throw AccountsError.invitationIsOver }
            try self.store.renew(decision, hash: secret.hash, until: expiry, in: tx)
            self.audit.record(decision, in: tx)
            return try self.invitation(invitation, at: now, in: tx)
        }
        return await renewed.link(secret)
    }

    package func withdraw(
        _ invitation: Identifier<ColleagueInvitation>, by principal: Principal, once: Once? = nil
    ) async throws {
        let now = self.source.now()
        try await self.database.transaction(as: principal, once: once) { tx in
            let actor = try self.store.hold(principal, at: now, in: tx)
            return try actor.decide(WithdrawInvitation.self, self.store.invitation(invitation, in: tx)?.standing)
        } _: { tx, decision in
            guard let row = try self.store.invitation(invitation, holding: true, in: tx), row.isOpen else {
                throw AccountsError.invitationIsOver
            }
            try self.store.withdraw(decision, at: now, in: tx)
            self.audit.record(decision, in: tx)
            return true
        }
    }

    // MARK: Coming with it

    /// Whom a link is for; `nil` if it opens nothing, any more or at all.
    package func welcome(with secret: Secret) async throws -> Welcome? {
        guard secret.isWellFormed else { return nil }
        let rows = try await self.database.read(
            as: .system("invitation"), self.store.invited(secret, at: self.source.now()))
        return try rows.first.flatMap { try self.store.welcome($0) }
    }

    /// Makes the account of whoever comes with the link, with the role that it is for.
    ///
    /// - Throws: ``AccountsError/deadLink``, ``AccountsError/usernameTaken``, or what is wrong with each field.
    package func accept(_ acceptance: Acceptance, with secret: Secret) async throws {
        guard let welcome = try await self.welcome(with: secret) else { throw AccountsError.deadLink }
        let places = try await self.database.read(as: .tenant(welcome.organisation), self.store.placeNames)
        let login = ChosenLogin(
            username: acceptance.username, email: acceptance.email, password: acceptance.password, by: self.rule,
            beside: [welcome.name] + (try places.map { try $0.read("name") }))
        guard login.violations.isEmpty, let username = login.username else {
            throw AccountsError.invalid(login.violations)
        }
        let person = self.source.identifier(Person.self), id = self.source.identifier(Account.self)
        let password = try await self.passwords.hash(acceptance.password), now = self.source.now()
        let scope = Scope.inside(welcome.organisation, person: person)
        try await self.database.transaction(as: scope, lockTimeout: .seconds(10)) { tx in
            // As whoever changes a contact holds them, so that neither waits for the other.
            if let contact = try self.store.invitation(of: welcome, in: tx)?.contact {
                try self.people.hold(contact.resident, in: tx)
            }
            try self.store.holdRoles(in: tx)
            let invitation = try self.invitation(welcome, with: secret, at: now, in: tx)
            let known = NewPerson(
                id: person, fullName: invitation.name,
                preferredName: invitation.name.split(separator: " ").first.map(String.init) ?? invitation.name)
            let account = NewAccount(
                id: id, person: person, username: username, email: login.email, password: password,
                grants: [Grant(invitation.role, invitation.place.reach)], until: invitation.until)
            if let contact = invitation.contact {
                guard try self.people.connect(known, as: contact.id, of: contact.resident, in: tx) else {
                    throw AccountsError.deadLink
                }
            } else {
                let staff = NewStaff(
                    person: known, home: invitation.place.home, unit: invitation.place.unit,
                    jobTitle: invitation.role.title)
                try self.people.enrol(staff: [staff], in: tx)
            }
            try self.directory.open([account], by: invitation.invitedBy, at: now, source: self.source, in: tx)
            try self.store.use(invitation.id, at: now, in: tx)
            guard try self.signIns.refusal(of: id, at: now, in: tx) == nil else { throw AccountsError.deadLink }
            self.audit.record(AcceptInvitation.self, on: id, by: person, in: tx)
        }
        self.security.notice("invitation accepted", metadata: ["account.id": "\(id)"])
    }

    /// The invitation as it is now that nobody else can come with it: still open, and still its inviter's to give.
    private func invitation(
        _ welcome: Welcome, with secret: Secret, at now: Date, in tx: borrowing Transaction
    ) throws -> AccountsStore.InvitationRow {
        guard let row = try self.store.invitation(of: welcome, holding: true, in: tx), row.isOpen,
            row.expiresAt > now, row.until.map({ $0 > now }) ?? true,
            try self.store.isSecret(secret, of: row.id, in: tx)
        else { throw AccountsError.deadLink }
        let inviter = Principal(
            person: row.invitedBy, organisation: welcome.organisation,
            grants: try self.store.grants(of: row.invitedBy, at: now, in: tx))
        guard try self.mayStillInvite(inviter, row, in: tx) else { throw AccountsError.deadLink }
        return row
    }

    private func mayStillInvite(
        _ inviter: Principal, _ row: AccountsStore.InvitationRow, in tx: borrowing Transaction
    ) throws -> Bool {
        guard let contact = row.contact else { return inviter.may(RenewInvitation.self, row.standing) }
        guard let standing = try self.people.standing(of: inviter, to: contact.resident, in: tx) else { return false }
        return inviter.may(InviteContact.self, standing)
    }

    private func invitation(
        _ id: Identifier<ColleagueInvitation>, at now: Date, in tx: borrowing Transaction
    ) throws -> ColleagueInvitation {
        guard let row = try self.store.invitation(id, in: tx) else { throw AccountsError.notFound }
        let people = try self.people.summaries(of: [row.invitedBy], in: tx)
        return ColleagueInvitation(row, by: people[row.invitedBy], at: now)
    }
}

extension ColleagueInvitation {
    init(_ row: AccountsStore.InvitationRow, by inviter: PersonSummary?, at now: Date) {
        self.init(
            id: row.id, name: row.name, role: row.role, title: row.role.title, scope: row.place.scope,
            homeId: row.place.home, unitId: row.place.unit, until: row.until, invitedBy: inviter?.name ?? "Somebody",
            expiresAt: row.expiresAt, isExpired: row.expiresAt <= now)
    }
}

extension Replayable where Value == ColleagueInvitation {
    /// Only the first answer has the link: what is stored for a repeated request must not open anything.
    fileprivate func link(_ secret: Secret) async -> Replayable<InvitationLink> {
        let link = self.isReplay ? nil : InvitationLink.path(secret)
        return await self.map { InvitationLink(invitation: $0, link: link) }
    }
}

extension Place {
    var reach: Reach {
        if let unit { return .unit(unit) }
        return self.home.map { .home($0) } ?? .organisation
    }
}
