import Audit
import FoundationEssentials
package import Kernel
import Logging
import Postgres
import Sealing
package import Web

/// Somebody sets up a second factor, gets new recovery codes, and takes it away; others take away a lost one.
extension AccountsService {
    package func factor(for principal: Principal) async throws -> FactorState {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadFactor.self, self.ownStanding(of: principal, in: tx))
            self.audit.record(decision, about: principal.person, in: tx)
            let row = try self.factors.factor(of: decision.object, in: tx)
            let recovery = try self.factors.recovery(of: decision.object, in: tx)
            return FactorState(
                state: row.map { $0.confirmedAt == nil ? .pending : .confirmed } ?? FactorState.State.none,
                isRequired: try self.factors.isRequired(of: decision.object, at: now, in: tx),
                since: row?.confirmedAt, recoveryCodesLeft: recovery.left, recoveryCodeUsedAt: recovery.usedAt)
        }
    }

    /// Begins with a new secret, which asks for nothing until it is confirmed.
    package func beginFactor(by principal: Principal, once: Once? = nil) async throws -> Replayable<FactorSetUp> {
        let now = self.source.now(), id = self.source.identifier(SealedPlace.self).uuid
        let sealed = try self.keyring.seal(
            TOTP.newSecret(), at: FactorStore.place(of: id, in: principal.organisation))
        // What is stored for a repeated request must open nothing, so the secret is read back.
        let begun = try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(SetUpFactor.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            guard try self.factors.begin(id, sealed, decision, at: now, in: tx) else { throw AccountsError.hasFactor }
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
        guard let setUp = try await self.factorSetUp(for: principal) else { throw AccountsError.hasFactor }
        return await begun.map { _ in setUp }
    }

    /// What the app is given, while it has not been confirmed; `nil` before and after.
    package func factorSetUp(for principal: Principal) async throws -> FactorSetUp? {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(SetUpFactor.self, self.ownStanding(of: principal, in: tx))
            let own = try principal.decide(ReadOwnAccount.self, self.ownStanding(of: principal, in: tx))
            guard let row = try self.factors.factor(of: decision.object, in: tx), row.confirmedAt == nil,
                let account = try self.store.own(own, in: tx)
            else { return nil }
            let secret = try self.keyring.open(
                row.secret, at: FactorStore.place(of: row.id, in: principal.organisation))
            return FactorSetUp(secret: secret, username: account.username, organisation: account.organisation)
        }
    }

    /// Confirms it by a first code.
    ///
    /// From then on it is asked for; every other sign-in ends, and this one is renewed.
    package func confirmFactor(
        _ code: CodeEntry, by principal: Principal, once: Once? = nil
    ) async throws -> (codes: Replayable<RecoveryCodes>, signIn: NewSignIn?) {
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        let now = self.source.now(), secret = Secret(), renewed = self.source.identifier(SignIn.self)
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        let idle = self.idleEnds(of: principal, at: now)
        let confirmed = try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(ConfirmFactor.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            let row = try self.factors.factor(of: decision.object, holding: true, in: tx)
            if row?.confirmedAt != nil { throw AccountsError.hasFactor }
            guard let row, case .app(let entered) = EnteredCode(code.code),
                let step = TOTP(
                    secret: try self.keyring.open(
                        row.secret, at: FactorStore.place(of: row.id, in: principal.organisation))
                ).step(of: entered, at: now, after: nil)
            else { throw AccountsError.wrongCode }
            try self.factors.confirm(decision, step: step, at: now, in: tx)
            try self.factors.replaceRecoveryCodes(codes, of: decision.object, in: tx)
            guard
                try self.signIns.renew(
                    signIn, as: renewed, hash: secret.hash, at: now, idle: idle, codeAt: now, in: tx)
            else {
                throw AccountsError.signInAgain
            }
            try self.signIns.endAll(of: decision.object, .ended, besides: renewed, at: now, in: tx)
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
        self.onEnd(principal)
        self.security.notice("second factor set up", metadata: ["sign_in.id": "\(signIn)"])
        let shown = await confirmed.map { _ in
            RecoveryCodes(codes: confirmed.isReplay ? nil : codes.map(\.shown))
        }
        guard !confirmed.isReplay, let facts = try await self.visitors(secret.hash) else { return (shown, nil) }
        return (shown, self.signIn(secret, facts, on: nil, of: facts.account, at: now))
    }

    /// Ten others; those of before open nothing any more.
    package func renewRecoveryCodes(
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<RecoveryCodes> {
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        let made = try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(RenewRecoveryCodes.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            let row = try self.factors.factor(of: decision.object, holding: true, in: tx)
            guard row?.confirmedAt != nil else { throw AccountsError.noFactor }
            try self.factors.replaceRecoveryCodes(codes, of: decision.object, in: tx)
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
        return await made.map { _ in RecoveryCodes(codes: made.isReplay ? nil : codes.map(\.shown)) }
    }

    /// Takes one's own away; every other sign-in ends.
    package func removeFactor(by principal: Principal, once: Once? = nil) async throws {
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        let now = self.source.now()
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(RemoveFactor.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            guard try self.factors.remove(decision.object, in: tx) else { throw AccountsError.noFactor }
            try self.signIns.endAll(of: decision.object, .ended, besides: signIn, at: now, in: tx)
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
        self.endStreams(of: principal.person, in: principal.organisation)
        self.security.notice("second factor removed", metadata: ["sign_in.id": "\(signIn)"])
    }

    /// For a telephone that is gone, with the paper; all of their sign-ins end.
    package func removeFactor(
        of person: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<StaffMember> {
        let now = self.source.now()
        let removed = try await self.database.transaction(as: principal, once: once) { tx in
            try self.decide(RemoveFactorOf.self, everywhere: person, by: principal, at: now, in: tx)
        } _: { tx, decision in
            guard decision.person != person else { throw AccountsError.yourself }
            let staff = try self.held(decision, at: now, in: tx)
            guard try self.factors.remove(staff.account, in: tx) else { throw AccountsError.noFactor }
            try self.signIns.endAll(of: staff.account, .endedByOther, at: now, in: tx)
            self.audit.record(decision, about: person, in: tx)
            return try self.member(decision, at: now, in: tx)
        }
        self.endStreams(of: person, in: principal.organisation)
        return removed
    }

    /// For the last administrator: by whoever runs the server, who could change the database anyway.
    ///
    /// - Returns: Whether there was one to take away, in any organisation where somebody signs in by this name.
    package func removeFactorAtServer(of name: String) async throws -> Bool {
        guard let name = SignInName(name) else { return false }
        let rows = try await self.database.read(as: .system("remove a factor"), self.signIns.candidates(name))
        let candidates = try rows.map { try self.signIns.candidate($0) }
        let now = self.source.now()
        var isRemoved = false
        for candidate in candidates {
            let isTheirs = try await self.database.transaction(
                as: .tenant(candidate.organisation)
            ) { tx in
                guard try self.factors.remove(candidate.account, in: tx) else { return false }
                try self.signIns.endAll(of: candidate.account, .endedByOther, at: now, in: tx)
                self.audit.record(RemoveFactorAtServer.self, on: candidate.account, by: nil, in: tx)
                return true
            }
            isRemoved = isRemoved || isTheirs
        }
        return isRemoved
    }

    // MARK: Keys

    /// Seals with the active key what is sealed with another.
    ///
    /// While the product runs: what somebody changes meanwhile is left, and found by the next look.
    ///
    /// - Parameter batch: How many are looked at together.
    /// - Returns: How many there were, and how many did not open and stay as they are.
    /// - Throws: What the database says.
    package func reseal(batch: Int = 200) async throws -> (done: Int, unreadable: Int) {
        var done = 0, unreadable = 0, last: UUID?
        while true {
            let rows = try await self.database.read(
                as: .system("reseal"),
                self.factors.sealedOtherwise(than: self.keyring.activeID, after: last, atMost: batch))
            if rows.count == 0 {
                let keys = try await self.resealSigningKeys(), families = try await self.resealRefreshKeys(batch: batch)
                return (
                    done + keys.done + families.done, unreadable + keys.unreadable + families.unreadable
                )
            }
            for row in rows {
                let organisation = Identifier<Organisation>(try row.read("tenant_id"))
                let id: UUID = try row.read("id"), old: Data = try row.read("secret")
                last = id
                let new: Data?
                do {
                    new = try self.keyring.reseal(old, at: FactorStore.place(of: id, in: organisation))
                } catch {
                    unreadable += 1
                    self.security.error("sealed value does not open", error: error)
                    continue
                }
                guard let new else { continue }
                let isDone = try await self.database.transaction(as: .tenant(organisation)) { tx in
                    try self.factors.reseal(id, from: old, to: new, in: tx)
                }
                if isDone { done += 1 }
            }
        }
    }

    // MARK: Whom it is asked of

    package func factorPolicy(for principal: Principal) async throws -> FactorPolicy {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadFactorPolicy.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.factors.policy(in: tx)
        }
    }

    /// - Throws: ``AccountsError/stale`` if it has another version by now.
    package func change(
        _ draft: FactorPolicyDraft, seen version: Int? = nil, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<FactorPolicy> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(ChangeFactorPolicy.self, principal.membership)
        } _: { tx, decision in
            guard let version = try self.factors.set(draft.roles, seen: version, decision, at: now, in: tx) else {
                throw AccountsError.stale
            }
            self.audit.record(decision, in: tx)
            return FactorPolicy(roles: draft.roles, version: version)
        }
    }
}
