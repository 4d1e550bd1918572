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

/// What a command does with accounts, on the database alone.
enum Console {
    static func run(_ body: (AccountsService, ApplicationSettings) async throws -> Void) async throws {
        let settings = try ApplicationSettings.orReport(only: ["database", "http", "keys", "web"])
        let database = Database(settings.database, logger: Logger(label: "wcc"))
        do {
            // Nobody chooses a password here.
            try await body(
                AccountsService(
                    database: database, audit: Audit(), people: PeopleDirectory(), keyring: settings.keys.keyring,
                    rule: PasswordRule(PasswordBlocklist(words: []))), settings)
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
