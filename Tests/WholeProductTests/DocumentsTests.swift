import Foundation
import TestKit
import Testing
import WriteCareConnect

/// Whether the documents that are made from the code are those of this code.
@Suite(.database) struct DocumentsTests {
    private func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func `docs/openapi.json is what the routes say`() async throws {
        let document = try await withApp { _, wcc in wcc.document }
        #expect(
            try self.file("docs/openapi.json") == document + "\n",
            "run `make docs`, or wcc docs openapi > docs/openapi.json")
    }

    @Test func `docs/audit-actions.md is what the modules can do`() throws {
        #expect(
            try self.file("docs/audit-actions.md") == WriteCareConnect.actionsDocument,
            "run `make docs`, or wcc docs audit > docs/audit-actions.md")
    }

    @Test func `docs/policy.json is who can do what`() throws {
        #expect(
            try self.file("docs/policy.json") == WriteCareConnect.policyDocument + "\n",
            "run `make docs`, or wcc docs policy > docs/policy.json")
    }
}
