import Crypto
import FoundationEssentials
import Kernel

/// What needs a key; apart from the reader, which is given any bytes at all by the fuzzer.
extension RefreshToken {
    init(_ family: Identifier<TokenFamily>, _ generation: UInt32, key: Data) {
        let mark = HMAC<SHA256>.authenticationCode(
            for: Self.marked(family, generation), using: SymmetricKey(data: key))
        self.init(family, generation, mark: Data(mark))
    }

    /// Takes the same time whatever is wrong.
    func isMarked(by key: Data) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            self.mark, authenticating: Self.marked(self.family, self.generation), using: SymmetricKey(data: key))
    }
}
