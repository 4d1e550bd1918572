import Audit
import FoundationEssentials
package import Kernel
import Logging
package import People
import Postgres
package import Web

/// Somebody who has forgotten their password is given a link by whoever may give them every role that they hold.
///
/// Whoever makes the link never learns the password. It could be used by whoever made it, though, so it is a way to come
/// to somebody's rights, and is guarded like one.
extension AccountsService {
    /// - Returns: The link, unless the same request was answered before: it is kept nowhere.
    package func makePasswordReset(
        for person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<PasswordResetLink> {
        let now = self.source.now(), secret = Secret(), id = self.source.identifier(PasswordReset.self)
        let expiry = now.advanced(by: self.settings.passwordReset)
        let made = try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(ResetPassword.self, everywhere: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            guard decision.person != person else { throw AccountsError.yourself }
            let staff = try self.held(decision, at: now, in: tx)
            guard try self.signIns.refusal(of: staff.account, at: now, in: tx) == nil else {
                throw AccountsError.accountIsClosed
            }
            try self.signIns.insert(
                id, of: staff.account, hash: secret.hash, until: expiry, by: decision.person, at: now, in: tx)
            self.audit.record(decision, about: person, in: tx)
            let name = try self.member(decision, at: now, in: tx).name
            return PasswordResetLink(name: name, expiresAt: expiry, link: nil)
        }
        return await self.link(made, secret, for: person)
    }

    /// The same for a resident's contact, by whoever may invite them.
    package func makePasswordReset(
        for contact: Identifier<Contact>, of resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<PasswordResetLink> {
        let now = self.source.now(), secret = Secret(), id = self.source.identifier(PasswordReset.self)
        let expiry = now.advanced(by: self.settings.passwordReset)
        let made = try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(ResetContactPassword.self, self.people.hold(resident, for: principal, in: tx))
        } _: { tx, decision in
            try self.store.holdRoles(in: tx)
            let found = try self.people.contact(contact, decision, in: tx)
            guard let person = try self.people.person(of: contact, decision, in: tx),
                let account = try self.store.account(of: person, in: tx),
                try self.signIns.refusal(of: account, at: now, in: tx) == nil
            else { throw AccountsError.hasNoSignIn }
            try self.signIns.insert(
                id, of: account, hash: secret.hash, until: expiry, by: decision.person, asContactOf: resident, at: now,
                in: tx)
            self.audit.record(decision, about: resident, in: tx)
            return PasswordResetLink(name: found.fullName, expiresAt: expiry, link: nil)
        }
        return await self.link(made, secret, for: contact)
    }

    /// Only the first answer has the link: what is stored for a repeated request must not open anything.
    private func link<Subject>(
        _ made: Replayable<PasswordResetLink>, _ secret: Secret, for subject: Identifier<Subject>
    ) async -> Replayable<PasswordResetLink> {
        if made.isReplay { return made }
        self.security.notice("password reset made", metadata: ["object.id": "\(subject)"])
        return await made.map {
            PasswordResetLink(name: $0.name, expiresAt: $0.expiresAt, link: PasswordResetLink.path(secret))
        }
    }

    // MARK: Coming with it

    /// Whom a link is for; `nil` if it opens nothing, any more or at all.
    package func passwordReset(with secret: Secret) async throws -> PasswordReset? {
        guard secret.isWellFormed else { return nil }
        let rows = try await self.database.read(
            as: .system("password reset"), self.signIns.passwordReset(secret, at: self.source.now()))
        return try rows.first.map { try self.signIns.passwordReset($0) }
    }

    /// Sets the password of whoever comes with the link; every sign-in of theirs ends.
    ///
    /// They sign in with it afterwards, as on any day: what else the account asks for is asked then.
    ///
    /// - Throws: ``AccountsError/deadReset``, or what is wrong with the password.
    package func finishPasswordReset(with secret: Secret, choosing password: Password) async throws {
        guard let reset = try await self.passwordReset(with: secret) else { throw AccountsError.deadReset }
        let places = try await self.database.read(as: .tenant(reset.organisation), self.store.placeNames)
        let names = [reset.name, reset.preferredName, reset.username, reset.email].compactMap { $0 }
        let context = PasswordContext(names + (try places.map { try $0.read("name") }))
        if let objection = self.rule.objection(to: password, of: context) {
            throw AccountsError.invalid([.init("/password", objection)])
        }
        let hash = try await self.passwords.hash(password), now = self.source.now()
        let scope = Scope.inside(reset.organisation, person: reset.person)
        try await self.database.transaction(as: scope, lockTimeout: .seconds(10)) { tx in
            guard let (maker, resident) = try self.signIns.use(reset, at: now, in: tx),
                try self.signIns.refusal(of: reset.account, at: now, in: tx) == nil,
                try self.mayStill(maker, resident, reset, at: now, in: tx)
            else { throw AccountsError.deadReset }
            try self.signIns.reset(to: hash, of: reset.account, in: tx)
            try self.signIns.endAll(of: reset.account, .passwordReset, at: now, in: tx)
            self.audit.record(FinishPasswordReset.self, on: reset.account, by: reset.person, in: tx)
        }
        self.endStreams(of: reset.person, in: reset.organisation)
        self.security.notice("password reset", metadata: ["account.id": "\(reset.account)"])
    }

    /// Whether whoever made a link could make it again.
    private func mayStill(
        _ maker: Identifier<Person>?, _ resident: Identifier<Person>?, _ reset: PasswordReset, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Bool {
        guard let maker else { return true }
        let principal = Principal(
            person: maker, organisation: reset.organisation, grants: try self.store.grants(of: maker, at: now, in: tx))
        if let resident {
            guard let standing = try self.people.standing(of: principal, to: resident, in: tx) else { return false }
            return principal.may(ResetContactPassword.self, standing)
        }
        guard let staff = try self.store.standing(of: principal, to: reset.person, at: now, in: tx) else {
            return false
        }
        return principal.may(ResetPassword.self, everywhere: staff)
    }
}
