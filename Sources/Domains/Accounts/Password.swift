import Foundation
import Kernel

/// What only one person knows.
///
/// It is never stored, logged or sent back; it lives as long as the request that brought it.
package struct Password: Sendable, CustomStringConvertible {
    let bytes: Redacted<[UInt8]>
    /// In Unicode scalars, as somebody counts who types.
    let length: Int

    /// The longest that is looked at; nobody types more, and hashing is not free.
    static let limit = 1_024

    /// What somebody has typed.
    ///
    /// In one Unicode form, because a phone and a keyboard may send `é` differently (SP 800-63B, 3.1.1.2).
    package init(_ typed: String) {
        let text = typed.precomposedStringWithCompatibilityMapping
        self.bytes = Redacted(Array(text.utf8))
        self.length = text.unicodeScalars.count
    }

    package var isTooLong: Bool { self.bytes.value.count > Self.limit }

    /// As it is compared with lists and names, where case tells nothing.
    var folded: String { Self.folded(String(decoding: self.bytes.value, as: UTF8.self)) }

    static func folded(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased()
    }

    package var description: String { "redacted" }
}

/// A password as it is kept: a PHC string with its parameters and its own salt.
package struct PasswordHash: Sendable, Hashable, CustomStringConvertible {
    let text: String
    init(_ text: String) { self.text = text }
    package var description: String { "redacted" }
}
