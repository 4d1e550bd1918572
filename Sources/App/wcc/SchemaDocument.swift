import Development
import Foundation
import Logging
import WriteCareConnect

/// `docs/schema.sql`: what the migrations make of an empty database, as PostgreSQL writes it down.
enum SchemaDocument {
    static func generate(logger: Logger) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wcc-schema-\(getpid())").path
        // As root, PostgreSQL is another user, who has to get through.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cluster = try PrivateCluster(folder: folder, logger: logger)
        return try await cluster.run {
            try await cluster.makeDatabase("wcc", with: WriteCareConnect.migrator)
            return try await cluster.schema(of: "wcc")
        }
    }
}
