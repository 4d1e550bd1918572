import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// Somebody with a program that is signed in for them.
struct TokenKit: Sendable {
    let staff: StaffKit
    let username = StaffKit.username()
    let account: NewAccount

    var accounts: AccountsService { self.staff.accounts }
    var clock: ManualClock { self.staff.clock }
    var provider: Provider { self.staff.provider }

    init(_ accounts: AccountsService, _ clock: ManualClock, _ role: Role = .careAssistant) async throws {
        self.staff = try await StaffKit(accounts, clock)
        self.account = try await self.staff.provider.employ("Cara Carer", self.username, Grant(role, self.staff.rowan))
    }

    func attempt(_ password: String = Provider.password, agent: String? = "Rota 2.1") -> SignInAttempt {
        SignInAttempt(
            name: self.username, password: Password(password),
            network: AddressPrefix("10.\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).7"), agent: agent)
    }

    func issue(code: String? = nil) async throws -> IssuedTokens {
        try await self.accounts.issueTokens(self.attempt(), code: code)
    }

    func refresh(_ tokens: IssuedTokens, agent: String? = "Rota 2.1") async throws -> IssuedTokens {
        try await self.accounts.refreshTokens(tokens.refreshToken, agent: agent)
    }

    /// Whether an access token opens anything.
    func opens(_ tokens: IssuedTokens) async throws -> Bool { try await self.opens(tokens.accessToken) }

    func opens(_ text: String) async throws -> Bool {
        do {
            _ = try await self.accounts.visitor(bearing: text)
            return true
        } catch TokenError.dead {
            return false
        }
    }

    /// Lets nothing count any more that was issued until now.
    func raise(_ scope: RevocationScope) async throws {
        let database = self.accounts.database, now = self.clock.now
        try await database.transaction(as: .system("raise")) { tx in
            try self.accounts.tokenStore.revoke(scope, before: now, in: tx)
        }
    }

    /// Whether a refresh token is exchanged.
    func goesOn(_ tokens: IssuedTokens) async throws -> Bool {
        do {
            _ = try await self.refresh(tokens)
            return true
        } catch TokenError.dead {
            return false
        }
    }

    func generation(of tokens: IssuedTokens) async throws -> Int? {
        guard let family = RefreshToken(shown: tokens.refreshToken)?.family else { return nil }
        return try await self.accounts.database.read(
            as: .tenant(self.provider.organisation),
            "SELECT generation FROM accounts.token_family WHERE tenant_id = app.tid() AND id = \(family.uuid)"
        ).first?.read("generation")
    }
}

/// Makes tokens that are not quite ours, with the key that ours are signed with.
struct Forge: Sendable {
    /// Members as they stand in the JSON, so that any of them may be wrong.
    typealias Members = [(name: String, value: String)]

    let genuine: String
    let refresh: String
    let key: P256.Signing.PrivateKey
    let name: String
    /// Of somebody else in the same organisation, and of another organisation.
    let colleague: String
    let stranger: String
    let strangers: String
    let colleagueFamily: String
    /// Of a key that was retired, with its private half.
    let retired: (key: P256.Signing.PrivateKey, name: String)
    let now: Int
    let header: Members
    let claims: Members

    func sign(_ head: String, _ payload: String, by other: P256.Signing.PrivateKey? = nil) throws -> String {
        let text = "\(Data(head.utf8).base64URL).\(Data(payload.utf8).base64URL)"
        return try "\(text).\((other ?? self.key).signature(for: Data(text.utf8)).rawRepresentation.base64URL)"
    }

    func sign(_ header: Members? = nil, _ claims: Members? = nil) throws -> String {
        try self.sign(Self.json(header ?? self.header), Self.json(claims ?? self.claims))
    }

    static func json(_ members: Members) -> String {
        "{" + members.map { #""\#($0.name)":\#($0.value)"# }.joined(separator: ",") + "}"
    }

    func head(_ name: String, _ value: String?) throws -> String {
        try self.sign(Self.with(self.header, name, value), self.claims)
    }

    func claim(_ name: String, _ value: String?) throws -> String {
        try self.sign(self.header, Self.with(self.claims, name, value))
    }

    private static func with(_ members: Members, _ name: String, _ value: String?) -> Members {
        var members = members
        let place = members.firstIndex { $0.name == name }
        switch (place, value) {
        case (let place?, let value?): members[place].value = value
        case (let place?, nil): members.remove(at: place)
        case (nil, let value?): members.append((name, value))
        case (nil, nil): break
        }
        return members
    }

    func parts() -> [String] { self.genuine.split(separator: ".", omittingEmptySubsequences: false).map(String.init) }

    /// The genuine token with one part exchanged.
    func with(_ place: Int, _ text: String) -> String {
        var parts = self.parts()
        parts[place] = text
        return parts.joined(separator: ".")
    }

    /// With a signature of these numbers.
    func signature(_ r: [UInt8], _ s: [UInt8]) -> String { self.with(2, Data(r + s).base64URL) }

    func signatureBytes() -> [UInt8] { Array(Data(base64URL: self.parts()[2]) ?? Data()) }

    /// With the public key as the secret of a MAC, which is what a verifier takes that believes the header.
    func mac(_ algorithm: String, _ secret: Data) throws -> String {
        let head = Self.json([("alg", #""\#(algorithm)""#), ("kid", #""\#(self.name)""#), ("typ", #""at+jwt""#)])
        let text = "\(Data(head.utf8).base64URL).\(Data(Self.json(self.claims).utf8).base64URL)"
        let mark = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: secret))
        return "\(text).\(Data(mark).base64URL)"
    }
}

extension Forge {
    init(_ kit: TokenKit) async throws {
        let accounts = kit.accounts, now = kit.clock.now
        let tokens = try await kit.issue(), signer = try await accounts.signer(at: now)
        let shown = try #require(ShownToken(tokens.accessToken))
        let token = try #require(AccessToken(shown.payload, by: "http://localhost", at: now))
        let colleague = StaffKit.username()
        let other = try await kit.provider.employ("Another One", colleague, Grant(.careAssistant, kit.staff.rowan))
        let others = try await accounts.issueTokens(
            SignInAttempt(name: colleague, password: Password(Provider.password), network: AddressPrefix("10.1.1.1")))
        let stranger = try await TokenKit(accounts, kit.clock)
        let retired = P256.Signing.PrivateKey()
        let name = SigningKey.id(of: retired.publicKey)
        try await accounts.database.transaction(as: .system("test")) { tx in
            try accounts.keyStore.keep(
                SigningKey(
                    id: name, publicKey: retired.publicKey, privateKey: nil, state: .verify, createdAt: now,
                    signUntil: nil, verifyUntil: now), in: tx)
        }
        let seconds = Int(now.timeIntervalSince1970)
        self.init(
            genuine: tokens.accessToken, refresh: tokens.refreshToken, key: signer.key, name: signer.id,
            colleague: "\(other.person)", stranger: "\(stranger.account.person)",
            strangers: "\(stranger.provider.organisation)",
            colleagueFamily: try #require(RefreshToken(shown: others.refreshToken)).family.description,
            retired: (retired, name), now: seconds,
            header: [("alg", #""ES256""#), ("kid", #""\#(signer.id)""#), ("typ", #""at+jwt""#)],
            claims: [
                ("aud", #""wcc-api""#), ("exp", "\(seconds + 300)"), ("iat", "\(seconds)"),
                ("iss", #""http://localhost""#), ("jti", #""\#(token.id)""#), ("nbf", "\(seconds)"),
                ("sid", #""\#(token.family)""#), ("sub", #""\#(token.person)""#), ("tid", #""\#(token.organisation)""#),
            ])
    }
}
