import Audit
import Crypto
import FoundationEssentials
import Kernel
import Logging
import Postgres
import Sealing

/// What became of a refresh token.
private enum Exchange: Sendable {
    case next
    /// The same once more, for an answer that was lost.
    case again(generation: UInt32, access: Identifier<AccessTokenName>)
    case reused(signIn: Identifier<SignIn>)
    case dead
}

/// A refresh token is exchanged once; who comes with it again has a copy.
extension AccountsService {
    /// Gives the next pair for a refresh token.
    ///
    /// - Parameters:
    ///   - text: What was shown.
    ///   - agent: What the program calls itself.
    /// - Returns: The next pair, or once more the one that was lost.
    /// - Throws: ``TokenError/dead``, whatever is wrong. A sign-in that was ended because of it is ended by then.
    package func refreshTokens(_ text: String, agent: String?) async throws -> IssuedTokens {
        guard let token = RefreshToken(shown: text), let owner = try await self.owner(of: token) else {
            throw TokenError.dead
        }
        let now = self.source.now(), access = self.source.identifier(AccessTokenName.self)
        // Before anything is changed, so that a key that cannot be had costs nobody their sign-in.
        let signer = try await self.signer(at: now)
        let agent = agent.map { Data(SHA256.hash(data: Data($0.utf8))) }
        let scope = Scope.inside(owner.organisation, person: owner.person)
        let exchange = try await self.database.transaction(as: scope, lockTimeout: .seconds(10)) { tx in
            try self.exchange(token, of: owner, access: access, agent: agent, at: now, in: tx)
        }
        switch exchange {
        case .next: return try tokens(token.generation &+ 1, access)
        case .again(let generation, let access): return try tokens(generation, access)
        case .reused(let signIn):
            // It is ended and durable; whatever is open under it finds out now.
            self.endStreams(of: owner.person, in: owner.organisation)
            self.security.warning("token reused", metadata: ["sign_in.id": "\(signIn)"])
            throw TokenError.dead
        case .dead: throw TokenError.dead
        }

        func tokens(_ generation: UInt32, _ access: Identifier<AccessTokenName>) throws -> IssuedTokens {
            let made = AccessToken(
                person: owner.person, organisation: owner.organisation, family: token.family, id: access, at: now)
            return IssuedTokens(
                access: try made.signed(by: self.settings.issuer, with: signer.key, named: signer.id),
                refresh: RefreshToken(
                    token.family, generation, key: try self.refreshKey(of: token.family, owner)))
        }
    }

    /// Ends the sign-in behind a refresh token, whichever generation it is of.
    ///
    /// - Throws: ``TokenError/dead`` for what is none of ours.
    package func revokeTokens(_ text: String) async throws {
        guard let token = RefreshToken(shown: text), let owner = try await self.owner(of: token) else {
            throw TokenError.dead
        }
        let now = self.source.now(), scope = Scope.inside(owner.organisation, person: owner.person)
        try await self.database.transaction(as: scope) { tx in
            guard let signIn = try self.tokenStore.signIn(of: token.family, in: tx),
                try self.signIns.end(signIn, .signedOut, at: now, in: tx)
            else { return }
            self.audit.record(RevokeTokens.self, on: token.family, by: owner.person, signIn: signIn, in: tx)
        }
        self.endStreams(of: owner.person, in: owner.organisation)
    }

    /// Whose a token is, once its mark was right.
    private func owner(of token: RefreshToken) async throws -> TokenFamilyOwner? {
        let rows = try await self.database.read(as: .system("refresh"), self.tokenStore.family(token.family))
        guard let owner = try rows.first.map({ try self.tokenStore.owner($0) }),
            token.isMarked(by: try self.refreshKey(of: token.family, owner))
        else { return nil }
        return owner
    }

    private func refreshKey(of family: Identifier<TokenFamily>, _ owner: TokenFamilyOwner) throws -> Data {
        try self.keyring.open(owner.sealedKey, at: TokenStore.place(of: family, in: owner.organisation))
    }

    private func exchange(
        _ token: RefreshToken, of owner: TokenFamilyOwner, access: Identifier<AccessTokenName>, agent: Data?,
        at now: Date, in tx: borrowing Transaction
    ) throws -> Exchange {
        guard let signIn = try self.tokenStore.signIn(of: token.family, in: tx),
            try tx.execute(self.signIns.live([signIn], at: now)).first != nil
        else { return .dead }
        if try self.tokenStore.rotate(token, access: access, at: now, in: tx) {
            try self.tokenStore.extend(signIn, until: now.advanced(by: self.settings.refreshIdle), at: now, in: tx)
            self.audit.record(RefreshTokens.self, on: token.family, by: owner.person, signIn: signIn, in: tx)
            return .next
        }
        guard let family = try self.tokenStore.held(token.family, in: tx) else { return .dead }
        let grace = try self.grace(for: owner.person, at: now, in: tx)
        if family.isRepeat(token, on: agent, within: grace, at: now) {
            guard let generation = UInt32(exactly: family.generation) else { return .dead }
            return .again(generation: generation, access: family.access)
        }
        try self.tokenStore.noteReuse(of: token.family, at: now, in: tx)
        if try self.signIns.end(signIn, .endedByOther, at: now, in: tx) {
            self.audit.record(ReuseToken.self, on: token.family, by: owner.person, signIn: signIn, in: tx)
        }
        return .reused(signIn: signIn)
    }

    /// None for those who give roles: what a thief gets who comes within it is worth more than a lost answer.
    private func grace(for person: Identifier<Person>, at now: Date, in tx: borrowing Transaction) throws -> Duration {
        let roles = Set(try self.store.grants(of: person, at: now, in: tx).map(\.role))
        return roles.isDisjoint(with: RoleTable.managers) ? self.settings.refreshGrace : .zero
    }
}
