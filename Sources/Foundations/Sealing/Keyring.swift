import Crypto
package import FoundationEssentials
package import Kernel

/// The keys with which single fields are sealed: one that seals, and earlier ones that still open.
///
/// Every value has a data key of its own, which is sealed with the installation's key. So no nonce can meet another
/// under the same key, and a new key for the installation touches 32 bytes of each value and never what it holds. What
/// is sealed is bound to its place: elsewhere, or with a bit changed, it does not open.
package struct Keyring: Sendable {
    private let active: SealingKey
    private let known: [Data: SealingKey]

    /// - Parameters:
    ///   - active: At least 32 random bytes, which everything is sealed with from now on.
    ///   - older: What was active before, and opens until everything is sealed anew.
    package init(active: Redacted<Data>, older: [Redacted<Data>] = []) {
        let keys = ([active] + older).map { SealingKey($0.value) }
        self.active = SealingKey(active.value)
        self.known = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
    }

    /// What a key is called in what it has sealed, which tells nothing about it.
    package var activeID: Data { self.active.id }

    package func seal(_ plain: Data, at place: SealedPlace) throws(SealingError) -> Data {
        let dataKey = SymmetricKey(size: .bits256)
        let wrapped = try self.active.wrap(dataKey, at: place)
        return SealedValue(key: self.active.id, wrapped: wrapped, content: try dataKey.seal(plain, at: place)).bytes
    }

    /// - Throws: ``SealingError``, which is the same whatever is wrong with it.
    package func open(_ sealed: Data, at place: SealedPlace) throws(SealingError) -> Data {
        let value = try SealedValue(sealed)
        return try self.dataKey(of: value, at: place).open(value.content, at: place)
    }

    /// The same value under the active key; `nil` if it is under it already.
    package func reseal(_ sealed: Data, at place: SealedPlace) throws(SealingError) -> Data? {
        let value = try SealedValue(sealed)
        if value.key == self.active.id { return nil }
        let dataKey = try self.dataKey(of: value, at: place)
        // What does not open under its new name must not be written under it.
        _ = try dataKey.open(value.content, at: place)
        let wrapped = try self.active.wrap(dataKey, at: place)
        return SealedValue(key: self.active.id, wrapped: wrapped, content: value.content).bytes
    }

    private func dataKey(of value: SealedValue, at place: SealedPlace) throws(SealingError) -> SymmetricKey {
        guard let key = self.known[value.key] else { throw .unknownKey }
        return try key.unwrap(value.wrapped, at: place)
    }
}

/// Why a value does not open; nothing of the value.
package enum SealingError: Equatable, SafeToLog {
    /// Changed, moved, or never sealed by us.
    case damaged
    /// Sealed with a key that is not among those that were given.
    case unknownKey

    package var logDescription: String {
        switch self {
        case .damaged: "a sealed value was changed or moved"
        case .unknownKey: "a value is sealed with a key that is not in KEYS_ACTIVE or KEYS_OLDER"
        }
    }
}

/// Where a sealed value stands, which is sealed with it.
package struct SealedPlace: Sendable {
    let bound: Data

    /// - Parameters:
    ///   - table: With its schema, such as `accounts.factor`.
    ///   - column: Its name.
    ///   - organisation: Whose row it is.
    ///   - row: What names the row in its table.
    package init(table: String, column: String, organisation: Identifier<Organisation>, row: String) {
        // No name has a line in it, so no two places are bound alike.
        self.bound = Data([table, column, organisation.description, row].joined(separator: "\n").utf8)
    }

    /// Of a row that belongs to the installation, and to no organisation.
    package init(ofInstallationIn table: String, column: String, row: String) {
        self.bound = Data([table, column, "", row].joined(separator: "\n").utf8)
    }
}

/// A key of the installation: from the bytes that were given, one key to wrap with and a name.
private struct SealingKey: Sendable {
    let id: Data
    private let key: SymmetricKey

    init(_ bytes: Data) {
        let given = SymmetricKey(data: bytes)
        func derived(_ purpose: String, _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: given, info: Data(purpose.utf8), outputByteCount: count)
        }
        self.key = derived("wcc wraps data keys", 32)
        self.id = derived("wcc names this key", SealedValue.idLength).withUnsafeBytes { Data($0) }
    }

    func wrap(_ dataKey: SymmetricKey, at place: SealedPlace) throws(SealingError) -> Data {
        try self.key.seal(dataKey.withUnsafeBytes { Data($0) }, at: place, for: self.id)
    }

    func unwrap(_ wrapped: Data, at place: SealedPlace) throws(SealingError) -> SymmetricKey {
        SymmetricKey(data: try self.key.open(wrapped, at: place, for: self.id))
    }
}

extension SymmetricKey {
    /// AES-256-GCM: nonce, ciphertext and tag.
    fileprivate func seal(_ plain: Data, at place: SealedPlace, for id: Data = Data()) throws(SealingError) -> Data {
        let about = SealedValue.version + id + place.bound
        guard let box = try? AES.GCM.seal(plain, using: self, authenticating: about), let bytes = box.combined else {
            throw .damaged
        }
        return bytes
    }

    fileprivate func open(_ sealed: Data, at place: SealedPlace, for id: Data = Data()) throws(SealingError) -> Data {
        let about = SealedValue.version + id + place.bound
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let plain = try? AES.GCM.open(box, using: self, authenticating: about)
        else { throw .damaged }
        return plain
    }
}
