import ArgumentParser
import Configuration
import Development
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals
import WriteCareConnect

/// Everything on this machine and nothing outside the folder: a private PostgreSQL, a made-up provider, the product.
struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try WriteCareConnect here, with a private database and a made-up care provider.")

    @Option(help: "The port of this machine to serve on.")
    var port = 8080

    @Option(help: "The folder for the database and its keys.")
    var data = ".local/dev"

    func run() async throws {
        let logger = Logger(label: "wcc")
        let cluster = try PrivateCluster(folder: self.data, logger: logger)
        try PortProbe.check(self.port)
        try await cluster.run {
            try await cluster.makeDatabase("wcc", with: WriteCareConnect.migrator)
            let config = ConfigReader(
                provider: InMemoryProvider(values: [
                    "database.url": .init(
                        .string(cluster.conninfo(database: "wcc", user: "wcc_app")), isSecret: true),
                    "http.port": .init(.int(self.port), isSecret: false),
                ]))
            let wcc = try await WriteCareConnect(config: config, logger: logger) { _ in nil }
            let application = Application(
                responder: wcc.responder, configuration: .init(reader: config.scoped(to: "http")),
                services: wcc.services, onServerRunning: { _ in self.greet() }, logger: logger)
            var group = ServiceGroupConfiguration(
                services: [.init(service: application)], gracefulShutdownSignals: [.sigterm, .sigint, .sighup],
                logger: logger)
            group.maximumGracefulShutdownDuration = .seconds(25)
            try await ServiceGroup(configuration: group).run()
        }
    }

    private func greet() {
        // Not `print`: what reads this through a pipe would wait for the buffer to fill.
        FileHandle.standardOutput.write(Data("WriteCareConnect is at http://localhost:\(self.port)\n".utf8))
    }
}
