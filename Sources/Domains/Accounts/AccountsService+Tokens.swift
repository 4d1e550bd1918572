import Audit
import Crypto
import FoundationEssentials
import Kernel
import Logging
import Postgres
import Sealing
package import Web

/// Programs sign in, and stay signed in, with tokens.
///
/// Behind them is a sign-in like any other: it is begun by the same verb, asks the same gate, stands in the same list
/// and ends by whatever ends sign-ins.
extension AccountsService {
    /// Lets a program in for somebody.
    ///
    /// - Throws: What ``signIn(_:)`` throws, ``TokenError/codeAwaited``, what ``enter(_:of:)`` throws; and what has to be
    ///   done first, for somebody with a duty.
    package func issueTokens(_ attempt: SignInAttempt, code: String? = nil) async throws -> IssuedTokens {
        var attempt = attempt
        attempt.isProgram = true
        var signIn = try await self.signIn(attempt)
        do {
            if signIn.awaitsCode {
                guard let code else { throw TokenError.codeAwaited }
                signIn = try await self.enter(CodeEntry(code), of: signIn.secret).signIn
            }
            if let duty = signIn.visitor.duty { throw duty.problem }
            if signIn.visitor.lacksFactor { throw Problem.factorNeeded }
            return try await self.begin(signIn.visitor.principal, agent: attempt.agent)
        } catch {
            try await self.giveUp(signIn.visitor.principal)
            throw error
        }
    }

    /// The cookie's secret of this sign-in goes no further, so nothing but the tokens opens it.
    private func begin(_ principal: Principal, agent: String?) async throws -> IssuedTokens {
        guard let signIn = principal.signIn else { throw TokenError.dead }
        let now = self.source.now(), family = self.source.identifier(TokenFamily.self)
        let access = self.source.identifier(AccessTokenName.self)
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let new = NewTokenFamily(
            id: family, signIn: signIn,
            sealedKey: try self.keyring.seal(key, at: TokenStore.place(of: family, in: principal.organisation)),
            access: access, agent: Self.hash(of: agent), idleUntil: now.advanced(by: self.settings.refreshIdle),
            now: now)
        let text = try await self.sign(
            AccessToken(
                person: principal.person, organisation: principal.organisation, family: family, id: access, at: now),
            at: now)
        try await self.database.transaction(as: principal) { tx in
            guard try self.tokenStore.insert(new, in: tx) else { throw TokenError.dead }
            self.audit.record(IssueTokens.self, on: family, by: principal.person, signIn: signIn, in: tx)
        }
        return IssuedTokens(access: text, refresh: RefreshToken(family, 0, key: key))
    }

    /// A sign-in that came to nothing.
    private func giveUp(_ principal: Principal) async throws {
        guard let signIn = principal.signIn else { return }
        try await self.database.transaction(as: principal) { tx in
            if try self.signIns.end(signIn, .replaced, at: self.source.now(), in: tx) {
                self.audit.record(ReplaceSignIn.self, on: signIn, by: principal.person, signIn: signIn, in: tx)
            }
        }
    }

    private func sign(_ token: AccessToken, at now: Date) async throws -> String {
        let signer = try await self.signer(at: now)
        return try token.signed(by: self.settings.issuer, with: signer.key, named: signer.id)
    }

    private static func hash(of agent: String?) -> Data? { agent.map { Data(SHA256.hash(data: Data($0.utf8))) } }

    // MARK: Showing an access token

    /// Whoever shows an access token.
    ///
    /// In this order: its form, its key, its signature, what it says, since when anything counts, and whether the
    /// sign-in behind it opens anything now, which the database is asked each time.
    ///
    /// - Throws: ``TokenError/dead``, whatever is wrong.
    package func visitor(bearing text: String) async throws -> Visitor {
        let now = self.source.now()
        guard let shown = ShownToken(text), let key = try await self.publicKey(shown.key), shown.isSigned(by: key),
            let token = AccessToken(shown.payload, by: self.settings.issuer, at: now),
            let found = try await self.bearers(Bearer(token: token, key: shown.key)), !found.facts.awaitsCode,
            found.facts.tablet == nil
        else { throw TokenError.dead }
        if found.isFirst {
            try await self.database.transaction(as: found.facts.principal) { tx in
                try self.tokenStore.noteUse(of: token, in: tx)
            }
        }
        // It has no form to prove anything about, so what its forms would be sealed with is made up.
        return found.facts.visitor(Secret())
    }
}
