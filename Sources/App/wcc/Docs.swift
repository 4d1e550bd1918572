import ArgumentParser
import Logging
import Settings
import Telemetry
import WriteCareConnect

/// `wcc docs`: the documents that are made from the code.
struct Docs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a document that is made from the code.",
        subcommands: [Configuration.self, Environment.self, OpenAPI.self, Audit.self, Policy.self, Schema.self])

    struct Configuration: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "docs/configuration.md")
        func run() { print(ApplicationSettings.declared.markdown, terminator: "") }
    }

    struct Environment: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: ".env.example")
        func run() { print(ApplicationSettings.declared.environmentExample, terminator: "") }
    }

    struct OpenAPI: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "openapi", abstract: "docs/openapi.json")
        func run() async throws { print(try await WriteCareConnect.apiDocument()) }
    }

    struct Audit: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "docs/audit-actions.md")
        func run() { print(WriteCareConnect.actionsDocument, terminator: "") }
    }

    struct Policy: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "docs/policy.json")
        func run() throws { print(try WriteCareConnect.policyDocument) }
    }
}
