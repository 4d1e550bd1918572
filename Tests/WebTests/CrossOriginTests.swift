import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Web

/// Whose pages may ask the API.
@Suite struct CrossOriginTests {
    private static let listed = "https://rota.example"
    private static let path = "/api/v1/tests/open"

    private func answer(
        _ origin: String?, _ method: HTTPRequest.Method = .post, path: String = Self.path,
        listed: Set<String> = [Self.listed], _ more: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.origin] = origin
        if method == .options { headers[.accessControlRequestMethod] = "POST" }
        headers.append(contentsOf: more)
        let sent = headers
        return try await TestSite(origin: "https://care.example", others: listed).test {
            try await $0.execute(
                uri: path, method: method, headers: sent,
                body: method == .post ? ByteBuffer(string: #"{"body":"a"}"#) : nil)
        }
    }

    @Test func `a page of a listed site asks first, and then asks and reads, and never with a cookie`() async throws {
        let preflight = try await self.answer(Self.listed, .options)
        #expect(preflight.status == .noContent)
        #expect(preflight.headers[.accessControlAllowOrigin] == Self.listed)
        #expect(preflight.headers[.accessControlAllowMethods]?.contains("POST") == true)
        #expect(preflight.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        #expect(preflight.headers[.accessControlMaxAge] == "600")
        let answer = try await self.answer(Self.listed)
        #expect(answer.status.code < 400)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.listed)
        #expect(answer.headers[values: .vary].contains("Origin"))
        let site =
            HTTPField.Name("Sec-Fetch-Site").map { HTTPFields([HTTPField(name: $0, value: "cross-site")]) } ?? [:]
        #expect(try await self.answer(Self.listed, .post, site).status.code < 400)
        for response in [preflight, answer] {
            #expect(response.headers[.accessControlAllowCredentials] == nil)
        }
    }

    @Test(
        arguments: [
            "null", "", "*", "https://evil.example", "http://rota.example", "https://rota.example:444",
            "https://rota.example.evil.example", "https://evilrota.example", "https://rota.example/",
            "https://ROTA.example",
            "https://rota.example evil", "https://x.rota.example", "https://care.example.evil.example", nil,
        ] as [String?])
    func `no other origin is told anything`(_ origin: String?) async throws {
        for method in [HTTPRequest.Method.options, .post, .get] {
            let answer = try await self.answer(origin, method)
            #expect(answer.headers[.accessControlAllowOrigin] == nil, "\(method)")
            #expect(answer.headers[.accessControlAllowMethods] == nil, "\(method)")
            #expect(answer.headers[values: .vary].contains("Origin"), "\(method)")
            if method == .post, origin != nil { #expect(answer.status == .forbidden) }
        }
    }

    @Test func `errors are readable too, and an origin that is said twice is nobody's`() async throws {
        let missing = try await self.answer(Self.listed, .get, path: "/api/v1/tests/nothing")
        #expect(missing.status == .notFound && missing.headers[.accessControlAllowOrigin] == Self.listed)
        let twice = try await self.answer(Self.listed, .post, [.origin: "https://evil.example"])
        #expect(twice.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func `without a list, and outside the API, nothing is said at all`() async throws {
        let unlisted = try await self.answer(Self.listed, .options, listed: [])
        #expect(unlisted.status == .methodNotAllowed && unlisted.headers[.accessControlAllowOrigin] == nil)
        #expect(unlisted.headers[.vary] == nil)
        let page = try await self.answer(Self.listed, .get, path: "/page")
        #expect(page.headers[.accessControlAllowOrigin] == nil)
    }

    @Test(arguments: [Self.listed, "https://evil.example", "null"])
    func `a cookie is taken from no other site, whatever is asked`(_ origin: String) async throws {
        for method in [HTTPRequest.Method.get, .post] {
            let answer = try await self.answer(origin, method, [.cookie: TestSite.cookie])
            #expect(answer.status == .forbidden, "\(method)")
        }
    }
}
