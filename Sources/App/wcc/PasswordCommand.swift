import Accounts
import ArgumentParser
import Web
import WriteCareConnect

/// `wcc password`: for somebody who is shut out and whom nobody inside can let in.
struct PasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Lets somebody in who has forgotten their password.",
        subcommands: [Reset.self, RequireChange.self])

    struct Whose: ParsableArguments {
        @Argument(help: "The username or e-mail address that they sign in with.")
        var name: String

        @Option(help: "Their organisation, where several have somebody of this name.")
        var organisation: String?
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a link with which somebody chooses a new password.",
            discussion: """
                It works once, for thirty minutes, and ends all of their sign-ins. Those whom a colleague can let in are \
                let in on their page among the staff; this is for the last administrator.
                """)

        @OptionGroup var whose: Whose

        func run() async throws {
            try await Console.run { accounts, settings in
                let made = try await accounts.makePasswordReset(
                    named: self.whose.name, in: self.whose.organisation)
                print("Open this within thirty minutes; it works once:\n\n  \(settings.http.origin)\(made.link)\n")
            }
        }
    }

    struct RequireChange: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes somebody choose a new password before they do anything else.")

        @OptionGroup var whose: Whose

        func run() async throws {
            try await Console.run { accounts, _ in
                try await accounts.requirePasswordChange(named: self.whose.name, in: self.whose.organisation)
                print("They choose a new password before anything else.")
            }
        }
    }
}
