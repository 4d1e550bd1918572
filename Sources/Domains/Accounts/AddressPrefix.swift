import Crypto
import FoundationEssentials
import Glibc
import Kernel

/// The network that a request comes from: `/24` of IPv4, `/56` of IPv6, which is what one customer is given.
///
/// Coarse on purpose. It is enough to slow a guesser down and to recognise "not from here", and it follows nobody home.
package struct AddressPrefix: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// - Parameter text: A numeric address; anything else is one network, "unknown".
    package init(_ text: String?) {
        self.description = text.flatMap(Self.prefix) ?? "unknown"
    }

    /// The same network gives the same short text, which says nothing by itself: for logs.
    package var fingerprint: String {
        SHA256.hash(data: Data(self.description.utf8)).prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    private static func prefix(_ text: String) -> String? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            return Self.network(withUnsafeBytes(of: &four) { Array($0) })
        }
        var six = in6_addr()
        // A link's scope (`fe80::1%eth0`) is no part of the address.
        guard let bare = text.split(separator: "%").first, inet_pton(AF_INET6, String(bare), &six) == 1 else {
            return nil
        }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] {
            return Self.network(Array(bytes.suffix(4)))
        }
        let groups = stride(from: 0, to: 8, by: 2).map { index in
            let low = index == 6 ? 0 : bytes[safe: index + 1] ?? 0
            return String(UInt16(bytes[safe: index] ?? 0) << 8 | UInt16(low), radix: 16)
        }
        return groups.joined(separator: ":") + "::/56"
    }

    private static func network(_ bytes: [UInt8]) -> String {
        bytes.prefix(3).map(String.init).joined(separator: ".") + ".0/24"
    }
}
