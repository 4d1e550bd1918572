import Crypto
import NIOConcurrencyHelpers

/// The public keys that are known by name, which is made from the key: nothing here can be out of date.
///
/// Whether a key still counts is not here; the database says it with each request. There are no more than were ever
/// asked for and found, one a month.
final class PinnedKeys: Sendable {
    private let keys = NIOLockedValueBox<[String: P256.Signing.PublicKey]>([:])

    subscript(_ name: String) -> P256.Signing.PublicKey? {
        get { self.keys.withLockedValue { $0[name] } }
        set { self.keys.withLockedValue { $0[name] = newValue } }
    }
}
