import ArgumentParser
import Kernel
import Logging
import Postgres
import ServiceLifecycle
import Settings
import Telemetry
import Web
import WriteCareConnect

/// `wcc serve`: pages and API, until told to end.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves pages and API.",
        discussion: "DATABASE_URL logs in as wcc_app. The schema must be this release's: run `wcc migrate` first.")

    func run() async throws {
        let settings = try ApplicationSettings.orReport()
        let instruments = Instruments.install(settings.logs, version: WriteCareConnect.version)
        let logger = Logger(label: "wcc")
        let wcc = try await WriteCareConnect(settings, health: instruments.health, logger: logger)
        do {
            try await WriteCareConnect.migrator.check(wcc.database)
            try await wcc.group(settings, instruments, logger: logger) {
                logger.notice("serving", metadata: ["port": "\(settings.http.port)"])
            }.run()
        } catch {
            await wcc.database.shutDown()
            instruments.logs.flush()
            throw error
        }
        instruments.logs.flush()
    }
}

extension ApplicationSettings {
    /// The settings of this process, or every problem with them and exit code 78.
    static func orReport(only scopes: Set<String>? = nil, arguments: [String: String] = [:]) throws -> Self {
        do {
            return try Self.load(from: .ofThisProcess(arguments: arguments), only: scopes)
        } catch {
            try error.report()
        }
    }
}
