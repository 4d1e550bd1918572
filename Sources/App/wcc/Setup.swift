import Accounts
import ArgumentParser
import Audit
import Kernel
import Logging
import People
import Postgres
import Sealing
import Settings
import Web
import WriteCareConnect

/// `wcc setup`: how the first administrator gets in.
struct Setup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a one-time secret for the first administrator.",
        discussion: """
            There is no default account. Whoever has the secret opens /setup within 24 hours and makes the first \
            account; from then on the page is gone. Run again, it prints a new secret and the earlier one opens nothing.
            """)

    @Option(help: "The name of the registered provider.")
    var organisation: String

    func run() async throws {
        let settings = try ApplicationSettings.orReport(only: ["database", "http", "keys", "web"])
        let database = Database(settings.database, logger: Logger(label: "wcc"))
        do {
            let accounts = AccountsService(
                database: database, audit: Audit(), people: PeopleDirectory(), keyring: settings.keys.keyring)
            let secret = try await accounts.prepareFirstAdministrator(of: self.organisation)
            print("Open \(settings.http.origin)/setup and enter this one-time secret:\n\n  \(secret.text.value)\n")
        } catch let error as AccountsError {
            await database.shutDown()
            throw ValidationError(error.sentence)
        } catch {
            await database.shutDown()
            throw error
        }
        await database.shutDown()
    }
}
