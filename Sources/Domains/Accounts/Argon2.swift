import CPassword
import Kernel

/// Argon2id (RFC 9106) by libargon2.
enum Argon2 {
    /// OWASP's parameters: 19 MiB, two passes, one lane; about 25 ms here.
    private static let memory: UInt32 = 19_456
    private static let passes: UInt32 = 2
    private static let lanes: UInt32 = 1

    /// What every hash made now begins with.
    static let prefix = "$argon2id$v=19$m=\(memory),t=\(passes),p=\(lanes)$"

    /// The hash of nothing that anybody knows, so that an unknown name costs what a known one does.
    static let decoy = PasswordHash("\(prefix)A8FocbmJcrVWIV0mnkpqdw$vvszBE8dEGjAM6mPxtp1WI7s1+yOA8Rt0bBKzwWU6N0")

    struct Failure: Error, CustomStringConvertible {
        let code: Int32
        var description: String { "Argon2(\(self.code))" }
    }

    static func hash(_ password: Password) throws(Failure) -> PasswordHash {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let bytes = password.bytes.value
        var encoded = [CChar](repeating: 0, count: 128)
        let code = argon2id_hash_encoded(
            self.passes, self.memory, self.lanes, bytes, bytes.count, salt, salt.count, 32, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return PasswordHash(
            String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Compares in constant time; a hash that cannot be read is an error, not a wrong password.
    static func verify(_ password: Password, against hash: PasswordHash) throws(Failure) -> Bool {
        let bytes = password.bytes.value
        switch argon2id_verify(hash.text, bytes, bytes.count) {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        case let code: throw Failure(code: code)
        }
    }
}
