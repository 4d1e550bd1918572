import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Web

/// Who may change something with somebody's cookie, by what the browser says of itself.
@Suite struct SameOriginTests {
    private enum Sender: CaseIterable { case page, program, openProgram }

    private func status(
        _ sender: Sender, site: String? = nil, origin: String? = nil, host: String = "care.example",
        configured: String? = "https://care.example", cookie: Bool = true
    ) async throws -> Int {
        let test = TestSite(origin: configured)
        let (path, body) =
            switch sender {
            case .page: ("/page", "csrf=\(test.token)&key=0123456789abcdef&body=a")
            case .program: ("/api/v1/tests/notes/0193a1b2-0000-7000-8000-000000000000", #"{"body":"a"}"#)
            case .openProgram: ("/api/v1/tests/open", #"{"body":"a"}"#)
            }
        var headers: HTTPFields = [
            .contentType: sender == .page ? "application/x-www-form-urlencoded" : "application/json"
        ]
        if cookie { headers[.cookie] = TestSite.cookie }
        headers[.fetchSite] = site
        headers[.origin] = origin
        let sent = headers
        let response = try await test.test {
            try await $0.execute(uri: path, method: .post, headers: sent, body: ByteBuffer(string: body))
        }
        #expect((test.notes.count == 1) == (response.status.code < 400))
        return response.status.code
    }

    @Test(
        arguments: [
            ("same-origin", nil, true), ("same-origin", "https://evil.example", true), ("cross-site", nil, false),
            ("cross-site", "https://care.example", false), ("same-site", "https://care.example", false),
            ("none", nil, false), ("", "https://care.example", false), ("SAME-ORIGIN", nil, false),
            (nil, "https://care.example", true), (nil, "http://care.example", false),
            (nil, "https://evil.example", false),
            (nil, "https://care.example.evil.example", false), (nil, "https://evilcare.example", false),
            (nil, "https://care.example:444", false), (nil, "null", false), (nil, "", false), (nil, nil, false),
        ] as [(String?, String?, Bool)])
    func `with a cookie, it must come from here`(site: String?, origin: String?, isTaken: Bool) async throws {
        for sender in [Sender.page, .program] {
            let status = try await self.status(sender, site: site, origin: origin)
            #expect(isTaken ? status < 400 : status == 403)
        }
    }

    @Test func `where no address is configured, the host's is taken`() async throws {
        let test = TestSite()
        for (origin, expected) in [("http://localhost", 201), ("https://evil.example", 403)] {
            // The test's client says that the host is `localhost`.
            let response = try await test.test(.live) { client in
                try await client.execute(
                    uri: "/api/v1/tests/notes/0193a1b2-0000-7000-8000-000000000000", method: .post,
                    headers: [.cookie: TestSite.cookie, .contentType: "application/json", .origin: origin],
                    body: ByteBuffer(string: #"{"body":"a"}"#))
            }
            #expect(response.status.code == expected)
        }
    }

    @Test func `a program without a cookie need not say where it is`() async throws {
        #expect(try await self.status(.openProgram, cookie: false) == 200)
        #expect(try await self.status(.openProgram, cookie: true) == 403)
        #expect(try await self.status(.openProgram, site: "cross-site", cookie: false) == 403)
        #expect(try await self.status(.openProgram, origin: "https://evil.example", cookie: false) == 403)
        #expect(try await self.status(.page, cookie: false) == 403)
    }

    @Test func `looking is not changing`() async throws {
        let test = TestSite(origin: "https://care.example")
        let page = try await test.test {
            try await $0.execute(
                uri: "/page", method: .get, headers: [.cookie: TestSite.cookie, .fetchSite: "cross-site"])
        }
        #expect(page.status == .ok)
    }

    @Test func `a cookie and a token in one request are refused`() async throws {
        let test = TestSite()
        let answer = try await test.test {
            try await $0.execute(
                uri: "/api/v1/tests/notes", method: .get,
                headers: [.cookie: TestSite.cookie, .authorization: "Bearer x"])
        }
        #expect(answer.status == .badRequest)
    }

    @Test func `no other site is ever allowed to read`() async throws {
        let test = TestSite(origin: "https://care.example")
        for origin in ["https://evil.example", "null", "https://care.example"] {
            let answer = try await test.test {
                try await $0.execute(
                    uri: "/api/v1/tests/notes", method: .get, headers: TestSite.json([.origin: origin]))
            }
            #expect(answer.headers.contains { $0.name.canonicalName.hasPrefix("access-control") } == false)
            let preflight = try await test.test {
                try await $0.execute(uri: "/api/v1/tests/notes", method: .options, headers: [.origin: origin])
            }
            #expect(preflight.status == .methodNotAllowed)
            #expect(preflight.headers.contains { $0.name.canonicalName.hasPrefix("access-control") } == false)
        }
    }
}
