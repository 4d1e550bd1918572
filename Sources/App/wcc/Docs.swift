import ArgumentParser
import Settings
import WriteCareConnect

/// `wcc docs`: the documents that are made from the code.
struct Docs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a document that is made from the code.", subcommands: [Configuration.self, Environment.self])

    struct Configuration: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "docs/configuration.md")
        func run() { print(ApplicationSettings.declared.markdown, terminator: "") }
    }

    struct Environment: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: ".env.example")
        func run() { print(ApplicationSettings.declared.environmentExample, terminator: "") }
    }
}
