import Audit
import Crypto
import FoundationEssentials
package import Kernel
import Logging
import Metrics
import Postgres
package import Web

/// Somebody at the door.
package struct SignInAttempt: Sendable {
    package let name: String
    package let password: Password
    package let network: AddressPrefix
    /// What the browser calls itself.
    package let agent: String?
    /// What it shows of somebody who has signed in with it before.
    package let device: String?
    /// What it shows if it is a shared tablet.
    package let tablet: Secret?
    /// Who was signed in with the same browser; that sign-in ends, or is put aside on a shared tablet.
    package let replacing: Principal?
    /// Whether it is a program that asks, and is given tokens.
    var isProgram = false

    package init(
        name: String, password: Password, network: AddressPrefix, agent: String? = nil, device: String? = nil,
        tablet: Secret? = nil, replacing: Principal? = nil
    ) {
        self.name = name
        self.password = password
        self.network = network
        self.agent = agent
        self.device = device
        self.tablet = tablet
        self.replacing = replacing
    }
}

/// Somebody let in, and what goes into their cookie.
package struct NewSignIn: Sendable {
    package let secret: Secret
    package let visitor: Visitor
    /// Whether it opens nothing before a code of the second factor was entered.
    package let awaitsCode: Bool
    /// What the browser keeps, to be known by the next time; nothing before all that is asked for was shown.
    package let device: String?
}

extension AccountsService {
    /// Lets somebody in.
    ///
    /// In this order: the name in its one form, the throttle, the password, the account. Whatever is wrong, the answer
    /// is the same and takes as long.
    ///
    /// - Throws: ``AccountsError/wrongNameOrPassword``, ``AccountsError/tooManyTries(seconds:)``,
    ///   ``AccountsError/busy``.
    package func signIn(_ attempt: SignInAttempt) async throws -> NewSignIn {
        let earliestRefusal = ContinuousClock.now + self.settings.refusal
        // A name that is none takes a place like any other.
        let name = SignInName(attempt.name) ?? SignInName.none
        let place: SignInThrottle.Reservation
        do {
            place = try await self.throttle.reserve(
                name, from: attempt.network, on: try await self.device(of: name, attempt))
        } catch let error as AccountsError {
            AccountsMetrics.throttled.increment()
            self.security.warning("sign-in throttled", metadata: ["address.hash": "\(attempt.network.fingerprint)"])
            self.watch(SecurityNotice(.signInThrottled, from: attempt.network.fingerprint))
            throw error
        }
        do {
            let signIn = try await self.letIn(name, attempt)
            await self.throttle.giveBack(place)
            AccountsMetrics.succeeded.increment()
            return signIn
        } catch AccountsError.wrongNameOrPassword {
            AccountsMetrics.failed.increment()
            try? await Task.sleep(until: earliestRefusal, clock: .continuous)
            throw AccountsError.wrongNameOrPassword
        } catch AccountsError.busy {
            // Nothing was guessed.
            await self.throttle.giveBack(place)
            throw AccountsError.busy
        }
    }

    /// The device, if whoever is tried has signed in with it before; that of anybody else is a stranger's.
    private func device(of name: SignInName, _ attempt: SignInAttempt) async throws -> DeviceMark? {
        guard let shown = attempt.device,
            let mark = DeviceMark(shown: shown, sealed: self.devices, at: self.source.now())
        else { return nil }
        let rows = try await self.database.read(as: .system("sign-in"), self.signIns.candidates(name))
        return try rows.contains { try self.signIns.candidate($0).account == mark.account } ? mark : nil
    }

    private func letIn(_ name: SignInName, _ attempt: SignInAttempt) async throws -> NewSignIn {
        let rows = try await self.database.read(as: .system("sign-in"), self.signIns.candidates(name))
        let candidates = try rows.map { try self.signIns.candidate($0) }
        if candidates.isEmpty {
            _ = try await self.verify(attempt.password, against: self.passwords.scheme.decoy)
            self.security.warning(
                "sign-in failed",
                metadata: ["reason": "unknown_name", "address.hash": "\(attempt.network.fingerprint)"])
            self.watch(SecurityNotice(.unknownName, from: attempt.network.fingerprint))
        }
        var refusals: [Refusal] = []
        for candidate in candidates {
            guard try await self.verify(attempt.password, against: candidate.hash) else {
                refusals.append(.wrongPassword)
                continue
            }
            switch try await self.begin(attempt, as: candidate) {
            case .success(let signIn): return signIn
            case .failure(let refusal): refusals.append(refusal)
            }
        }
        // Only now: what somebody of another organisation does under the same name is no failure here.
        for (candidate, refusal) in zip(candidates, refusals) { try await self.note(refusal, of: candidate, attempt) }
        throw AccountsError.wrongNameOrPassword
    }

    func verify(_ password: Password, against hash: PasswordHash) async throws -> Bool {
        // One that is too long to be anybody's costs as much as any other.
        guard !password.isTooLong else {
            _ = try await self.passwords.verify(Password(""), against: hash)
            return false
        }
        return try await self.passwords.verify(password, against: hash)
    }

    private func begin(
        _ attempt: SignInAttempt, as candidate: Candidate
    ) async throws -> Result<NewSignIn, Refusal> {
        // Made with weaker parameters than today's, or in another way: made again, while the password is at hand.
        let renewed =
            self.passwords.scheme.isCurrent(candidate.hash) ? nil : try await self.passwords.hash(attempt.password)
        let secret = Secret(), now = self.source.now()
        let tablet = try await self.tablet(attempt.tablet, of: candidate.organisation)
        let id = self.source.identifier(SignIn.self)
        let scope = Scope.inside(candidate.organisation, person: candidate.person)
        let refusal = try await self.database.transaction(as: scope) { tx -> Refusal? in
            let isFamily = try self.store.grants(of: candidate.person, at: now, in: tx).areOfFamily
            let beginning = self.beginning(
                id, secret, attempt, on: tablet, isFamily: isFamily, at: now)
            if let refusal = try self.signIns.insert(beginning, of: candidate, at: now, in: tx) { return refusal }
            if let renewed { try self.signIns.replace(renewed, of: candidate, in: tx) }
            self.audit.record(
                BeginSignIn.self, on: candidate.account, by: candidate.person, signIn: id, in: tx)
            try self.arrive(
                candidate.account, of: candidate.person, in: candidate.organisation, through: id, at: now, tx)
            return nil
        }
        if let refusal { return .failure(refusal) }
        guard let facts = try await self.visitors(secret.hash) else { return .failure(.disabled) }
        // On a tablet of the same organisation it was put aside, or ended if it was their own.
        if let earlier = attempt.replacing { try await self.replace(earlier, from: tablet) }
        self.security.notice(
            "signed in",
            metadata: [
                "account.id": "\(candidate.account)", "sign_in.id": "\(id)",
                "address.hash": "\(attempt.network.fingerprint)",
            ])
        if self.mark(attempt.device, of: candidate.account, at: now) == nil {
            let isAdministrative = !facts.principal.roles.isDisjoint(with: Role.administrative)
            self.watch(
                SecurityNotice(
                    .newDevice, of: facts.principal, from: attempt.network.fingerprint,
                    rule: isAdministrative ? "administrative" : ""))
        }
        return .success(self.signIn(secret, facts, on: attempt.device, of: candidate.account, at: now))
    }

    /// With what the browser keeps, to be known by the next time.
    func signIn(
        _ secret: Secret, _ facts: SignInFacts, on device: String?, of account: Identifier<Account>, at now: Date
    ) -> NewSignIn {
        let mark = DeviceMark(account, renewing: self.mark(device, of: account, at: now), at: now)
        return NewSignIn(
            secret: secret, visitor: facts.visitor(secret), awaitsCode: facts.awaitsCode,
            device: facts.awaitsCode ? nil : mark.text(sealed: self.devices))
    }

    /// The mark that a browser shows, if it is this account's.
    func mark(_ shown: String?, of account: Identifier<Account>, at now: Date) -> DeviceMark? {
        shown.flatMap { DeviceMark(shown: $0, sealed: self.devices, at: now) }.flatMap {
            $0.account == account ? $0 : nil
        }
    }

    private func beginning(
        _ id: Identifier<SignIn>, _ secret: Secret, _ attempt: SignInAttempt, on tablet: Identifier<Tablet>?,
        isFamily: Bool, at now: Date
    ) -> Beginning {
        let terms = self.settings.terms, agent = attempt.agent
        // A program's is a working day's, whoever it is for.
        let absolute = terms.absolute(isFamily: isFamily && !attempt.isProgram)
        return Beginning(
            id: id, hash: secret.hash,
            idleUntil: now.advanced(by: terms.idle(isFamily: isFamily, onTablet: tablet != nil)),
            absoluteUntil: now.advanced(by: absolute), network: attempt.network,
            agent: agent.map { Data(SHA256.hash(data: Data($0.utf8))) }, device: agent.flatMap { DeviceName.of($0) },
            tablet: tablet)
    }

    /// In the audit of the account's own organisation.
    private func note(_ refusal: Refusal, of candidate: Candidate, _ attempt: SignInAttempt) async throws {
        try await self.database.transaction(as: .tenant(candidate.organisation)) { tx in
            self.audit.record(
                FailSignIn.self, on: candidate.account, by: nil, reason: refusal.rawValue,
                concerning: candidate.person, from: attempt.network.fingerprint, in: tx)
        }
        self.security.warning(
            "sign-in failed",
            metadata: [
                "reason": "\(refusal.rawValue)", "account.id": "\(candidate.account)",
                "address.hash": "\(attempt.network.fingerprint)",
            ])
    }

    // MARK: Going on

    /// Whoever shows a cookie; `nil` if it opens nothing, any more or at all.
    ///
    /// Only somebody who is acting stays signed in: a stream that is open and a page that asks by itself keep nobody.
    /// What began on a shared tablet opens nothing elsewhere.
    package func visitor(of secret: Secret, isActing: Bool, on tablet: Secret? = nil) async throws -> Visitor? {
        guard secret.isWellFormed else { return nil }
        let now = self.source.now()
        guard let facts = try await self.visitors(secret.hash), !facts.awaitsCode,
            facts.tablet == nil || facts.tablet?.hash == tablet?.hash
        else { return nil }
        let idle = self.idle(of: facts)
        // A lock of minutes is not to be early by one.
        let quiet = now.advanced(by: .zero - min(self.settings.touchInterval, idle / 10))
        guard isActing, facts.lastActAt <= quiet else {
            return facts.visitor(secret, term: self.term(of: facts, until: facts.idleUntil, at: now))
        }
        let idleUntil = now.advanced(by: idle)
        try await self.database.transaction(as: facts.principal) { tx in
            try self.signIns.touch(facts.signIn, at: now, idleUntil: idleUntil, unlessSince: quiet, in: tx)
        }
        return facts.visitor(secret, term: self.term(of: facts, until: idleUntil, at: now))
    }

    /// Whether a sign-in still holds, for streams that stay open.
    package func isLive(_ principal: Principal) async throws -> Bool {
        guard let signIn = principal.signIn else { return false }
        let asked = LiveSignIn(organisation: principal.organisation, person: principal.person, signIn: signIn)
        return try await self.live(asked) ?? false
    }

    // MARK: Ending

    package func signOut(_ principal: Principal, once: Once? = nil) async throws {
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(SignOut.self, Standing(signIn, [.own], at: nil, state: "live"))
        } _: { tx, decision in
            let isFirst = try self.signIns.end(decision, .signedOut, at: self.source.now(), in: tx)
            if isFirst { self.audit.record(decision, in: tx) }
            return isFirst
        }
        self.onEnd(principal)
        self.security.notice("signed out", metadata: ["sign_in.id": "\(signIn)"])
    }

    func replace(_ principal: Principal, from tablet: Identifier<Tablet>?) async throws {
        guard let signIn = principal.signIn else { return }
        try await self.database.transaction(as: principal) { tx in
            if let tablet, try self.tablets.tablet(of: signIn, in: tx) == tablet { return }
            if try self.signIns.end(signIn, .replaced, at: self.source.now(), in: tx) {
                self.audit.record(ReplaceSignIn.self, on: signIn, by: principal.person, signIn: signIn, in: tx)
            }
        }
        self.onEnd(principal)
    }
}

extension Refusal: Error {}

extension SignInName {
    /// Stands for every name that is none; nobody can have it, because it holds a space.
    fileprivate static let none = SignInName(unchecked: "no name")
}

extension Secret {
    /// Whether this could be one of ours; anything else is not worth a question to the database.
    var isWellFormed: Bool {
        let text = self.text.value.utf8
        return text.count == 43
            && text.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
            }
    }
}

extension Date {
    func advanced(by duration: Duration) -> Date { self.addingTimeInterval(Double(duration.milliseconds) / 1_000) }
}
