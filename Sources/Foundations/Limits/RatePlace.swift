import Crypto
package import Foundation
package import Kernel

/// One thing that is counted: a class, and whose.
package struct RatePlace: Sendable, Hashable {
    package let rateClass: RateClass
    /// Says nothing by itself, and the same for the same subject: for Redis and for logs.
    package let fingerprint: String
    /// The same for this process's table.
    let key: Int

    var redisKey: String { "rl:\(self.rateClass.rawValue):\(self.fingerprint)" }
}

/// Keys for purposes, made from one secret that the processes of an installation share.
package struct LimitKeys: Sendable {
    private let secret: SymmetricKey
    private let subjects: SymmetricKey

    /// - Parameter secret: Without one it is made up, and ends with the process.
    package init(_ secret: Redacted<Data>? = nil) {
        self.secret = secret.map { SymmetricKey(data: $0.value) } ?? SymmetricKey(size: .bits256)
        self.subjects = Self.derive(self.secret, "subject")
    }

    /// A key for something else, which tells nothing of the others.
    package func key(for purpose: String) -> Data {
        Self.derive(self.secret, purpose).withUnsafeBytes { Data($0) }
    }

    /// Keyed, so that nobody can choose subjects that share a slot, or find out from Redis who is counted.
    package func place(_ rateClass: RateClass, _ subject: String) -> RatePlace {
        let mark = HMAC<SHA256>.authenticationCode(
            for: Data("\(rateClass.rawValue) \(subject)".utf8), using: self.subjects)
        let digits = mark.prefix(16).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return RatePlace(
            rateClass: rateClass, fingerprint: digits.joined(), key: mark.prefix(7).reduce(0) { $0 << 8 | Int($1) })
    }

    private static func derive(_ secret: SymmetricKey, _ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("wcc limits \(purpose)".utf8), outputByteCount: 32)
    }
}
