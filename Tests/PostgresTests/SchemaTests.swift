import Foundation
import TestKit
import Testing

@Suite(.database, .serialized) struct SchemaTests {
    @Test func `docs/schema.sql is what the migrations make`() async throws {
        let file = URL(filePath: #filePath).appending(path: "../../../docs/schema.sql").standardized
        let document = try String(contentsOf: file, encoding: .utf8)
        let schema = try await SchemaDump.text()
        let known = Set(document.split(separator: "\n"))
        let surprise = schema.split(separator: "\n").first { !known.contains($0) } ?? "a line less"
        #expect(
            document == schema,
            "run `make docs`, or wcc docs schema > docs/schema.sql; the first that is new: \(surprise)")
    }

    @Test func `the document changes when the schema does`() async throws {
        let before = try await SchemaDump.text()
        #expect(before == (try await SchemaDump.text()))
        #expect(before.contains("CREATE POLICY tenant ON jobs.job AS RESTRICTIVE"))
        try await administer("CREATE INDEX job_payload ON jobs.job (payload)")
        #expect(before != (try await SchemaDump.text()))
        try await administer("DROP INDEX jobs.job_payload")
        #expect(before == (try await SchemaDump.text()))
    }
}
