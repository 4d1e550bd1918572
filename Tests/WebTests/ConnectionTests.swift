import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Testing

@testable import Web

/// Real sockets, and clients that do not keep to the rules.
@Suite(.timeLimit(.minutes(2))) struct ConnectionTests {
    private static let path = "/api/v1/tests/notes/0193a1b2-0000-7000-8000-000000000000"

    private static func head(_ more: String = "", path: String = Self.path) -> String {
        """
        POST \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(TestSite.cookie)\r\nSec-Fetch-Site: same-origin\r
        Content-Type: application/json\r\n\(more)\r\n
        """
    }

    private func withSite(
        _ change: (inout ServerLimits) -> Void = { _ in },
        _ body: @escaping @Sendable (any TestClientProtocol, TestSite) async throws -> Void
    ) async throws {
        var site = TestSite(origin: "https://care.example")
        site.limits.grace = .milliseconds(150)
        site.limits.receive = .milliseconds(600)
        site.limits.linger = .milliseconds(300)
        change(&site.limits)
        let test = site
        try await test.test(.live) { try await body($0, test) }
    }

    /// The answer has what every answer has, and says that the connection ends.
    private static func expect(_ text: String, _ status: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text.prefix(200))", sourceLocation: sourceLocation)
        let lower = text.lowercased()
        for part in [
            "connection: close", "application/problem+json", "x-content-type-options: nosniff", "x-request-id: ",
            "strict-transport-security: ", "cache-control: no-store", #""status":\#(status)"#,
        ] { #expect(lower.contains(part), "\(part)", sourceLocation: sourceLocation) }
    }

    @Test func `a body that trickles in, or stops, is waited for only so long`() async throws {
        try await self.withSite { client, site in
            let trickle = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Content-Length: 900\r\n"))
                let sender = connection.sender
                let sending = Task {
                    for _ in 0..<200 {
                        try await sender.send("{")
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                defer { sending.cancel() }
                return try await connection.readToEnd()
            }
            Self.expect(trickle, 408)
            let silence = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Content-Length: 900\r\n") + "{")
                return try await connection.readToEnd()
            }
            Self.expect(silence, 408)
            #expect(site.notes == [])
        }
    }

    @Test func `a body that is fast and endless is waited for only so long, too`() async throws {
        try await self.withSite { limits in
            limits.bodyBytes = Int.max
        } _: { client, site in
            // Nothing reads this one: the route takes no such method, and says so at once.
            let text = try await RawConnection.open(client.port) { connection in
                try await connection.send(
                    "PUT \(Self.path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
                let sender = connection.sender
                let sending = Task {
                    while !Task.isCancelled {
                        try await sender.send("400\r\n\(String(repeating: "a", count: 0x400))\r\n")
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
                defer { sending.cancel() }
                return try await connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 405 "))
            #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2, "one request, one answer")
            #expect(site.notes == [])
        }
    }

    @Test func `a body that is too large is refused before it is read`() async throws {
        try await self.withSite { limits in
            limits.bodyBytes = 10_000
        } _: { client, site in
            let announced = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Content-Length: 10001\r\n"))
                return try await connection.readToEnd()
            }
            Self.expect(announced, 413)
            let chunked = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Transfer-Encoding: chunked\r\n", path: "/api/v1/tests/notes"))
                for _ in 0..<11 { try? await connection.send("3e8\r\n\(String(repeating: " ", count: 1_000))\r\n") }
                return try await connection.readToEnd()
            }
            #expect(chunked.contains(" 405 ") || chunked.contains(" 413 "))
            // The route's own limit is smaller, and holds without an announced length.
            let route = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Transfer-Encoding: chunked\r\n"))
                try await connection.send("7d0\r\n\(String(repeating: " ", count: 2_000))\r\n")
                return try await connection.readToEnd()
            }
            Self.expect(route, 413)
            #expect(site.notes == [])
        }
    }

    @Test func `a route that reads more is sent more, and no other`() async throws {
        try await self.withSite { limits in
            let routes = (try? TestSite().site().table) ?? RouteTable(rows: [])
            limits = ServerLimits(for: routes)
            limits.linger = .milliseconds(300)
        } _: { client, site in
            func answer(_ path: String, _ length: Int, _ body: [UInt8] = []) async throws -> String {
                try await RawConnection.open(client.port) { connection in
                    try await connection.send(
                        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(TestSite.cookie)\r\n"
                            + "Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                            + "Connection: close\r\nContent-Length: \(length)\r\n\r\n")
                    if !body.isEmpty { try await connection.send(body) }
                    return try await connection.readToEnd()
                }
            }
            func part(_ name: String) -> [UInt8] {
                Array("--x\r\nContent-Disposition: form-data; name=\"\(name)\r\n\r\n".utf8)
            }
            let form =
                part("csrf\"") + Array("\(FormToken(for: site.visitor).text)\r\n".utf8) + part("key\"")
                + Array("0123456789abcdef\r\n".utf8) + part("photo\"; filename=\"a\"")
                + [UInt8](repeating: 7, count: 1_900_000) + Array("\r\n--x--\r\n".utf8)
            #expect(try await answer("/upload?", form.count, form).hasPrefix("HTTP/1.1 303 "))
            #expect(site.notes == ["1900000 bytes"])
            Self.expect(try await answer("/upload", 3_000_000), 413)
            Self.expect(try await answer("/upload/more", form.count), 413)
            Self.expect(try await answer("/page", form.count), 413)
        }
    }

    @Test func `headers have a number and a size`() async throws {
        try await self.withSite { client, _ in
            func answer(_ headers: String) async throws -> String {
                try await RawConnection.open(client.port) { connection in
                    try await connection.send(
                        "GET /open HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n")
                    return try await connection.readToEnd()
                }
            }
            let fields = (0..<98).map { "X-\($0): a\r\n" }.joined()
            #expect(try await answer(fields).hasPrefix("HTTP/1.1 200 "))
            Self.expect(try await answer(fields + "X-A: a\r\n"), 431)
            Self.expect(try await answer("X-A: \(String(repeating: "a", count: 17_000))\r\n"), 431)
            Self.expect(
                try await answer((0..<90).map { "X-\($0): \(String(repeating: "a", count: 300))\r\n" }.joined()), 431)
        }
    }

    @Test func `an address has a size`() async throws {
        try await self.withSite { client, _ in
            let text = try await RawConnection.open(client.port) { connection in
                try await connection.send("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n")
                return try await connection.readToEnd()
            }
            Self.expect(text, 431)
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /open HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET /open HTTP/1.1\r\nHo st: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
    ]) func `what is no HTTP is told so, and hung up on`(text: String) async throws {
        try await self.withSite { client, site in
            let answer = try await RawConnection.open(client.port) { connection in
                try await connection.send(text)
                return try await connection.readToEnd()
            }
            Self.expect(answer, 400)
            #expect(site.notes == [])
        }
    }

    @Test(arguments: [
        "zz\r\n{}\r\n0\r\n\r\n", "5\r\n{\"body\"", "ffffffffffffffff1\r\n{}", "-1\r\n{}", "2\r\n{}X\r\n0\r\n\r\n",
    ])
    func `a chunk that is none ends the request, and nothing is done`(chunks: String) async throws {
        try await self.withSite { client, site in
            let answer = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Transfer-Encoding: chunked\r\n") + chunks)
                connection.finish()
                return try await connection.readToEnd()
            }
            Self.expect(answer, 400)
            #expect(site.notes == [])
        }
    }

    @Test func `a request that breaks off anywhere is not done, and the next one is`() async throws {
        try await self.withSite { client, site in
            let body = #"{"body":"Tea"}"#
            let whole = Array((Self.head("Content-Length: \(body.utf8.count)\r\n") + body).utf8)
            for isChunked in [false, true] {
                let bytes =
                    isChunked
                    ? Array((Self.head("Transfer-Encoding: chunked\r\n") + "e\r\n\(body)\r\n0\r\n\r\n").utf8) : whole
                for _ in 0..<60 {
                    let length = Int.random(in: 1..<bytes.count)
                    try await RawConnection.open(client.port) { connection in
                        try? await connection.send(Array(bytes.prefix(length)))
                        if Bool.random() { await connection.abort() } else { connection.finish() }
                    }
                }
            }
            #expect(site.notes == [])
            let answer = try await RawConnection.open(client.port) { connection in
                try await connection.send(whole)
                return try await connection.read { $0.contains("\"count\"") }
            }
            #expect(answer.hasPrefix("HTTP/1.1 201 "))
            #expect(site.notes == ["Tea"])
        }
    }

    @Test func `requests in a row are answered in a row`() async throws {
        try await self.withSite { client, site in
            let bodies = (1...5).map { #"{"body":"n\#($0)"}"# }
            let text = try await RawConnection.open(client.port) { connection in
                try await connection.send(
                    bodies.map { Self.head("Content-Length: \($0.utf8.count)\r\n") + $0 }.joined()
                        + "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return try await connection.readToEnd()
            }
            #expect(text.components(separatedBy: "HTTP/1.1 201 ").count == 6)
            #expect(text.components(separatedBy: "HTTP/1.1 404 ").count == 2)
            #expect(site.notes == ["n1", "n2", "n3", "n4", "n5"])
        }
    }

    @Test func `a refusal is not slipped in between other answers`() async throws {
        try await self.withSite { client, _ in
            let text = try await RawConnection.open(client.port) { connection in
                let body = #"{"body":"a"}"#
                try await connection.send(
                    Self.head("Content-Length: \(body.utf8.count)\r\n") + body
                        + Self.head("Content-Length: 99999999\r\n"))
                return try await connection.readToEnd()
            }
            #expect(!text.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func `who asks first whether to send is told`() async throws {
        try await self.withSite { limits in
            limits.grace = .seconds(10)
        } _: { client, _ in
            let body = #"{"body":"Tea"}"#
            let text = try await RawConnection.open(client.port) { connection in
                try await connection.send(Self.head("Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n"))
                _ = try await connection.read { $0.contains("\r\n\r\n") }
                try await connection.send(body)
                return try await connection.read { $0.contains("\"count\"") }
            }
            #expect(text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "), "\(text)")
        }
    }

    @Test func `a connection on which nothing happens is closed, and so is one whose head never ends`() async throws {
        try await self.withSite { limits in
            limits.idle = .milliseconds(300)
        } _: { client, _ in
            #expect(try await RawConnection.open(client.port) { try await $0.readToEnd() } == "")
            let slow = try await RawConnection.open(client.port) { connection in
                try await connection.send("GET / HTTP/1.1\r\n")
                let sender = connection.sender
                let sending = Task {
                    for index in 0..<100 {
                        try await sender.send("X-\(index): a\r\n")
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                defer { sending.cancel() }
                return try await connection.readToEnd()
            }
            #expect(slow == "")
        }
    }

    @Test func `a reader that takes nothing of its answer is let go`() async throws {
        try await self.withSite { limits in
            limits.write = .milliseconds(200)
        } _: { client, _ in
            // Answers enough to fill what the sockets hold, and nobody reads one.
            let isCut = try await RawConnection.open(client.port) { connection in
                let request = "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
                for _ in 0..<40 {
                    do { try await connection.send(String(repeating: request, count: 50)) } catch { return true }
                    try await Task.sleep(for: .milliseconds(25))
                }
                return false
            }
            #expect(isCut)
        }
    }
}
