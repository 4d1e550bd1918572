import Foundation
import Testing

@testable import Web

@Suite struct OpenAPITests {
    private func document() throws -> [String: Any] {
        let text = try TestSite().site().document()
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func operation(_ path: String, _ method: String) throws -> [String: Any] {
        let paths = try #require(try self.document()["paths"] as? [String: [String: [String: Any]]])
        return try #require(paths[path]?[method])
    }

    @Test func `a route is described as it is declared`() throws {
        let operation = try self.operation("/api/v1/tests/notes/{note}", "post")
        #expect(operation["operationId"] as? String == "post_tests_notes_by_note")
        #expect(operation["x-permission"] as? String == "tests.change")
        #expect(operation["tags"] as? [String] == ["tests"])
        #expect((operation["security"] as? [[String: Any]])?.first?.keys.first == "sign_in")
        let parameters = try #require(operation["parameters"] as? [[String: Any]])
        #expect(parameters.compactMap { $0["name"] as? String } == ["note", "Idempotency-Key", "If-Match"])
        let responses = try #require(operation["responses"] as? [String: [String: Any]])
        let wanted = ["201", "400", "401", "403", "404", "408", "409", "412", "413", "415", "422", "429", "500", "503"]
        #expect(responses.keys.sorted() == wanted)
        for (status, response) in responses {
            let content = try #require(response["content"] as? [String: Any])
            #expect(content.keys.first == (status == "201" ? "application/json" : "application/problem+json"))
            #expect((response["headers"] as? [String: Any])?["X-Request-Id"] != nil)
        }
    }

    @Test func `a route for anyone asks for no sign-in, and one without an answer has none`() throws {
        let open = try self.operation("/api/v1/tests/open", "post")
        #expect((open["security"] as? [Any])?.isEmpty == true)
        #expect((open["responses"] as? [String: Any])?["401"] == nil)
        let forget = try self.operation("/api/v1/tests/notes", "delete")
        #expect(forget["requestBody"] == nil)
        let answer = (forget["responses"] as? [String: [String: Any]])?["204"]
        #expect(answer != nil && answer?["content"] == nil)
    }

    @Test func `every reference leads somewhere, and every operation has a name of its own`() throws {
        let document = try self.document()
        let components = try #require((document["components"] as? [String: [String: Any]])?["schemas"])
        #expect(components.keys.sorted() == ["Answer", "AnswerPage", "Note", "Problem"])
        func references(_ value: Any) -> [String] {
            if let object = value as? [String: Any] {
                return (object["$ref"] as? String).map { [$0] } ?? object.values.flatMap(references)
            }
            return (value as? [Any])?.flatMap(references) ?? []
        }
        let found = references(document)
        #expect(!found.isEmpty)
        for reference in found { #expect(components[String(reference.split(separator: "/").last ?? "")] != nil) }
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        let names = paths.values.flatMap { $0.values.compactMap { $0["operationId"] as? String } }
        #expect(Set(names).count == names.count)
        #expect(names.count == (try TestSite().site().api.rows.count))
    }
}
