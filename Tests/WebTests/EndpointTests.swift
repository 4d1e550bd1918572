import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import NIOCore
import Testing

@testable import Web

@Suite struct EndpointTests {
    private let site = TestSite()
    private static let note = "/api/v1/tests/notes/0193a1b2-0000-7000-8000-000000000000"

    private func send(
        _ body: String, to path: String = Self.note, _ method: HTTPRequest.Method = .post, _ headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await self.site.test {
            try await $0.execute(
                uri: path, method: method, headers: TestSite.json(headers), body: ByteBuffer(string: body))
        }
    }

    @Test func `what is as declared is done, and crosses in snake case`() async throws {
        let answer = try await self.send(#"{"body":"Tea","sent_at":"2026-11-22T16:12:00.5Z","is_urgent":true}"#)
        #expect(answer.status == .created)
        #expect(answer.headers[.eTag] == "\"4\"")
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(
            answer.text
                == #"{"count":0,"text":"0193a1b2-0000-7000-8000-000000000000 2026-11-22T16:12:00.500Z"}"#)
        #expect(self.site.notes == ["Tea"])
    }

    @Test(arguments: [
        (#"{"body":"Tea","body":"Coffee"}"#, 400, "/body"), (#"{"body":"#, 400, "/body"), ("", 400, ""),
        (#"{"body":"\ud83d"}"#, 400, "/body"), (#"{"body":"Tea","extra":1}"#, 422, "/extra"),
        (#"{"body":1}"#, 422, "/body"), (#"{"body":{"$ne":null}}"#, 422, "/body"), (#"{"body":["Tea"]}"#, 422, "/body"),
        (#"{"body":null}"#, 422, "/body"), (#"{}"#, 422, "/body"), ("[]", 422, ""), ("null", 422, ""),
        (#"{"body":"  "}"#, 422, "/body"), (#"{"body":"\u0000"}"#, 422, "/body"),
        (#"{"body":"Tea","sent_at":1}"#, 422, "/sent_at"), (#"{"body":"Tea","sentAt":null}"#, 422, "/sentAt"),
        (#"{"body":"Tea","is_urgent":"true"}"#, 422, "/is_urgent"),
    ]) func `what is not is refused with a pointer, and not done`(body: String, status: Int, pointer: String)
        async throws
    {
        let answer = try await self.send(body)
        #expect(answer.status.code == status)
        #expect(answer.headers[.contentType] == "application/problem+json")
        let object = try answer.object
        #expect(object["status"] as? Int == status)
        #expect((object["instance"] as? String)?.hasPrefix("urn:request:") == true)
        let errors = object["errors"] as? [[String: String]]
        #expect(errors?.first?["pointer"] == pointer)
        #expect(self.site.notes == [])
    }

    @Test(arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "json",
    ])
    func `JSON is sent as JSON`(type: String?) async throws {
        let answer = try await self.site.test {
            try await $0.execute(
                uri: Self.note, method: .post,
                headers: {
                    var headers = TestSite.json()
                    headers[.contentType] = type
                    return headers
                }(), body: ByteBuffer(string: #"{"body":"Tea"}"#))
        }
        #expect(answer.status == .unsupportedMediaType)
    }

    @Test func `a body has the size that its route reads`() async throws {
        func body(_ size: Int) -> String { #"{"body":"Tea"}"# + String(repeating: " ", count: size - 14) }
        #expect(try await self.send(body(1_000)).status == .created)
        #expect(try await self.send(body(1_001)).status == .contentTooLarge)
    }

    @Test func `a route without input takes none`() async throws {
        #expect(try await self.send("", to: "/api/v1/tests/notes", .delete).status == .noContent)
        #expect(try await self.send("{}", to: "/api/v1/tests/notes", .delete).status == .noContent)
        #expect(try await self.send(#"{"a":1}"#, to: "/api/v1/tests/notes", .delete).status == .unprocessableContent)
        #expect(self.site.notes == ["forgotten -", "forgotten -"])
    }

    @Test(arguments: [
        ("?show=all&limit=50", 200), ("?before=abc", 200), ("?show=", 400), ("?limit=0", 400), ("?limit=x", 400),
        ("?show=some", 400), ("?sort=id;drop", 400), ("?show=all&show=all", 400), ("?before=%zz", 400),
        ("?before=%00", 400),
    ]) func `an address is read strictly`(query: String, status: Int) async throws {
        #expect(try await self.send("", to: "/api/v1/tests/notes\(query)", .get).status.code == status)
    }

    @Test(arguments: [
        ("\"3\"", 201), (nil, 201), ("\"2\"", 412), ("3", 400), ("*", 400), ("W/\"3\"", 400), ("\"3\", \"4\"", 400),
        ("\"-3\"", 400), ("\"\"", 400), ("\"99999999999999999999\"", 400),
    ]) func `an edit says which version it saw`(tag: String?, status: Int) async throws {
        let answer = try await self.send(#"{"body":"Tea"}"#, Self.note, .post, tag.map { [.ifMatch: $0] } ?? [:])
        #expect(answer.status.code == status)
    }

    private func send(
        _ body: String, _ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields
    ) async throws -> TestResponse { try await self.send(body, to: path, method, headers) }

    @Test(arguments: ["short", String(repeating: "k", count: 129), "with spaces in between", "ключ-ключ-ключ-ключ"])
    func `a key that is none is refused`(key: String) async throws {
        let answer = try await self.send("", to: "/api/v1/tests/notes", .delete, [.idempotencyKey: key])
        #expect(answer.status == .badRequest)
        #expect(self.site.notes == [])
    }

    @Test func `an id that is no UUID names nothing`() async throws {
        for id in ["1", "..%2f..%2fsecret", "0193a1b2-0000-7000-8000-00000000000g", "%00"] {
            #expect(try await self.send(#"{"body":"Tea"}"#, to: "/api/v1/tests/notes/\(id)").status == .notFound)
        }
    }

    @Test func `without a sign-in nothing is read, let alone done`() async throws {
        let answer = try await self.site.test {
            try await $0.execute(
                uri: Self.note, method: .post, headers: [.contentType: "application/json"],
                body: ByteBuffer(string: #"{"body":1}"#))
        }
        #expect(answer.status == .unauthorized)
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    @Test func `a failure of ours says nothing of itself`() async throws {
        let answer = try await self.send(#"{"body":"trap"}"#)
        #expect(answer.status == .internalServerError)
        for word in ["SELECT", "Unknown", "secret", "/Sources/", "Hummingbird"] { #expect(!answer.text.contains(word)) }
        let id = try #require(answer.headers[.requestID])
        #expect(try answer.object["instance"] as? String == "urn:request:\(id)")
    }

    @Test func `a route that is not there, and one that is asked otherwise`() async throws {
        #expect(try await self.send("", to: "/api/v1/nothing", .get).status == .notFound)
        let other = try await self.send("", to: "/api/v1/tests/notes", .put)
        #expect(other.status == .methodNotAllowed)
        #expect(other.headers[.allow] == "DELETE, GET, HEAD")
        #expect(other.headers[.contentType] == "application/problem+json")
        let form = try await self.send("", to: Self.note, .get)
        #expect(form.status == .methodNotAllowed && form.headers[.allow] == "POST")
    }

    @Test func `HEAD answers as GET does, without a body`() async throws {
        let answer = try await self.send("", to: "/api/v1/tests/notes", .head)
        #expect(answer.status == .ok && answer.body.readableBytes == 0)
    }

    @Test func `an address behind our proxies is the one they wrote`() async throws {
        func address(_ proxies: Int, _ chain: String?) async throws -> String {
            var site = TestSite()
            site.settings.trustedProxies = proxies
            return try await site.test {
                var headers: HTTPFields = [.contentType: "application/json"]
                headers[.forwardedFor] = chain
                let answer = try await $0.execute(
                    uri: "/api/v1/tests/open", method: .post, headers: headers,
                    body: ByteBuffer(string: #"{"body":"Tea"}"#))
                return try #require(try answer.object["text"] as? String)
            }
        }
        #expect(try await address(0, "6.6.6.6") == address(0, nil))
        #expect(try await address(1, "6.6.6.6, 203.0.113.9") == "203.0.113.9")
        #expect(try await address(2, "6.6.6.6, 203.0.113.9, 10.0.0.1") == "203.0.113.9")
        #expect(try await address(5, "203.0.113.9") == "203.0.113.9")
    }
}
