import Foundation
import Kernel
import Sealing

/// Keys of this run, which seal nothing that anybody keeps.
package enum TestKeys {
    /// As a setting has it.
    package static let active = Self.make()

    package static func make() -> String {
        Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
    }

    /// The same as the product's in ``withApp(_:as:streams:overrides:_:)``.
    package static let keyring = Keyring(active: Self.key)

    package static let key = Redacted(Data(base64Encoded: Self.active) ?? Data())
}
