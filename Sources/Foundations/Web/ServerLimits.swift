import HTTPTypes
package import HummingbirdCore
package import Kernel
package import Logging
import NIOCore

/// How much a client may send, and how long it may take.
package struct ServerLimits: Sendable {
    package var headerFields = 100
    package var headerBytes = 16 * 1024
    /// Of any request, whatever its route reads.
    package var bodyBytes = 1024 * 1024
    /// For the whole of a request to arrive, once its head has.
    package var receive: Duration = .seconds(30)
    /// In bytes a second, after a first grace; a body that comes slower is no body but an occupied connection.
    package var slowest = 500
    package var grace: Duration = .seconds(5)
    /// With nothing going on; it is also how long a head may take to arrive.
    package var idle: Duration = .seconds(20)
    /// For a reader that takes nothing of an answer.
    package var write: Duration = .seconds(30)
    /// For a client to read why it was refused, before the connection is closed under it.
    package var linger: Duration = .seconds(2)
    package init() {}

    /// The server that keeps them, for the composition root's `Application`.
    ///
    /// - Parameters:
    ///   - isSecure: Whether people reach us by HTTPS.
    ///   - source: Where the names of refused requests come from.
    ///   - logger: Told of each refusal.
    /// - Returns: What builds the channel of each connection.
    package func server(isSecure: Bool, source: Source, logger: Logger) -> HTTPServerBuilder {
        let headers = SecurityHeaders(isSecure: isSecure)
        return .http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionGuard(limits: self, headers: headers, source: source, logger: logger)
                ],
                idleTimeout: .init(self.idle),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: self.headerBytes, maxHeaderListSize: self.headerBytes,
                    maxHeaderFieldCount: self.headerFields)))
    }
}
