import Kernel
package import Settings

/// Which Redis, if any.
package struct RedisSettings: Sendable {
    /// `nil` where one process serves everybody.
    package var address: RedisAddress?
    /// A file with the certificates of whoever may vouch for the server, beside those that the system trusts.
    package var authority: String?
    /// For connecting, logging in, and the first answer.
    package var connect: Duration = .seconds(2)
    /// For the answer to a command; a request waits no longer than this for Redis, whatever it does.
    package var answer: Duration = .milliseconds(100)
    /// Commands that wait for their answers at once.
    package var most = 4_096
    /// Between attempts to connect: the first, and the longest.
    package var pause: (first: Duration, longest: Duration) = (.milliseconds(50), .seconds(5))
    /// How often a subscription that hears nothing asks whether the other side is there.
    package var heartbeat: Duration = .seconds(5)

    package init(_ address: RedisAddress?) { self.address = address }

    package init(_ reader: SettingsReader) {
        reader.section("redis", "Redis, for more than one process")
        let isVerified = reader.boolean(
            "redis.verify_server", default: true,
            "Whether a Redis on another machine must prove who it is, by `rediss://`")
        let url = reader.secret(
            optional: "redis.url",
            "The address of Redis, and who logs in; without it each process counts and wakes for itself",
            sample: "rediss://wcc:changeme@redis.example.org:6379/0",
            unless: { RedisAddress.problem(with: $0, verified: isVerified) })
        self.address = url.flatMap { RedisAddress($0.value) }
        self.authority = reader.path(
            optional: "redis.authority", mustBe: .file,
            "The certificate of whoever vouches for Redis, where the system does not know them",
            example: "/etc/wcc/redis-ca.pem")
        self.answer = reader.duration(
            "redis.timeout", default: self.answer, in: .milliseconds(5) ... .seconds(5),
            "How long an answer of Redis is waited for; what asked goes on without it")
        self.connect = reader.duration(
            "redis.connect_timeout", default: self.connect, in: .milliseconds(100) ... .seconds(60),
            "How long Redis may take to accept a connection")
    }
}
