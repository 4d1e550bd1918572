import Audit
import FoundationEssentials
package import Kernel
import Logging
import Postgres
import Sealing
package import Web

/// What became of a code.
private enum Verdict: Sendable {
    case right(isRecovery: Bool)
    case wrong
    case tooSoon(seconds: Int)
    case noFactor
    /// The sign-in ended meanwhile.
    case over

    /// Nothing for the right one.
    var error: AccountsError? {
        switch self {
        case .right: nil
        case .wrong: .wrongCode
        case .tooSoon(let seconds): .tooManyCodes(seconds: seconds)
        case .noFactor: .noFactor
        case .over: .signInAgain
        }
    }
}

/// Codes are taken: after the password, and before an act that asks for one.
///
/// One at a time for an account, under the lock of its factor. What is wrong is counted for the account and in the
/// database, so neither another browser, nor another sign-in, nor another process gives more tries.
extension AccountsService {
    /// Whose password was right and whose code is awaited; `nil` for anybody else.
    package func half(_ secret: Secret?) async throws -> Visitor? {
        guard let secret, secret.isWellFormed, let facts = try await self.visitors(secret.hash), facts.awaitsCode else {
            return nil
        }
        return facts.visitor(secret)
    }

    /// Makes a whole sign-in of a half one; the half one ends.
    ///
    /// - Throws: ``AccountsError/wrongCode``, ``AccountsError/tooManyCodes(seconds:)``, or
    ///   ``AccountsError/signInAgain`` for what is no half sign-in, any more or at all.
    package func enter(_ code: CodeEntry, of secret: Secret?) async throws -> (signIn: NewSignIn, usedRecovery: Bool) {
        guard let secret, let half = try await self.half(secret) else { throw AccountsError.signInAgain }
        return try await self.exchange(code, of: half.principal) { account, isRecovery, signIn, tx in
            if isRecovery {
                self.audit.record(
                    UseRecoveryCode.self, on: account, by: half.principal.person, signIn: signIn, in: tx)
            }
            self.audit.record(EnterCode.self, on: account, by: half.principal.person, signIn: signIn, in: tx)
            try self.arrive(
                account, of: half.principal.person, in: half.principal.organisation, through: signIn,
                at: self.source.now(), tx)
        }
    }

    /// Ends a half sign-in, for somebody who is not who sits here.
    package func stop(_ secret: Secret?) async throws {
        guard let half = try await self.half(secret), let signIn = half.principal.signIn else { return }
        try await self.database.transaction(as: half.principal) { tx in
            if try self.signIns.end(signIn, .signedOut, at: self.source.now(), in: tx) {
                self.audit.record(
                    ReplaceSignIn.self, on: signIn, by: half.principal.person, signIn: signIn, in: tx)
            }
        }
    }

    /// Takes a code of somebody who is signed in, in exchange for another sign-in that has shown it.
    package func stepUp(_ code: CodeEntry, by principal: Principal) async throws -> NewSignIn {
        try await self.exchange(code, of: principal) { account, isRecovery, signIn, tx in
            let decision = try principal.decide(StepUp.self, Standing(account, [.own], at: nil, state: "active"))
            if isRecovery {
                self.audit.record(UseRecoveryCode.self, on: account, by: principal.person, signIn: signIn, in: tx)
            }
            self.audit.record(decision, about: principal.person, in: tx)
        }.signIn
    }

    /// The same; on a shared tablet, whoever has no second factor shows their password, as a PIN has let them in.
    package func stepUp(_ code: CodeEntry, by visitor: Visitor) async throws -> NewSignIn {
        visitor.showsPassword
            ? try await self.showPassword(Password(code.code), by: visitor)
            : try await self.stepUp(code, by: visitor.principal)
    }

    /// The same, for a form that waits for it.
    package func stepUp(_ code: String, by visitor: Visitor) async throws -> (visitor: Visitor, secret: Secret) {
        let signIn = try await self.stepUp(CodeEntry(code), by: visitor)
        return (signIn.visitor, signIn.secret)
    }

    private func exchange(
        _ code: CodeEntry, of principal: Principal,
        recording record:
            @escaping @Sendable (
                Identifier<Account>, Bool, Identifier<SignIn>, borrowing Transaction
            ) throws -> Void
    ) async throws -> (signIn: NewSignIn, usedRecovery: Bool) {
        guard let signIn = principal.signIn else { throw AccountsError.signInAgain }
        let secret = Secret(), renewed = self.source.identifier(SignIn.self), now = self.source.now()
        let entered = EnteredCode(code.code), idle = self.idleEnds(of: principal, at: now)
        let verdict = try await self.database.transaction(as: principal, lockTimeout: .seconds(10)) { tx -> Verdict in
            guard let own = try self.ownStanding(of: principal, in: tx), own.state == "active" else { return .over }
            let verdict = try self.judge(entered, of: own.object, in: principal.organisation, at: now, tx)
            switch verdict {
            case .right(let isRecovery):
                guard
                    try self.signIns.renew(
                        signIn, as: renewed, hash: secret.hash, at: now, idle: idle, codeAt: now, in: tx)
                else { return .over }
                try record(own.object, isRecovery, renewed, tx)
            case .wrong:
                self.audit.record(
                    FailCode.self, on: own.object, by: principal.person, signIn: signIn, concerning: principal.person,
                    in: tx)
            case .tooSoon, .noFactor, .over: break
            }
            return verdict
        }
        self.note(verdict, of: signIn)
        if let error = verdict.error { throw error }
        guard case .right(let isRecovery) = verdict, let facts = try await self.visitors(secret.hash) else {
            throw AccountsError.signInAgain
        }
        // What is open under the earlier one comes back under this.
        self.onEnd(principal)
        return (self.signIn(secret, facts, on: nil, of: facts.account, at: now), isRecovery)
    }

    private func judge(
        _ entered: EnteredCode, of account: Identifier<Account>, in organisation: Identifier<Organisation>,
        at now: Date, _ tx: borrowing Transaction
    ) throws -> Verdict {
        guard let factor = try self.factors.factor(of: account, holding: true, in: tx), factor.confirmedAt != nil else {
            return .noFactor
        }
        if let until = factor.waitUntil, until > now {
            return .tooSoon(seconds: Int(until.timeIntervalSince(now).rounded(.up)))
        }
        switch entered {
        case .none: return .wrong
        case .app(let code):
            let secret = try self.keyring.open(factor.secret, at: FactorStore.place(of: factor.id, in: organisation))
            if let step = TOTP(secret: secret).step(of: code, at: now, after: factor.lastStep) {
                try self.factors.use(step: step, of: account, in: tx)
                return .right(isRecovery: false)
            }
        case .recovery(let code):
            if try self.factors.use(code, of: account, at: now, in: tx) { return .right(isRecovery: true) }
        }
        let wrong = min(factor.wrong + 1, CodeLimit.most)
        try self.factors.noteWrong(
            wrong, waitUntil: CodeLimit.wait(after: wrong).map { now.advanced(by: $0) }, of: account, in: tx)
        return .wrong
    }

    private func note(_ verdict: Verdict, of signIn: Identifier<SignIn>) {
        switch verdict {
        case .right: self.security.notice("code accepted", metadata: ["sign_in.id": "\(signIn)"])
        case .wrong: self.security.warning("code refused", metadata: ["sign_in.id": "\(signIn)"])
        case .tooSoon: self.security.warning("code throttled", metadata: ["sign_in.id": "\(signIn)"])
        case .noFactor, .over: break
        }
    }
}

/// How many wrong codes there may be, and what comes after.
///
/// Five are a clumsy minute. From then on each costs twice as long as the one before, up to an hour: who has the
/// password and guesses gets some 9,000 tries a year, of the 300,000 that would make it likely.
enum CodeLimit {
    static let free = 5
    static let most = 1_000

    static func wait(after wrong: Int) -> Duration? {
        guard wrong >= Self.free else { return nil }
        return .seconds(min(3_600, 60 << min(wrong - Self.free, 6)))
    }
}
