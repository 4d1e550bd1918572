import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Web

@Suite struct SecurityHeadersTests {
    private static let requests: [(HTTPRequest.Method, String, HTTPFields)] = [
        (.get, "/page", TestSite.own()), (.get, "/piece", TestSite.own()), (.get, "/open", [:]),
        (.get, "/offline", [:]),
        (.get, "/page", [.accept: "text/html"]), (.get, "/nothing", TestSite.own()), (.get, "/stop", TestSite.own()),
        (.post, "/page", TestSite.form()), (.post, "/page", [:]), (.get, "/api/v1/tests/notes", TestSite.json()),
        (.get, "/api/v1/tests/notes", [:]), (.get, "/api/v1/tests/notes?x=1", TestSite.json()),
        (.put, "/page", TestSite.own()),
        (.delete, "/api/v1/tests/notes", TestSite.json()), (.get, "/assets/0000/app.css", [:]),
        (.get, "/openapi.json", [:]),
        (.get, "/service-worker.js", [:]), (.head, "/page", TestSite.own()), (.options, "/", [:]),
        (.get, "/api-docs", [:]),
    ]

    @Test(arguments: [.router, .live] as [TestingSetup]) func `every answer has them`(setup: TestingSetup) async throws
    {
        let site = TestSite(origin: "https://care.example")
        try await site.test(setup) { client in
            for (method, path, headers) in Self.requests {
                let answer = try await client.execute(uri: path, method: method, headers: headers)
                let fields = answer.headers
                let what = "\(method) \(path) \(answer.status)"
                #expect(fields[.xContentTypeOptions] == "nosniff", "\(what)")
                #expect(fields[.referrerPolicy] == "same-origin", "\(what)")
                #expect(fields[.openerPolicy] == "same-origin", "\(what)")
                #expect(fields[.resourcePolicy] == "same-origin", "\(what)")
                #expect(fields[.permissionsPolicy]?.contains("camera=()") == true, "\(what)")
                #expect(fields[.strictTransportSecurity] == "max-age=63072000; includeSubDomains", "\(what)")
                #expect(fields[.contentSecurityPolicy]?.contains("default-src 'none'") == true, "\(what)")
                #expect(fields[.requestID]?.count == 36, "\(what)")
                #expect(fields[values: .cacheControl].count == 1, "\(what)")
                #expect(fields[.server] == nil, "\(what)")
                if headers[.cookie] != nil { #expect(fields[.cacheControl] == "no-store", "\(what)") }
                if fields[.cacheControl]?.contains("public") == true {
                    #expect(fields[.contentSecurityPolicy]?.contains("nonce") == false, "\(what)")
                }
            }
        }
    }

    @Test func `plain HTTP does not promise HTTPS`() async throws {
        let answer = try await TestSite(origin: "http://localhost:8080").test {
            try await $0.execute(uri: "/open", method: .get)
        }
        #expect(answer.headers[.strictTransportSecurity] == nil)
    }
}

extension TestingSetup: @retroactive CustomTestStringConvertible {
    public var testDescription: String { "in this way of testing" }
}
