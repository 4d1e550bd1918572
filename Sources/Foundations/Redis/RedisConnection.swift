import Kernel
import NIOCore
import NIOPosix
import NIOSSL

/// One connection that has been let in.
struct RedisConnection: Sendable {
    let channel: any Channel
    private let limit: TimeAmount

    /// - Parameters:
    ///   - address: Where Redis is.
    ///   - settings: How patiently.
    ///   - subscription: What to listen to, and who is told; without it the connection is for commands.
    /// - Returns: A connection on which Redis has answered.
    /// - Throws: ``RedisError``, or what the network says.
    static func open(
        _ address: RedisAddress, _ settings: RedisSettings, subscription: RedisSubscription?
    ) async throws -> RedisConnection {
        let tls = address.isVerified ? try Self.trust(settings.authority) : nil
        let name = address.isNumeric ? nil : address.host
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(settings.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name)) }
                    try pipeline.addHandler(
                        RedisConversation(
                            most: settings.most, heartbeat: settings.heartbeat, receive: subscription?.receive))
                }
            }
            .connect(host: address.host, port: address.port).get()
        // Logging in has the time of connecting, and a command less.
        let connection = RedisConnection(channel: channel, limit: TimeAmount(settings.answer))
        do {
            try await withTaskCancellationHandler {
                try await connection.greet(address, subscription, limit: TimeAmount(settings.connect))
            } onCancel: {
                channel.close(promise: nil)
            }
            return connection
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }

    private static func trust(_ authority: String?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authority {
            let certificates = try NIOSSLCertificate.fromPEMFile(authority)
            configuration.additionalTrustRoots = [.certificates(certificates)]
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private func greet(_ address: RedisAddress, _ subscription: RedisSubscription?, limit: TimeAmount) async throws {
        if let password = address.password {
            let words = ["AUTH"] + (address.user.map { [$0] } ?? []) + [password.value]
            guard try await self.ask(words, within: limit) == .text("OK") else { throw RedisError.broken }
        }
        if address.database != 0 {
            guard try await self.ask(["SELECT", "\(address.database)"], within: limit) == .text("OK") else {
                throw RedisError.broken
            }
        }
        if let subscription {
            let answer = try await self.ask(["SUBSCRIBE", subscription.channel], within: limit)
            guard answer == .list([.text("subscribe"), .text(subscription.channel), .number(1)]) else {
                throw RedisError.broken
            }
        } else {
            guard try await self.ask(["PING"], within: limit) == .text("PONG") else { throw RedisError.broken }
        }
    }

    func ask(_ words: [String], within limit: TimeAmount? = nil) async throws -> RedisValue {
        let answer = self.channel.eventLoop.makePromise(of: RedisValue.self)
        self.channel.writeAndFlush(RedisQuestion(words: words, limit: limit ?? self.limit, answer: answer))
            // A connection that has just been closed takes no question, and would leave it without an answer.
            .whenFailure { _ in answer.fail(RedisError.away) }
        let value = try await answer.futureResult.get()
        if case .error(let text) = value { throw RedisError(saying: text) }
        return value
    }

    /// Returns when the connection has ended; a task that is cancelled ends it.
    func ending() async {
        await withTaskCancellationHandler {
            try? await self.channel.closeFuture.get()
        } onCancel: {
            self.channel.close(promise: nil)
        }
    }
}

/// What somebody listens to.
struct RedisSubscription: Sendable {
    let channel: String
    let receive: @Sendable (String) -> Void
}
