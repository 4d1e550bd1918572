import Crypto
import FoundationEssentials
import Kernel

/// Text that a page hands to itself in its own address, where nobody else can read it.
///
/// For what must survive a reload and the way back, and may stand neither in an address as it is nor in the database:
/// the words of a search. It is sealed with the reader's sign-in, and nobody can open it once that has ended, themselves
/// included.
extension Visitor {
    /// - Parameters:
    ///   - text: What to hand on.
    ///   - purpose: What for; what is sealed for one thing opens for nothing else.
    /// - Returns: Letters and digits that mean nothing without the sign-in.
    /// - Throws: `internal`, if it cannot be sealed.
    package func seal(_ text: String, for purpose: String) throws -> String {
        let box = try ChaChaPoly.seal(Data(text.utf8), using: self.key(for: purpose))
        return box.combined.base64URL
    }

    /// The text; `nil` if this sign-in did not seal it for this.
    package func open(_ sealed: String, for purpose: String) -> String? {
        guard let data = Data(base64URL: sealed), let box = try? ChaChaPoly.SealedBox(combined: data),
            let text = try? ChaChaPoly.open(box, using: self.key(for: purpose))
        else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    private func key(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(self.formKey.value.utf8)), info: Data("sealed \(purpose)".utf8),
            outputByteCount: 32)
    }
}
