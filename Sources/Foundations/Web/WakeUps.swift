import FoundationEssentials
package import Kernel
import NIOConcurrencyHelpers
package import Redis

/// Tells the other processes for whom something is new, and hears it from them, through Redis.
///
/// A message says whose streams to ring at, by identifiers, and nothing else: whoever is rung reads the database, and is
/// asked again whether they may. So a message that is lost costs one poll, one that was made up costs one query, and
/// one that is read by a stranger says that somebody has a message.
package struct WakeUps: Sendable {
    /// In one message; a delivery has 200 at most.
    private static let most = 50

    private let redis: Redis
    private let channel: String
    /// So that no process is woken by what it has said itself.
    private let process: String

    /// - Parameters:
    ///   - redis: Where to say it.
    ///   - name: What the processes of this installation, and of no other on the same Redis, call their channel.
    ///   - process: What this process calls itself.
    package init(_ redis: Redis, name: String, process: Identifier<ServerProcess>) {
        self.redis = redis
        self.channel = "wake:\(name)"
        self.process = process.description
    }

    /// Says what this process rings at itself.
    package func publish(_ recipients: Set<Recipient>) {
        var rest = Array(recipients)[...]
        while !rest.isEmpty {
            self.redis.tell(["PUBLISH", self.channel, Self.text(of: rest.prefix(Self.most), from: self.process)])
            rest = rest.dropFirst(Self.most)
        }
    }

    /// Rings at what the others say; before the start of Redis's service.
    package func listen(_ ring: @escaping @Sendable (Set<Recipient>) -> Void) {
        self.redis.subscribe(to: self.channel) { [process] text in
            let recipients = Self.recipients(in: text, besides: process)
            if !recipients.isEmpty { ring(recipients) }
        }
    }

    static func text(of recipients: some Collection<Recipient>, from process: String) -> String {
        ([process] + recipients.map { "\($0.tenant)/\($0.person)" }).joined(separator: " ")
    }

    /// Whoever is named; nobody, if any of it is not as we write it.
    static func recipients(in text: String, besides process: String) -> Set<Recipient> {
        let words = text.split(separator: " ", maxSplits: Self.most + 1)
        guard let sender = words.first, sender != process, words.count <= Self.most + 1 else { return [] }
        var recipients: Set<Recipient> = []
        for word in words.dropFirst() {
            let ids = word.split(separator: "/", omittingEmptySubsequences: false)
            guard ids.count == 2, let tenant = ids.first.flatMap({ Identifier<Organisation>($0) }),
                let person = ids.last.flatMap({ Identifier<Person>($0) })
            else { return [] }
            recipients.insert(Recipient(person, in: tenant))
        }
        return recipients
    }
}
