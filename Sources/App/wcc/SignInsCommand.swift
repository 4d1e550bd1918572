import Accounts
import ArgumentParser
import WriteCareConnect

/// `wcc sign-ins`: ending them, when somebody may have what opens them.
struct SignInsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-ins", abstract: "Ends sign-ins.", subcommands: [End.self])

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the sign-ins of one person, of an organisation, or of everybody.",
            discussion: """
                Each is over with its next request, and what is open through it within five seconds. Nobody is kept \
                from signing in again. Say exactly one of --person, --organisation alone, and --all.
                """)

        @Option(help: "The username or e-mail address that somebody signs in with.")
        var person: String?

        @Option(help: "An organisation’s name or id; with --person, theirs.")
        var organisation: String?

        @Flag(help: "Everybody’s, in every organisation.")
        var all = false

        func run() async throws {
            let whose: AccountsService.SignInsOf
            switch (self.person, self.organisation, self.all) {
            case (let person?, let organisation, false): whose = .person(person, organisation: organisation)
            case (nil, let organisation?, false): whose = .organisation(organisation)
            case (nil, nil, true): whose = .everybody
            default: throw ValidationError("Say whose: --person NAME, --organisation NAME, or --all.")
            }
            try await Console.run { accounts, _ in
                let count = try await accounts.endSignIns(of: whose)
                print(count == 1 ? "1 sign-in has ended." : "\(count) sign-ins have ended.")
            }
        }
    }
}
