import CPassword
import Crypto
import Foundation
import Kernel

/// bcrypt by libcrypt, for organisations whose rules ask for it.
///
/// bcrypt reads 72 bytes and stops at a zero, so it is given an HMAC of the password in base64: 64 characters that depend
/// on every one that was typed. The HMAC's key is the pepper, which is in no database.
struct Bcrypt: Sendable {
    /// What every hash made now begins with: 2^12 rounds.
    static let prefix = "$2b$12$"

    /// The hash of nothing that anybody knows, so that an unknown name costs what a known one does.
    static let decoy = PasswordHash("$2b$12$dLJ3VNFwDsyrc8K8PRerYOoimYYWBhlxfzP32ZTdy3OGu/aI3CAsi")

    let pepper: Redacted<String>

    enum Failure: Error, CustomStringConvertible {
        /// A hash was made with bcrypt, and this process has no pepper.
        case noPepper
        /// libcrypt could not read the hash, or make one.
        case unreadable
        var description: String { "Bcrypt(\(self == .noPepper ? "no pepper" : "unreadable"))" }
    }

    func hash(_ password: Password) throws(Failure) -> PasswordHash {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<16).map { _ in CChar(truncatingIfNeeded: UInt8.random(in: .min ... .max, using: &generator)) }
        var setting = [CChar](repeating: 0, count: 192)
        guard crypt_gensalt_rn("$2b$", 12, random, Int32(random.count), &setting, Int32(setting.count)) != nil else {
            throw .unreadable
        }
        return PasswordHash(try Self.crypt(self.phrase(password), setting: Self.text(setting)))
    }

    /// Compares in constant time; a hash that cannot be read is an error, not a wrong password.
    func verify(_ password: Password, against hash: PasswordHash) throws(Failure) -> Bool {
        let made = try Self.crypt(self.phrase(password), setting: hash.text)
        let (one, other) = (Array(made.utf8), Array(hash.text.utf8))
        guard one.count == other.count else { throw .unreadable }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func phrase(_ password: Password) -> String {
        let key = SymmetricKey(data: Data(self.pepper.value.utf8))
        return Data(HMAC<SHA384>.authenticationCode(for: Data(password.bytes.value), using: key)).base64EncodedString()
    }

    /// libcrypt's own function, reentrant and with its memory given to it.
    static func crypt(_ phrase: String, setting: String) throws(Failure) -> String {
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer { data.deallocate() }
        data.initialize(to: crypt_data())
        guard let made = crypt_rn(phrase, setting, data, Int32(MemoryLayout<crypt_data>.size)) else {
            throw .unreadable
        }
        return String(cString: made)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
