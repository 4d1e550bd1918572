import Audit
import FoundationEssentials
package import Kernel
import Logging
import Metrics
import People
import Postgres
package import Web

/// Changing one's own password, and having somebody change theirs.
extension AccountsService {
    /// Changes somebody's own password; their other sign-ins end, and this one goes on under a new secret.
    ///
    /// - Returns: The new sign-in; `nil` for a request that was answered before, whose secret is kept nowhere.
    /// - Throws: What is wrong with each field, ``AccountsError/tooManyTries(seconds:)``, ``AccountsError/busy``.
    package func changePassword(
        _ change: PasswordChange, by visitor: Visitor, once: Once? = nil
    ) async throws -> NewSignIn? {
        let principal = visitor.principal
        let known = try await self.database.read(as: principal) { tx in
            (own: try self.signIns.own(in: tx), places: try self.store.placeNames(in: tx))
        }
        guard let own = known.own else { throw Problem.nothingHere }
        try self.check(change, names: own.names + known.places + [visitor.name, visitor.preferredName])
        let candidate = own.candidate
        try await self.verifyPresent(change, of: candidate, named: own.names, by: principal)
        let hash = try await self.passwords.hash(change.chosen)
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        let secret = Secret(), renewed = self.source.identifier(SignIn.self), now = self.source.now()
        let idle = self.idleEnds(of: principal, at: now)
        let changed = try await self.database.transaction(as: principal, once: once?.withoutContent) { tx in
            try principal.decide(ChangePassword.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            guard try self.signIns.change(to: hash, of: candidate, in: tx) else { throw Self.wrongPresent }
            guard try self.signIns.refusal(of: candidate.account, at: now, in: tx) == nil else {
                throw Problem(.unauthenticated, "Sign in to continue")
            }
            // What this sign-in has shown besides the password, it need not show again.
            guard
                try self.signIns.renew(
                    signIn, as: renewed, hash: secret.hash, at: now, idle: idle, passwordAt: now, in: tx)
            else { throw Problem(.unauthenticated, "Sign in to continue") }
            try self.signIns.endAll(of: candidate.account, .passwordChanged, besides: renewed, at: now, in: tx)
            try self.signIns.endPasswordResets(of: candidate.account, at: now, in: tx)
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
        self.endStreams(of: principal.person, in: principal.organisation)
        if changed.isReplay { return nil }
        self.security.notice(
            "password changed",
            metadata: ["account.id": "\(candidate.account)", "sign_in.id": "\(renewed)"])
        guard let facts = try await self.visitors(secret.hash) else {
            throw Problem(.unauthenticated, "Sign in to continue")
        }
        return self.signIn(secret, facts, on: change.device, of: candidate.account, at: now)
    }

    /// Makes somebody choose a new password before they do anything else, wherever they are signed in.
    package func requirePasswordChange(
        of person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        let asked = try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(RequirePasswordChange.self, everywhere: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            // Whoever wants a new password of their own changes it.
            guard decision.person != person else { throw AccountsError.yourself }
            let staff = try self.held(decision, at: now, in: tx)
            guard staff.state == StaffMember.State.open.stored else { throw AccountsError.accountIsClosed }
            try self.signIns.requireChange(of: staff.account, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
        self.endStreams(of: person, in: principal.organisation)
        return asked
    }

    // MARK: What is asked of it

    private static let wrongPresent = AccountsError.invalid([.init("/present", "This is not your present password")])

    private func check(_ change: PasswordChange, names: [String]) throws(AccountsError) {
        var violations: [Problem.Violation] = []
        if change.present.length == 0 { violations.append(.init("/present", "Enter your present password")) }
        if let objection = self.rule.objection(to: change.chosen, of: PasswordContext(names)) {
            violations.append(.init("/password", objection))
        } else if change.chosen.bytes.value == change.present.bytes.value {
            violations.append(.init("/password", "Choose another password than the present one"))
        }
        if !violations.isEmpty { throw .invalid(violations) }
    }

    /// Counted with the tries to sign in, so that a sign-in somebody has left open is no way to guess more.
    private func verifyPresent(
        _ change: PasswordChange, of candidate: Candidate, named names: [String], by principal: Principal
    ) async throws {
        let earliestRefusal = ContinuousClock.now + self.settings.refusal
        guard let name = names.first.flatMap({ SignInName($0) }) else { throw Problem.nothingHere }
        let place: SignInThrottle.Reservation
        do {
            place = try await self.throttle.reserve(
                name, from: change.network,
                on: self.mark(change.device, of: candidate.account, at: self.source.now()))
        } catch {
            AccountsMetrics.throttled.increment()
            self.security.warning("password change throttled", metadata: ["account.id": "\(candidate.account)"])
            throw error
        }
        do {
            if try await self.verify(change.present, against: candidate.hash) {
                return await self.throttle.giveBack(place)
            }
        } catch AccountsError.busy {
            // Nothing was guessed.
            await self.throttle.giveBack(place)
            throw AccountsError.busy
        }
        try await self.database.transaction(as: principal) { tx in
            self.audit.record(
                FailPasswordChange.self, on: candidate.account, by: principal.person, signIn: principal.signIn,
                concerning: principal.person, in: tx)
        }
        self.security.warning("password change failed", metadata: ["account.id": "\(candidate.account)"])
        try? await Task.sleep(until: earliestRefusal, clock: .continuous)
        throw Self.wrongPresent
    }
}
