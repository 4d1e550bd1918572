import Foundation
import Postgres

/// A folder of a test's own, removed after it.
func withTemporaryFolder<Value>(
    in parent: String = FileManager.default.temporaryDirectory.path(percentEncoded: false),
    _ body: (String) async throws -> Value
) async throws -> Value {
    let folder = URL(filePath: parent).appending(path: "wcc-\(UInt32.random(in: .min ... .max))").path
    // As root, PostgreSQL is another user, who has to get through.
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
