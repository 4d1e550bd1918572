import Kernel
package import Logging
import Metrics
import NIOConcurrencyHelpers
import ServiceLifecycle

/// A Redis that may be there or not.
///
/// It makes things faster and joins processes; nothing that is only in it may be missed. Whoever asks it has an answer
/// of their own for when it gives none.
package final class Redis: Service {
    private let settings: RedisSettings
    private let address: RedisAddress
    private let logger: Logger
    private let commands: RedisLink
    private let subscriptions = NIOLockedValueBox<[RedisLink]>([])

    /// `nil` if none is configured.
    package init?(_ settings: RedisSettings, logger: Logger) {
        guard let address = settings.address else { return nil }
        self.settings = settings
        self.address = address
        self.logger = logger
        self.commands = RedisLink(address, settings, logger: logger)
    }

    /// Whether it has answered, and has not gone since.
    package var isUp: Bool { self.commands.connection != nil }

    /// Whether what is published from now on is heard.
    package var isListening: Bool { self.subscriptions.withLockedValue { $0.allSatisfy { $0.connection != nil } } }

    /// Whether this process does with it what can be done.
    package var isJoined: Bool { self.isUp && self.isListening }

    /// Sends a command; waits ``RedisSettings/answer`` for its answer, and not at all if there is no connection.
    package func ask(_ words: [String]) async throws(RedisError) -> RedisValue {
        guard let connection = self.commands.connection else {
            RedisMetrics.away.increment()
            throw .away
        }
        do {
            let value = try await connection.ask(words)
            RedisMetrics.answered.increment()
            return value
        } catch {
            let error = error as? RedisError ?? .away
            RedisMetrics.count(error)
            throw error
        }
    }

    /// Sends a command of which nobody waits for the effect.
    package func tell(_ words: [String]) {
        guard self.isUp else { return }
        Task { _ = try? await self.ask(words) }
    }

    /// Listens on a connection of its own, from the start of the service on; what is published while there is no
    /// connection is not heard.
    package func subscribe(to channel: String, _ receive: @escaping @Sendable (String) -> Void) {
        let subscription = RedisSubscription(channel: channel, receive: receive)
        let link = RedisLink(self.address, self.settings, subscription: subscription, logger: self.logger)
        self.subscriptions.withLockedValue { $0.append(link) }
    }

    package func run() async throws {
        let links = self.subscriptions.withLockedValue { $0 } + [self.commands]
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                for link in links { group.addTask { await link.keep() } }
            }
        }
    }
}

/// What this module counts, in one place.
enum RedisMetrics {
    static let answered = Self.counter("answered")
    static let away = Self.counter("away")
    private static let late = Self.counter("late")
    private static let refused = Self.counter("refused")
    private static let broken = Self.counter("broken")

    static func count(_ error: RedisError) {
        switch error {
        case .away: self.away.increment()
        case .late, .crowded: self.late.increment()
        case .refused: self.refused.increment()
        case .broken: self.broken.increment()
        }
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "wcc_redis_commands_total", dimensions: [("outcome", outcome)])
    }
}
