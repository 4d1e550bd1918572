import Accounts
import ArgumentParser
import WriteCareConnect

/// `wcc organisation`: shutting an organisation, and opening it again.
struct OrganisationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organisation", abstract: "Shuts an organisation, or opens it again.",
        subcommands: [Suspend.self, Resume.self])

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets nobody of an organisation in.",
            discussion: "Whoever is signed in is out with their next request. Nothing is deleted.")

        @Argument(help: "The organisation’s name.")
        var name: String

        func run() async throws {
            try await Console.run { accounts, _ in
                try await accounts.setOrganisation(named: self.name, isOpen: false)
                print("Nobody of it gets in any more.")
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets the people of an organisation in again.")

        @Argument(help: "The organisation’s name.")
        var name: String

        func run() async throws {
            try await Console.run { accounts, _ in
                try await accounts.setOrganisation(named: self.name, isOpen: true)
                print("Its people get in again.")
            }
        }
    }
}
