import Kernel
import Logging
import NIOConcurrencyHelpers

/// Keeps one connection, and makes it again when it has ended, ever less eagerly while it does not hold.
///
/// Nobody who wants something of Redis ever connects. While there is no connection that is found out at once, so an
/// absent Redis costs a request nothing; and one that answers too late has its connection ended, so it costs those who
/// were waiting one ``RedisSettings/answer``, and everybody else nothing.
final class RedisLink: Sendable {
    /// A connection that has lasted so long was a good one.
    private static let good: Duration = .seconds(30)

    private let address: RedisAddress
    private let settings: RedisSettings
    private let subscription: RedisSubscription?
    private let logger: Logger
    private let open = NIOLockedValueBox<RedisConnection?>(nil)

    init(_ address: RedisAddress, _ settings: RedisSettings, subscription: RedisSubscription? = nil, logger: Logger) {
        self.address = address
        self.settings = settings
        self.subscription = subscription
        self.logger = logger
    }

    var connection: RedisConnection? { self.open.withLockedValue { $0 } }

    /// Until it is cancelled.
    func keep() async {
        var failures = 0
        var isKnownToBeAway = false
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                let connection = try await RedisConnection.open(
                    self.address, self.settings, subscription: self.subscription)
                if isKnownToBeAway { self.logger.notice("redis is back") }
                isKnownToBeAway = false
                self.open.withLockedValue { $0 = connection }
                await connection.ending()
                self.open.withLockedValue { $0 = nil }
                if .now - began >= Self.good { failures = 0 }
            } catch {
                if !isKnownToBeAway, !Task.isCancelled {
                    self.logger.warning("redis cannot be reached", error: error)
                }
                isKnownToBeAway = true
            }
            failures += 1
            try? await Task.sleep(for: self.pause(after: failures))
        }
    }

    /// Doubles, and is never quite the same, so that not all processes come back in one moment.
    private func pause(after failures: Int) -> Duration {
        let pause = self.settings.pause.first * (1 << min(failures - 1, 12))
        return min(pause, self.settings.pause.longest) * Double.random(in: 0.5...1)
    }
}
