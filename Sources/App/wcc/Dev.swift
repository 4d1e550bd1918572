import Accounts
import ArgumentParser
import Audit
import Development
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Settings
import Telemetry
import Web
import WriteCareConnect

/// Everything on this machine and nothing outside the folder: a private PostgreSQL, a made-up provider, the product.
struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try WriteCareConnect here, with a private database and a made-up care provider.")

    @Option(help: "The port of this machine to serve on.")
    var port = 8080

    @Option(help: "The folder for the database and its logs.")
    var data = ".local/dev"

    func run() async throws {
        let quiet = Logger(label: "wcc.dev") { _ in SwiftLogNoOpLogHandler() }
        let cluster = try PrivateCluster(folder: self.data, logger: quiet)
        try PortProbe.check(self.port)
        try await cluster.run {
            try await cluster.makeDatabase("wcc", with: WriteCareConnect.migrator)
            let settings = try ApplicationSettings.orReport(arguments: [
                "DATABASE_URL": cluster.conninfo(database: "wcc", user: "wcc_app"),
                // Everybody knows the password, so nobody but this machine gets in.
                "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "\(self.port)",
                "WEB_ORIGIN": "http://localhost:\(self.port)", "OPERATIONS_ENABLED": "false",
                "LOGS_DESTINATION": "folder", "LOGS_FOLDER": "\(cluster.folder)/logs",
                "KEYS_ACTIVE": try DevelopmentKey.kept(in: "\(cluster.folder)"),
            ])
            let instruments = Instruments.install(settings.logs, version: WriteCareConnect.version)
            let logger = Logger(label: "wcc")
            let demonstration = try Demonstration(directory: "\(settings.http.assets)/demonstration")
            let wcc = try await WriteCareConnect(
                settings, health: instruments.health, logger: logger, showing: demonstration)
            do {
                if try await !wcc.accounts.isSetUp() {
                    self.say("Loading \(demonstration.name), a made-up care provider…\n")
                    try await demonstration.load(into: wcc.database, accounts: wcc.accounts)
                }
                try await wcc.group(settings, instruments, logger: logger) { self.greet(demonstration) }.run()
            } catch {
                await wcc.database.shutDown()
                throw error
            }
            instruments.logs.flush()
        }
    }

    private func greet(_ demonstration: Demonstration) {
        let address = "http://localhost:\(self.port)"
        var text = """

            WriteCareConnect is at \(address)

            Everybody's password is: \(Demonstration.password)
            Sign in as


            """
        for one in demonstration.signIns {
            text += "  \(one.username)\n      \(one.name) (\(one.jobTitle)). \(one.whatToTry)\n"
        }
        text += """

            Try it in two browsers, one of them private, as two people: what one writes, the other sees at once.
            The API is described at \(address)/api-docs. The logs are in \(self.data)/logs.
            Ctrl-C ends everything; the next start keeps what you did. To begin again, delete \(self.data).


            """
        self.say(text)
    }

    /// Not `print`: what reads this through a pipe would wait for the buffer to fill.
    private func say(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
