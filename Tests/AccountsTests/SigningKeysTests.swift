import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Postgres
import Sealing
import TestKit
import Testing

@testable import Accounts

/// What is due to be done with keys, step by step, without a database.
struct SigningClockTests {
    private let start = Date(timeIntervalSince1970: 1_795_000_000)

    private func key(at now: Date) -> SigningKey {
        let key = P256.Signing.PrivateKey().publicKey
        return SigningKey(
            id: SigningKey.id(of: key), publicKey: key, privateKey: Data([1]), state: .next, createdAt: now,
            signUntil: nil, verifyUntil: nil)
    }

    @Test func `a key is next, signs for a month, verifies for ten minutes, and is retired`() throws {
        var keys = SigningKeys([]), now = self.start
        func advance(_ seconds: Double) {
            now += seconds
            #expect(keys.isDue(at: now))
            keys.advance(at: now) { self.key(at: now) }
        }
        advance(0)
        let first = try #require(keys.active)
        #expect(keys.all.count == 1 && !keys.isDue(at: now))
        advance(29 * 86_400)
        #expect(keys.active?.id == first.id && keys.all.map(\.state) == [.active, .next])
        now += 86_399
        #expect(!keys.isDue(at: now))
        advance(1)
        #expect(keys.all.map(\.state) == [.verify, .active])
        #expect(keys.all.first?.id == first.id && keys.all.first?.privateKey == nil)
        #expect(!keys.isDue(at: now + 599))
        advance(600)
        #expect(keys.all.first { $0.id == first.id }?.state == .retired)
    }

    @Test func `no key signs before it was shown for as long as its readers may keep what they have`() throws {
        var keys = SigningKeys([])
        keys.advance(at: self.start) { self.key(at: self.start) }
        let first = keys.active?.id, late = self.start + 40 * 86_400
        keys.advance(at: late) { self.key(at: late) }
        #expect(keys.active?.id == first)
        #expect(!keys.isDue(at: late + 299))
        keys.advance(at: late + 299) { self.key(at: late) }
        #expect(keys.active?.id == first)
        keys.advance(at: late + 300) { self.key(at: late) }
        #expect(keys.active?.id != first)
    }

    @Test func `a name is made from its key, as RFC 7638 has it`() throws {
        // Its own example is RSA; this one was made with another program.
        let key = P256.Signing.PrivateKey().publicKey, jwk = key.rawRepresentation
        let x = Data(jwk.prefix(32)).base64URL, y = Data(jwk.suffix(32)).base64URL
        let text = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"\(x)\",\"y\":\"\(y)\"}"
        #expect(SigningKey.id(of: key) == Data(SHA256.hash(data: Data(text.utf8))).base64URL)
        #expect(ShownToken.isKeyName(SigningKey.id(of: key)))
        for other in ["", "x", "../../etc/passwd", String(repeating: "=", count: 43)] {
            #expect(!ShownToken.isKeyName(other))
        }
    }
}

@Suite(.database, .serialized, .timeLimit(.minutes(10))) struct SigningKeysTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func states() async throws -> [String] {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let rows = try await admin.read(
            as: .system("test"), "SELECT state FROM accounts.signing_key ORDER BY created_at, state")
        await admin.shutDown()
        return try rows.map { try $0.read("state") }
    }

    private func begin() async throws {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            _ = try tx.execute("DELETE FROM accounts.signing_key")
            _ = try tx.execute("DELETE FROM accounts.revocation_epoch")
        }
        await admin.shutDown()
    }

    @Test func `of many who find that there is no key, one makes it, and all sign with it`() async throws {
        try await self.begin()
        let now = self.clock.now
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<24 { group.addTask { try await self.accounts.signer(at: now).id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1)
        #expect(try await self.states() == ["active"])
    }

    @Test func `of many who find that it is time, one lets the next key sign`() async throws {
        try await self.begin()
        let first = try await self.accounts.signer(at: self.clock.now).id
        self.clock.advance(29.5 * 86_400)
        _ = try await self.accounts.signer(at: self.clock.now)
        self.clock.advance(86_400)
        let now = self.clock.now
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<24 { group.addTask { try await self.accounts.signer(at: now).id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1 && !names.contains(first))
        #expect(try await self.states().sorted() == ["active", "verify"])
    }

    @Test func `keys change under load, and nobody's request is lost`() async throws {
        try await self.begin()
        let kit = try await TokenKit(self.accounts, self.clock)
        var tokens = try await kit.issue(), names: Set<String> = []
        // Another process, which has not heard of any of it.
        let other = AccountsService.testing(self.clock, TestDatabase.current.patient())
        for round in 0..<40 {
            if round == 10 { #expect(try await self.accounts.rotateSigningKey(isEmergency: false) == false) }
            if round == 20 {
                tokens = try await kit.refresh(tokens)
                self.clock.advance(240)
            }
            self.clock.advance(15)
            let now = tokens
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        _ = try await self.accounts.visitor(bearing: now.accessToken)
                        _ = try await other.visitor(bearing: now.accessToken)
                    }
                }
                try await group.waitForAll()
            }
            tokens = try await self.accounts.refreshTokens(tokens.refreshToken, agent: "Rota 2.1")
            names.insert(try #require(ShownToken(tokens.accessToken)).key)
        }
        #expect(names.count == 2)
    }

    @Test func `in an emergency nothing opens any more that was signed before, and a new sign-in does`() async throws {
        try await self.begin()
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let cookie = try await self.accounts.attempt(kit.username, Provider.password)
        let forge = try await Forge(kit)
        #expect(try await kit.opens(tokens))
        self.clock.advance(1)
        #expect(try await self.accounts.rotateSigningKey(isEmergency: true))
        #expect(try await kit.opens(tokens) == false)
        #expect(try await kit.opens(try forge.sign()) == false)
        #expect(try await kit.goesOn(tokens) == false)
        #expect(try await self.accounts.isLive(cookie.visitor.principal), "the browser goes on")
        self.clock.advance(1)
        #expect(try await kit.opens(try await kit.issue()))
        #expect(try await self.states().filter { $0 == "active" }.count == 1)
    }

    @Test func `an epoch for all ends what every program is signed in with, and nothing that begins later`()
        async throws
    {
        try await self.begin()
        let kit = try await TokenKit(self.accounts, self.clock), other = try await TokenKit(self.accounts, self.clock)
        let tokens = try await kit.issue(), others = try await other.issue()
        let principal = try await self.accounts.visitor(bearing: tokens.accessToken).principal
        try await kit.raise(.all)
        for (kit, tokens) in [(kit, tokens), (other, others)] {
            #expect(try await kit.opens(tokens) == false)
            #expect(try await kit.goesOn(tokens) == false)
        }
        #expect(try await self.accounts.isLive(principal) == false)
        self.clock.advance(1)
        #expect(try await kit.opens(try await kit.issue()))
    }

    @Test func `the public keys are shown, as long as anybody may keep them, and nothing of the private ones`()
        async throws
    {
        try await self.begin()
        let signer = try await self.accounts.signer(at: self.clock.now)
        _ = try await self.accounts.rotateSigningKey(isEmergency: false)
        try await withAccounts(self.accounts) { client in
            let answer = try await Browser(client).json(.get, "/.well-known/jwks.json")
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "public, max-age=300")
            #expect(answer.headers[.contentType] == "application/jwk-set+json")
            struct Set: Decodable { let keys: [[String: String]] }
            let keys = try JSONDecoder().decode(Set.self, from: Data(answer.text.utf8)).keys
            #expect(keys.count == 2, "the one that signs, and the one that will")
            for key in keys {
                #expect(key.keys.sorted() == ["alg", "crv", "kid", "kty", "use", "x", "y"])
                #expect(key["alg"] == "ES256" && key["crv"] == "P-256" && key["kty"] == "EC" && key["use"] == "sig")
            }
            let ours = try #require(keys.first { $0["kid"] == signer.id })
            let x = try #require(Data(base64URL: ours["x"] ?? "")), y = try #require(Data(base64URL: ours["y"] ?? ""))
            #expect(signer.key.publicKey.rawRepresentation == x + y)
            #expect(!answer.text.contains(signer.key.rawRepresentation.base64URL))
        }
    }

    @Test func `private halves are sealed, bound to their row, and sealed anew with another key`() async throws {
        try await self.begin()
        let signer = try await self.accounts.signer(at: self.clock.now)
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let row = try #require(
            try await admin.read(as: .system("test"), "SELECT private_key FROM accounts.signing_key").first)
        let sealed: Data = try row.read("private_key")
        await admin.shutDown()
        #expect(sealed.range(of: signer.key.rawRepresentation) == nil)
        #expect(throws: SealingError.damaged) {
            _ = try self.accounts.keyring.open(sealed, at: SigningKeyStore.place(of: "another"))
        }
        // With another active key and the old one beside it everything goes on; without it, once it was sealed anew.
        let fresh = Redacted(Data((0..<32).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }))
        let both = Keyring(active: fresh, older: [TestKeys.key]), only = Keyring(active: fresh)
        let (done, unreadable) = try await self.with(both).reseal(batch: 1)
        #expect(done >= 2 && unreadable == 0)
        let next = try await self.with(only).refreshTokens(tokens.refreshToken, agent: "Rota 2.1")
        #expect(try await kit.opens(next))
        #expect(try await self.with(only).signer(at: self.clock.now).id == signer.id)
        #expect(try await self.with(both).reseal().done == 0)
    }

    private func with(_ keyring: Keyring) -> AccountsService {
        .testing(self.clock, self.accounts.database, keyring: keyring)
    }
}
