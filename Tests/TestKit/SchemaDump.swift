import Development
import Foundation

/// The schema of the suite's database as PostgreSQL itself writes it down.
package enum SchemaDump {
    package enum Failure: Error { case pgDump(said: String) }

    package static func text(of database: TestDatabase = .current) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wcc-schema-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/schema.sql", log = "\(folder)/log"
        let process = try await ChildProcess.start(
            ["pg_dump", "--schema-only", "--file", file, "--dbname", database.conninfo(as: "postgres")], output: log)
        guard await process.ending() == .exited(0) else {
            throw Failure.pgDump(said: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
        }
        return try SchemaText.normalised(contentsOf: file)
    }
}
