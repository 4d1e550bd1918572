import Accounts
import ArgumentParser
import WriteCareConnect

/// `wcc keys`: the keys with which fields are sealed, and tokens are signed.
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks after the keys that seal fields in the database, and those that sign tokens.",
        subcommands: [Reseal.self, RotateSigning.self])

    struct Reseal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seals everything with KEYS_ACTIVE, so that the keys in KEYS_OLDER can go.",
            discussion: """
                Run it while the product serves, once every process has the new key. It may be stopped and run again.
                """)

        func run() async throws {
            try await Console.run { accounts, _ in
                let (done, unreadable) = try await accounts.reseal()
                print("Sealed anew: \(done).")
                guard unreadable == 0 else {
                    throw ValidationError(
                        "\(unreadable) did not open with any of the keys in KEYS_ACTIVE and KEYS_OLDER, and stay as "
                            + "they are. Keep the key that is to go, and look for the one that is missing.")
                }
                print("Nothing is sealed with another key any more.")
            }
        }
    }

    struct RotateSigning: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-signing", abstract: "Lets another key sign the access tokens of programs.",
            discussion: """
                It happens by itself once a month. The new key is shown for five minutes before it signs, and the old \
                one verifies for ten minutes more, so nobody notices.
                """)

        @Flag(help: "For a key that somebody may have: at once, and every program has to sign in again.")
        var emergency = false

        func run() async throws {
            try await Console.run { accounts, _ in
                let isDone = try await accounts.rotateSigningKey(isEmergency: self.emergency)
                print(
                    self.emergency
                        ? "Another key signs. Whatever the earlier ones have signed opens nothing any more."
                        : isDone
                            ? "Another key signs."
                            : "Another key is shown, and signs in five minutes, once a program asks for a token.")
            }
        }
    }
}

/// `wcc second-factor remove`: for the last administrator, whom nobody else can help.
struct SecondFactor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "second-factor", abstract: "Looks after second steps.", subcommands: [Remove.self])

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes away the second step of somebody whom nobody in the organisation can help.",
            discussion: "It is recorded in the organisation’s audit, and ends all sign-ins of theirs.")

        @Option(help: "The username or the email address that they sign in with.")
        var name: String

        func run() async throws {
            try await Console.run { accounts, _ in
                guard try await accounts.removeFactorAtServer(of: self.name) else {
                    throw ValidationError("Nobody with a second step signs in by this name.")
                }
                print("The second step is taken away. They sign in with their password, and can set it up again.")
            }
        }
    }
}
