import HTTPTypes
import Hummingbird
package import Logging
package import ServiceLifecycle

/// The listener that only those who run the product reach: `/metrics`, and health with its reasons.
///
/// On a port of its own, so that no proxy rule stands between the world and the numbers.
package struct OperationsListener: Sendable {
    private let settings: OperationsSettings
    private let metrics: MetricsRegistry
    private let health: HealthRegistry

    package init(_ settings: OperationsSettings, metrics: MetricsRegistry, health: HealthRegistry) {
        self.settings = settings
        self.metrics = metrics
        self.health = health
    }

    /// What to run beside the product's own listener; `nil` when it is turned off.
    ///
    /// - Parameters:
    ///   - logger: For the server's own events.
    ///   - onReady: Told the port when it is listening, which the system chooses where the setting's is 0.
    /// - Returns: A server of its own.
    package func service(
        logger: Logger, onReady: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> (any Service)? {
        guard self.settings.isEnabled else { return nil }
        return Application(
            responder: self.responder,
            configuration: .init(address: .hostname(self.settings.host, port: self.settings.port), serverName: nil),
            onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    var responder: RouterResponder<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        HealthRoutes(self.health, for: .operators).register(on: router)
        let metrics = self.metrics
        router.get("metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: MetricsText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: metrics.exposition)))
        }
        return router.buildResponder()
    }
}
