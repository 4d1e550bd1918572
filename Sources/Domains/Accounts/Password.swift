import Foundation
import Kernel

/// What only one person knows.
///
/// It is never stored, logged or sent back; it lives as long as the request that brought it.
package struct Password: Sendable, CustomStringConvertible {
    let bytes: Redacted<[UInt8]>
    private let scalars: Int

    /// The longest that is looked at; nobody types more, and hashing is not free.
    static let limit = 1_024

    /// What somebody has typed.
    ///
    /// In one Unicode form, because a phone and a keyboard may send `é` differently (SP 800-63B, 3.1.1.2).
    package init(_ typed: String) {
        let text = typed.precomposedStringWithCompatibilityMapping
        self.bytes = Redacted(Array(text.utf8))
        self.scalars = text.unicodeScalars.count
    }

    package var isTooLong: Bool { self.bytes.value.count > Self.limit }

    /// What is wrong with it as a new password, in words; `nil` if nothing is.
    ///
    /// Length is all that is asked for: rules about digits and signs make passwords worse.
    package var objection: String? {
        if self.scalars < 12 { return "Use at least 12 characters" }
        if self.isTooLong { return "Use fewer characters" }
        return nil
    }

    package var description: String { "redacted" }
}

/// A password as it is kept: a PHC string with its parameters and its own salt.
package struct PasswordHash: Sendable, Hashable, CustomStringConvertible {
    let text: String
    init(_ text: String) { self.text = text }
    package var description: String { "redacted" }
}
