import Accounts
import ArgumentParser
import Kernel
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
        try await Console.run { accounts, settings in
            let secret = try await accounts.prepareFirstAdministrator(of: self.organisation)
            print("Open \(settings.http.origin)/setup and enter this one-time secret:\n\n  \(secret.text.value)\n")
        }
    }
}
