import Crypto
package import FoundationEssentials
import Kernel
import Logging
import Postgres
import Sealing

/// The keys that sign access tokens, changed by whichever process finds that it is time.
extension AccountsService {
    /// What signs now.
    ///
    /// Read anew each time: a token is made every few minutes for each program, and a key that was retired must sign
    /// nothing from then on.
    func signer(at now: Date) async throws -> (id: String, key: P256.Signing.PrivateKey) {
        let keys = try await self.currentSigningKeys(at: now)
        guard let active = keys.first(where: { $0.state == .active }), let sealed = active.privateKey else {
            throw Problem(.internalFailure, "There is no key to sign with")
        }
        let raw = try self.keyring.open(sealed, at: SigningKeyStore.place(of: active.id))
        return (active.id, try P256.Signing.PrivateKey(rawRepresentation: raw))
    }

    /// The public keys as RFC 7517 has them: those that sign, that will, and whose tokens are still out.
    package func publicKeys() async throws -> Data {
        let keys = try await self.currentSigningKeys(at: self.source.now())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(["keys": keys.filter { $0.state != .retired }.map { JSONWebKey($0) }])
    }

    /// For how long ``publicKeys()`` may be kept.
    package static var publicKeysLifetime: Duration { SigningClock.shown }

    /// The public half of a key that is known; `nil` for any other name.
    func publicKey(_ id: String) async throws -> P256.Signing.PublicKey? {
        guard ShownToken.isKeyName(id) else { return nil }
        if let known = self.pinnedKeys[id] { return known }
        guard let key = try await self.signingKeys(id) else { return nil }
        self.pinnedKeys[id] = key.publicKey
        return key.publicKey
    }

    private func currentSigningKeys(at now: Date) async throws -> [SigningKey] {
        let rows = try await self.database.read(as: .system("signing keys"), self.keyStore.all)
        let keys = try self.keyStore.keys(rows)
        guard SigningKeys(keys).isDue(at: now) else { return keys }
        return try await self.changeSigningKeys { try $0.advance(at: now, making: $1) }
    }

    /// Lets another key sign.
    ///
    /// - Parameter isEmergency: For a key that somebody may have: at once, and whatever it has signed opens nothing;
    ///   every program signs in again.
    /// - Returns: Whether the new key signs already; otherwise it does once it was shown for long enough.
    /// - Throws: What the database says.
    @discardableResult
    package func rotateSigningKey(isEmergency: Bool) async throws -> Bool {
        let now = self.source.now()
        if isEmergency {
            _ = try await self.changeSigningKeys(revokingAt: now) { try $0.replaceAll(at: now, making: $1) }
            self.security.notice("signing keys replaced")
            return true
        }
        let before = try await self.currentSigningKeys(at: now).first { $0.state == .active }?.id
        let after = try await self.changeSigningKeys { keys, make in
            keys.hasten(at: now)
            try keys.advance(at: now, making: make)
        }
        self.security.notice("signing key rotated")
        return after.first { $0.state == .active }?.id != before
    }

    /// One at a time, whoever comes second finds it done.
    private func changeSigningKeys(
        revokingAt moment: Date? = nil,
        _ change: @escaping @Sendable (inout SigningKeys, () throws -> SigningKey) throws -> Void
    ) async throws -> [SigningKey] {
        let new = P256.Signing.PrivateKey(), id = SigningKey.id(of: new.publicKey), now = self.source.now()
        let sealed = try self.keyring.seal(new.rawRepresentation, at: SigningKeyStore.place(of: id))
        return try await self.database.transaction(as: .system("signing keys"), lockTimeout: .seconds(10)) { tx in
            try self.keyStore.hold(in: tx)
            var keys = SigningKeys(try self.keyStore.keys(try tx.execute(self.keyStore.all)))
            try change(&keys) {
                SigningKey(
                    id: id, publicKey: new.publicKey, privateKey: sealed, state: .next, createdAt: now,
                    signUntil: nil, verifyUntil: nil)
            }
            for key in keys.changed { try self.keyStore.keep(key, in: tx) }
            if let moment { try self.tokenStore.revoke(.all, before: moment, in: tx) }
            return keys.all
        }
    }
}
