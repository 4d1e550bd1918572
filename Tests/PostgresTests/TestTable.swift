import Foundation
import Postgres
import TestKit

/// A table without a tenant, with a name of its own, that the application may use.
func makeTable(_ definition: String) async throws -> String {
    let name = "app.t_\(UUID().uuidString.prefix(8).lowercased())"
    try await administer(
        "CREATE TABLE \(unsafeText: name) (\(unsafeText: definition))",
        "GRANT ALL ON \(unsafeText: name) TO wcc_app")
    return name
}

/// Runs statements on the suite's database as somebody who may do everything.
func administer(_ statements: SQL...) async throws {
    let admin = TestDatabase.current.open(as: "postgres", size: 1)
    do {
        try await admin.transaction(as: .system("test")) { tx in
            for statement in statements { try tx.execute(statement) }
        }
        await admin.shutDown()
    } catch {
        await admin.shutDown()
        throw error
    }
}
