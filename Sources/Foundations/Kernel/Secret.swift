import Crypto
package import FoundationEssentials

/// Random text that opens something once it is shown: a session's cookie, an invitation.
///
/// Only its hash is kept, so a copy of the database opens nothing. A plain hash is enough, because 256 random bits
/// cannot be guessed.
package struct Secret: Sendable, CustomStringConvertible {
    /// 43 characters of base64url: 256 bits.
    package let text: Redacted<String>

    package init() {
        self.text = Redacted(Data(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }).base64URL)
    }

    /// What somebody has shown, which may be anything.
    package init(shown text: String) { self.text = Redacted(text) }

    package var hash: Data { Data(SHA256.hash(data: Data(self.text.value.utf8))) }
    package var description: String { "redacted" }
}

/// A keyed mark on some text, such as a form's proof that this server wrote it (RFC 2104 with SHA-256).
package struct Seal: Sendable {
    private let key: SymmetricKey

    package init(key: Data) { self.key = SymmetricKey(data: key) }

    package func mark(_ text: String) -> String {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: self.key)).base64URL
    }

    /// Takes the same time whatever is wrong.
    package func isMark(_ mark: String, of text: String) -> Bool {
        guard let given = Data(base64URL: mark) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Data(text.utf8), using: self.key)
    }
}
