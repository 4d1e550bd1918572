import HTTPTypes
package import HummingbirdCore
package import Kernel
package import Logging
import NIOCore

/// How much a client may send, and how long it may take.
package struct ServerLimits: Sendable {
    package var headerFields = 100
    package var headerBytes = 16 * 1024
    /// Of any request, unless its route reads more.
    package var bodyBytes = 1024 * 1024
    /// The routes that read more.
    private var larger = RouteTable(rows: [])
    /// For the whole of a request to arrive, once its head has.
    package var receive: Duration = .seconds(30)
    /// The same, for a route that reads more: a photo over the Wi-Fi of an old house.
    package var receiveLarger: Duration = .seconds(180)
    /// In bytes a second, after a first grace; a body that comes slower is no body but an occupied connection.
    package var slowest = 500
    package var grace: Duration = .seconds(5)
    /// With nothing going on; it is also how long a head may take to arrive.
    package var idle: Duration = .seconds(20)
    /// For a reader that takes nothing of an answer.
    package var write: Duration = .seconds(30)
    /// For a client to read why it was refused, before the connection is closed under it.
    package var linger: Duration = .seconds(2)
    /// - Parameter routes: Those that are served; what they read is the most that each takes.
    package init(for routes: RouteTable = RouteTable(rows: [])) {
        self.larger = RouteTable(rows: routes.rows.filter { [bytes = self.bodyBytes] in $0.maxBody > bytes })
    }

    /// How much a request may carry, and how long that may take.
    func body(of head: HTTPRequest) -> (bytes: Int, receive: Duration) {
        let path = head.path?.prefix { $0 != "?" } ?? ""
        let larger = self.larger.maxBody(head.method, path)
        return larger > self.bodyBytes ? (larger, self.receiveLarger) : (self.bodyBytes, self.receive)
    }

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
