import Audit
import FoundationEssentials
package import Kernel
import Logging
import Postgres
import Sealing
package import Web

/// Somebody who comes back on a shared tablet.
package struct PinAttempt: Sendable {
    package let entry: PinEntry
    package let tablet: Secret?
    /// Who is signed in there now, if anybody; they are put aside.
    package let replacing: Principal?

    package init(_ entry: PinEntry, on tablet: Secret?, replacing: Principal? = nil) {
        self.entry = entry
        self.tablet = tablet
        self.replacing = replacing
    }
}

/// PINs: chosen, tried, and the lock that they open.
///
/// A PIN opens nothing but somebody's own sign-in on one tablet, on which they have signed in fully within the day. A
/// place is taken, and durable, before anything is hashed; so however many come at once, no more are looked at.
extension AccountsService {
    /// - Throws: ``AccountsError/noTablet`` anywhere but on a shared tablet; what is wrong with the PIN.
    package func setPin(_ choice: PinChoice, by principal: Principal, once: Once? = nil) async throws {
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        // Asked before anything is hashed, and again with what is written.
        let known = try await self.database.read(as: principal) { tx in
            _ = try principal.decide(SetTabletPin.self, self.ownStanding(of: principal, in: tx))
            return try self.tablets.tablet(of: signIn, in: tx)
        }
        let pin = try TabletPin(chosen: choice.pin)
        guard let tablet = known else { throw AccountsError.noTablet }
        let hash = try await self.passwords.hash(pin.password), now = self.source.now()
        // The digits leave no trace, not even in the key of the request.
        try await self.database.transaction(as: principal, once: once?.withoutContent) { tx in
            try principal.decide(SetTabletPin.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            let sealed = try self.keyring.seal(
                Data(hash.text.utf8), at: Self.place(of: decision.object, on: tablet, in: principal.organisation))
            guard try self.tablets.set(sealed, on: tablet, decision, at: now, in: tx) else {
                throw AccountsError.noTablet
            }
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
    }

    /// Whether somebody has chosen one for the tablet in their hands; `nil` anywhere else.
    package func hasPin(_ principal: Principal) async throws -> Bool? {
        guard let signIn = principal.signIn else { return nil }
        return try await self.database.read(as: principal) { tx in
            guard let tablet = try self.tablets.tablet(of: signIn, in: tx),
                let own = try self.ownStanding(of: principal, in: tx)
            else { return nil }
            return try self.tablets.hasPin(own.object, on: tablet, in: tx)
        }
    }

    /// Opens somebody's own sign-in on a tablet, and puts everybody else's there aside.
    ///
    /// - Throws: ``AccountsError/wrongPin(left:)``, ``AccountsError/signInFully``, ``AccountsError/busy``.
    package func open(_ attempt: PinAttempt) async throws -> NewSignIn {
        guard let tablet = try await self.tablet(attempt.tablet) else { throw AccountsError.signInFully }
        // What cannot be a PIN is no try.
        guard let pin = TabletPin(typed: attempt.entry.pin) else {
            throw AccountsError.invalid([.init("/pin", "Enter the six digits of your PIN")])
        }
        let person = attempt.entry.personId, now = self.source.now(), begin = self.begin(at: now)
        let scope = Scope.inside(tablet.organisation, person: person)
        let place = try await self.database.transaction(as: scope, lockTimeout: .seconds(10)) { tx in
            guard try self.tablets.take(tablet.id, at: now, in: tx),
                let place = try self.tablets.take(of: person, on: tablet.id, since: begin, at: now, in: tx)
            else { throw AccountsError.signInFully }
            return place
        }
        let isRight: Bool
        do {
            let bound = Self.place(of: place.account, on: tablet.id, in: tablet.organisation)
            let hash = PasswordHash(String(decoding: try self.keyring.open(place.pin, at: bound), as: UTF8.self))
            isRight = try await self.passwords.verify(pin.password, against: hash)
        } catch {
            // Nothing was guessed.
            try await self.database.transaction(as: scope) { tx in
                try self.tablets.giveBack(place.account, on: tablet.id, wasRight: false, in: tx)
            }
            // Sealed with a key that is gone: they sign in, and choose another.
            if error is SealingError { throw AccountsError.signInFully }
            throw error
        }
        guard isRight else {
            try await self.refuse(on: tablet, account: place.account, by: person)
            throw AccountsError.wrongPin(left: place.left)
        }
        return try await self.resume(place.account, of: person, on: tablet, replacing: attempt.replacing)
    }

    private func resume(
        _ account: Identifier<Account>, of person: Identifier<Person>, on tablet: ShownTablet,
        replacing earlier: Principal?
    ) async throws -> NewSignIn {
        let secret = Secret(), renewed = self.source.identifier(SignIn.self), now = self.source.now()
        let begin = self.begin(at: now), idleUntil = now.advanced(by: self.settings.terms.tabletLock)
        let scope = Scope.inside(tablet.organisation, person: person)
        let isOpen = try await self.database.transaction(as: scope, lockTimeout: .seconds(10)) { tx -> Bool in
            try self.tablets.giveBack(account, on: tablet.id, wasRight: true, in: tx)
            guard try self.signIns.refusal(of: account, at: now, in: tx) == nil,
                try self.tablets.resume(
                    account, on: tablet.id, as: renewed, hash: secret.hash, since: begin, at: now,
                    idleUntil: idleUntil, in: tx)
            else { return false }
            try self.take(tablet.id, by: person, in: tablet.organisation, through: renewed, "pin", at: now, tx)
            return true
        }
        guard isOpen, let facts = try await self.visitors(secret.hash) else { throw AccountsError.signInFully }
        // What is open under the earlier secret comes back under this.
        self.endStreams(of: person, in: tablet.organisation)
        self.security.notice("tablet opened", metadata: ["sign_in.id": "\(renewed)"])
        // Somebody of elsewhere, whom the tablet does not know.
        if let earlier { try await self.replace(earlier, from: tablet.id) }
        return NewSignIn(secret: secret, visitor: facts.visitor(secret), awaitsCode: facts.awaitsCode, device: nil)
    }

    /// Locks somebody's own sign-in; nothing of it is shown until they come back.
    package func lock(_ principal: Principal, once: Once? = nil) async throws {
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        let now = self.source.now()
        try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(LockTablet.self, Standing(signIn, [.own], at: nil, state: "live"))
        } _: { tx, decision in
            guard try self.tablets.lock(decision, at: now, in: tx) else { throw AccountsError.noTablet }
            self.audit.record(decision, in: tx)
            return true
        }
        self.onEnd(principal)
    }

    /// Signs somebody out whose sign-in is locked, by whoever holds the tablet: it takes nothing from anybody else.
    package func signOutLocked(_ secret: Secret?) async throws {
        guard let over = try await self.overByTime(secret) else { return }
        let now = self.source.now()
        try await self.database.transaction(as: Scope.inside(over.organisation, person: over.person)) { tx in
            if try self.signIns.end(over.signIn, .signedOut, at: now, in: tx) {
                self.audit.record(ReplaceSignIn.self, on: over.signIn, by: over.person, signIn: over.signIn, in: tx)
            }
        }
    }

    // MARK: The password, where there is no second factor

    /// Takes the password of somebody whom a PIN has let in, in exchange for a sign-in that has shown it.
    func showPassword(_ password: Password, by visitor: Visitor) async throws -> NewSignIn {
        let principal = visitor.principal, now = self.source.now()
        guard let signIn = principal.signIn else { throw AccountsError.signInAgain }
        let own = try await self.database.transaction(as: principal, lockTimeout: .seconds(10)) { tx in
            guard let own = try self.signIns.own(in: tx)?.candidate,
                let tablet = try self.tablets.tablet(of: signIn, in: tx)
            else { throw AccountsError.signInAgain }
            guard try self.tablets.take(tablet, at: now, in: tx),
                try self.tablets.take(of: own.account, on: tablet, in: tx)
            else { throw AccountsError.tooManyCodes(seconds: 3_600) }
            return (candidate: own, tablet: tablet)
        }
        let account = own.candidate.account, tablet = own.tablet
        let isRight: Bool
        do {
            isRight = try await self.verify(password, against: own.candidate.hash)
        } catch {
            try await self.database.transaction(as: principal) { tx in
                try self.tablets.giveBack(account, on: tablet, wasRight: false, in: tx)
            }
            throw error
        }
        guard isRight else {
            let shown = ShownTablet(organisation: principal.organisation, id: tablet, name: "", home: "")
            try await self.refuse(on: shown, account: account, by: principal.person)
            throw AccountsError.invalid([.init("/code", "This is not your password")])
        }
        let secret = Secret(), renewed = self.source.identifier(SignIn.self)
        let idle = self.idleEnds(of: principal, at: now)
        try await self.database.transaction(as: principal) { tx in
            try self.tablets.giveBack(account, on: tablet, wasRight: true, in: tx)
            let decision = try principal.decide(StepUp.self, Standing(account, [.own], at: nil, state: "active"))
            guard
                try self.signIns.renew(
                    signIn, as: renewed, hash: secret.hash, at: now, idle: idle, passwordAt: now, in: tx)
            else { throw AccountsError.signInAgain }
            self.audit.record(decision, about: principal.person, in: tx)
        }
        guard let facts = try await self.visitors(secret.hash) else { throw AccountsError.signInAgain }
        self.onEnd(principal)
        return self.signIn(secret, facts, on: nil, of: account, at: now)
    }

    private func refuse(
        on tablet: ShownTablet, account: Identifier<Account>, by person: Identifier<Person>
    ) async throws {
        let earliest = ContinuousClock.now + self.settings.refusal
        try await self.database.transaction(as: Scope.inside(tablet.organisation, person: person)) { tx in
            self.audit.record(FailTabletPin.self, on: tablet.id, by: nil, about: person, in: tx)
        }
        self.security.warning("pin refused", metadata: ["account.id": "\(account)"])
        try? await Task.sleep(until: earliest, clock: .continuous)
    }

    private static func place(
        of account: Identifier<Account>, on tablet: Identifier<Tablet>, in organisation: Identifier<Organisation>
    ) -> SealedPlace {
        SealedPlace(
            table: "accounts.tablet_person", column: "pin", organisation: organisation,
            row: "\(tablet) \(account)")
    }
}
