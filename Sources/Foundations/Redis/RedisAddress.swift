import Foundation
import Kernel

/// Where Redis is, and who logs in: `rediss://user:password@host:port/database`.
package struct RedisAddress: Sendable {
    let host: String
    let port: Int
    /// Whether it has to show a certificate for its name.
    let isVerified: Bool
    let user: String?
    let password: Redacted<String>?
    let database: Int

    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["redis", "rediss"].contains(scheme), let host = parts.host, !host.isEmpty,
            parts.query == nil, parts.fragment == nil
        else { return nil }
        let path = parts.path.drop { $0 == "/" }
        guard let port = UInt16(exactly: parts.port ?? 6379), port > 0,
            let database = path.isEmpty ? 0 : Int(path), (0...65_535).contains(database)
        else { return nil }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = Int(port)
        self.isVerified = scheme == "rediss"
        self.user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        self.password = parts.password.flatMap { $0.isEmpty ? nil : Redacted($0) }
        self.database = database
    }

    /// What is wrong with an address, in a sentence that quotes nothing of it but the host; `nil` if nothing is.
    package static func problem(with text: String, verified: Bool) -> String? {
        guard let address = Self(text) else {
            return "The address of Redis cannot be read; it is redis:// or rediss://, and a name."
        }
        if !verified || address.isVerified || address.isLocal { return nil }
        return "The Redis \(address.host) is on another machine, so its address must begin with rediss://."
    }

    private var isLocal: Bool {
        ["localhost", "::1"].contains(self.host) || (self.host.hasPrefix("127.") && self.isNumeric)
    }

    /// Names are shown in the handshake and looked for in the certificate; of an address only the latter can be.
    var isNumeric: Bool {
        self.host.contains(":") || self.host.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
    }
}
