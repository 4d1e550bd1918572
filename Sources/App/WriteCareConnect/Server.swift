import Hummingbird
import Kernel
package import Logging
import NIOPosix
import Redis
package import ServiceLifecycle
package import Telemetry
import UnixSignals
import Web

extension WriteCareConnect {
    /// Everything that runs: the operations listener, the product's own, and what works beside them.
    ///
    /// - Parameters:
    ///   - settings: Where to listen.
    ///   - instruments: What the operations listener shows.
    ///   - logger: For the servers' own events.
    ///   - onReady: Told when pages and API are being answered.
    /// - Returns: A group that runs until the process is told to end, and stops in order: no new requests, then those
    ///   at work, then the database.
    package func group(
        _ settings: ApplicationSettings, _ instruments: Instruments, logger: Logger,
        onReady: @escaping @Sendable () -> Void = {}
    ) -> ServiceGroup {
        let application = Application(
            responder: self.responder,
            server: ServerLimits(for: self.routes)
                .server(isSecure: settings.web.isSecure, source: self.source, logger: logger),
            configuration: .init(address: .hostname(settings.http.host, port: settings.http.port), serverName: nil),
            services: self.services, onServerRunning: { _ in onReady() }, logger: logger)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        instruments.metrics.observe("wcc_web_open_streams", "Live streams that are open") { [streams] in
            Double(streams.count)
        }
        if let redis {
            instruments.metrics.observe("wcc_redis_joined", "Whether Redis answers, and its messages are heard") {
                redis.isJoined ? 1 : 0
            }
        }
        let operations = OperationsListener(
            settings.operations, metrics: instruments.metrics, health: instruments.health)
        if let operations = operations.service(logger: logger) { services.append(.init(service: operations)) }
        services.append(
            .init(service: LagMeter(of: MultiThreadedEventLoopGroup.singleton, metrics: instruments.metrics)))
        services.append(.init(service: application))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint, .sighup], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(25)
        return ServiceGroup(configuration: configuration)
    }
}
