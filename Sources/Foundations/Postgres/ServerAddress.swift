internal import CLibPQ
import Glibc
import Kernel

/// Where the server is, and how it has to prove that it is the one.
package struct ServerAddress: Sendable {
    /// Which servers are believed to be what they say.
    package enum Trust: Sendable {
        /// One that is not on this machine must show a certificate for its name (`sslmode=verify-full`).
        case verified
        /// Any: for a network that somebody else vouches for.
        case anyServer
    }

    private let conninfo: Redacted<String>
    private let limits: Database.Limits
    private let refusal: String?

    init(_ conninfo: String, trust: Trust, limits: Database.Limits) {
        self.conninfo = Redacted(conninfo)
        self.limits = limits
        self.refusal = Self.problem(with: conninfo, trust: trust)
    }

    /// What is wrong with a connection string, in a sentence that quotes no part of it but a host; `nil` if nothing is.
    package static func problem(with conninfo: String, trust: Trust = .verified) -> String? {
        guard let given = Self.options(PQconninfoParse(conninfo, nil)) else {
            return "The database's connection string cannot be read; it is a postgresql:// address or key=value pairs."
        }
        if trust == .anyServer { return nil }
        if given["service"] != nil {
            return "The database's connection string names a service; write its host and sslmode=verify-full instead."
        }
        // The environment counts too: PGHOST, PGSSLMODE.
        let options = (Self.options(PQconndefaults()) ?? [:]).merging(given) { $1 }
        let addresses = options["hostaddr"] ?? options["host"] ?? ""
        let remote = addresses.split(separator: ",").first { !Self.isLocal(String($0)) }
        guard let remote, options["sslmode"] != "verify-full" else { return nil }
        return "The database \(remote) is on another machine, so its connection string must say sslmode=verify-full."
    }

    /// What libpq is to be told, in its order: what comes later wins, and the connection string is one of them.
    func parameters() throws(PostgresError) -> (keys: [String], values: [String]) {
        if let refusal { throw PostgresError(.unverifiedServer, summary: refusal, message: refusal) }
        let limits = self.limits
        let parameters: [(String, String)] = [
            ("application_name", "wcc"),
            ("connect_timeout", "\(max(1, limits.connect.milliseconds / 1_000))"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(limits.unacknowledged.milliseconds)"),
            // After a failover, not the server that has become the standby.
            ("target_session_attrs", "read-write"),
            // One way to be encrypted is enough, and this one would come before the certificate is asked for.
            ("gssencmode", "disable"),
            ("dbname", self.conninfo.value),
            ("client_encoding", "UTF8"), ("options", limits.options),
        ]
        return (parameters.map(\.0), parameters.map(\.1))
    }

    /// Takes over the list.
    private static func options(_ list: UnsafeMutablePointer<PQconninfoOption>?) -> [String: String]? {
        guard let list else { return nil }
        defer { PQconninfoFree(list) }
        var options: [String: String] = [:]
        var option = list
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 {
                options[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return options
    }

    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1" { return true }
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }
}
