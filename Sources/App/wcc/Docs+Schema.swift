import ArgumentParser
import Development
import Foundation
import Logging
import WriteCareConnect

extension Docs {
    /// What the migrations make of an empty database, as PostgreSQL writes it down.
    struct Schema: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "docs/schema.sql", discussion: "A private PostgreSQL is started for it, and removed again.")

        func run() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "wcc-schema-\(getpid())").path
            // As root, PostgreSQL is another user, who has to get through.
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let cluster = try PrivateCluster(
                folder: folder, logger: Logger(label: "wcc") { _ in SwiftLogNoOpLogHandler() })
            let schema = try await cluster.run {
                try await cluster.makeDatabase("wcc", with: WriteCareConnect.migrator)
                return try await cluster.schema(of: "wcc")
            }
            print(schema, terminator: "")
        }
    }
}
