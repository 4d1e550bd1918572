import Foundation

/// Passwords that are tried first by whoever guesses: read once, at the start.
package struct PasswordBlocklist: Sendable {
    /// Why the server does not start.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// The most that is read; a list of the 100,000 commonest has about one.
    private static let limit = 32 * 1_024 * 1_024

    private let words: Set<String>
    /// How long the longest is, so that a search knows when to stop.
    let longest: Int

    package init(words: some Sequence<String>) {
        self.words = Set(words.map { $0.lowercased() }.filter { $0.unicodeScalars.count >= 4 })
        self.longest = self.words.reduce(0) { max($0, $1.unicodeScalars.count) }
    }

    /// - Parameter path: A text file with one password a line.
    /// - Throws: ``Fault``, as a sentence for whoever starts the server.
    package init(path: String) throws(Fault) {
        let help = "run scripts/fetch-assets, or set PASSWORDS_BLOCKLIST to a list of your own"
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue
        guard let size else {
            throw Fault(
                description: "There is no list of common passwords at \(path), so nobody could choose one: \(help).")
        }
        guard size <= Self.limit, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Fault(
                description: "The list of common passwords at \(path) is not text in UTF-8 of 32 MiB at most: \(help).")
        }
        let list = Self(words: text.split(whereSeparator: \.isNewline).lazy.map(String.init))
        guard !list.words.isEmpty else {
            throw Fault(description: "The list of common passwords at \(path) is empty: \(help).")
        }
        self = list
    }

    func contains(_ word: String) -> Bool { self.words.contains(word) }
}
