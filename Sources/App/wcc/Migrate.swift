import ArgumentParser
import FoundationEssentials
import Kernel
import Logging
import Postgres
import Settings
import WriteCareConnect

/// `wcc migrate`: brings the schema to this release's.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the database's schema to this release's, forward only.",
        discussion: "DATABASE_URL logs in as wcc_migrate.", subcommands: [Run.self, Status.self],
        defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Applies what is missing.")

        func run() async throws {
            try await Migrate.open { database in
                let before = try await WriteCareConnect.migrator.status(database)
                try await WriteCareConnect.migrator.migrate(database)
                let applied = before.filter { $0.state == .pending }.map(\.id)
                print(applied.isEmpty ? "The schema is this release's already." : "Applied:")
                for id in applied { print("  \(id)") }
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says which steps are applied, pending or unknown.")

        func run() async throws {
            try await Migrate.open { database in
                for step in try await WriteCareConnect.migrator.status(database) {
                    print("\(step.state.word)  \(step.id)")
                }
            }
        }
    }

    private static func open(_ body: (Database) async throws -> Void) async throws {
        let settings = try ApplicationSettings.orReport(only: ["database"])
        let database = Database(
            conninfo: settings.database.url.value, size: 1, limits: .none, trust: settings.database.trust,
            logger: Logger(label: "wcc"))
        do {
            try await body(database)
        } catch {
            await database.shutDown()
            throw error
        }
        await database.shutDown()
    }
}

extension MigrationStatus.State {
    fileprivate var word: String {
        switch self {
        case .applied(let at): "applied \(at.formatted(.iso8601))"
        case .pending: "pending                     "
        case .unknown: "unknown to this release     "
        case .changed: "changed since it was applied"
        }
    }
}
