import Foundation

/// What somebody types to say which account is theirs: a username or an e-mail address, in the one form that counts.
///
/// Canonical before it is looked up, before it is stored and before it is counted, so that no spelling of a name is
/// another account or another set of tries.
package struct SignInName: Sendable, Hashable {
    package let text: String

    init(unchecked text: String) { self.text = text }

    /// `nil` if nothing is left, or more than any name has.
    package init?(_ typed: String) {
        guard typed.utf8.count <= 1_024 else { return nil }
        // Compatibility first, then case, then compatibility again, because folding can undo it (Unicode 15, 3.13).
        let text = typed.precomposedStringWithCompatibilityMapping
            .folding(options: .caseInsensitive, locale: nil)
            .precomposedStringWithCompatibilityMapping
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text.unicodeScalars.count <= 254 else { return nil }
        self.text = text
    }

    /// A username as somebody may choose it; one with an `@` would be taken for an address.
    package init?(choosing typed: String) {
        guard let name = SignInName(typed), (2...64).contains(name.text.unicodeScalars.count),
            name.text.unicodeScalars.allSatisfy({
                $0.properties.isAlphabetic || $0.properties.numericType != nil || ".-_'".unicodeScalars.contains($0)
            })
        else { return nil }
        self = name
    }

    /// An address, as far as it can be told without writing to it.
    package init?(address typed: String) {
        guard let name = SignInName(typed), name.text.utf8.count <= 254 else { return nil }
        let parts = name.text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !name.text.contains(where: \.isWhitespace),
            name.text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        self = name
    }
}
