import Crypto
import FoundationEssentials
import Kernel

/// What somebody has typed where a code is asked for.
enum EnteredCode: Sendable {
    /// Six digits, and nothing around them.
    case app(String)
    case recovery(RecoveryCode)
    /// Nothing that could be a code, so nothing was guessed.
    case none

    init(_ text: String) {
        if text.utf8.count == 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            self = .app(text)
        } else {
            self = RecoveryCode(typed: text).map { .recovery($0) } ?? .none
        }
    }
}

/// A code for the day on which the phone is gone: 80 random bits, used once.
///
/// Only a hash is kept. A plain one is enough, because nobody tries 2⁸⁰ of them.
struct RecoveryCode: Sendable, Equatable {
    static let count = 10
    private static let length = 16

    /// Letters and digits, without what stands between them for the eye.
    private let letters: String

    init() {
        self.letters = Base32.encode(SymmetricKey(size: .init(bitCount: 80)).withUnsafeBytes { Array($0) })
    }

    /// As somebody copies it off paper: in either case, with hyphens or spaces or none.
    init?(typed text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let letters = text.uppercased().filter { $0 != "-" && $0 != " " }
        guard letters.utf8.count == Self.length,
            letters.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x32...0x37).contains($0) })
        else { return nil }
        self.letters = letters
    }

    /// In groups of four, as it is shown.
    var shown: String { self.letters.inGroups(of: 4, by: "-") }

    var hash: Data { Data(SHA256.hash(data: Data("recovery code \(self.letters)".utf8))) }
}

extension String {
    func inGroups(of size: Int, by separator: String) -> String {
        var groups: [Substring] = [], rest = self[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return groups.joined(separator: separator)
    }
}
