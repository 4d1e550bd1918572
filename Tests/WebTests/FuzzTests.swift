import Foundation
import HummingbirdTesting
import NIOCore
import Testing

@testable import Web

/// Requests that chance has spoiled; the process must live, and answer the next one.
@Suite(.timeLimit(.minutes(3))) struct FuzzTests {
    private static let seeds = [
        "GET /page?q=a&q=b HTTP/1.1\r\nHost: localhost\r\nCookie: \(TestSite.cookie)\r\nAccept: text/html\r\n\r\n",
        "POST /page HTTP/1.1\r\nHost: localhost\r\nCookie: \(TestSite.cookie)\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 44\r\n\r\ncsrf=a&key=0123456789abcdef&body=%F0%9F%98%80",
        "POST /api/v1/tests/notes/0193a1b2-0000-7000-8000-000000000000 HTTP/1.1\r\nHost: localhost\r\nCookie: \(TestSite.cookie)\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nIf-Match: \"3\"\r\nIdempotency-Key: 0123456789abcdef\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"body\":\"\\ud83d\"}\r\n0\r\n\r\n",
        "GET /assets/00/../..//%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"x\"\r\nAccept-Encoding: gzip;q=0\r\n\r\n",
        "GET http://a:b@localhost:99999/open?%zz#x HTTP/1.1\r\nHost: localhost\r\ntraceparent: 00-\u{e9}\r\nX-Forwarded-For: ,,,\r\n\r\n",
    ].map { Array($0.utf8) }

    private static func spoiled() -> [UInt8] {
        var bytes = Self.seeds.randomElement() ?? []
        for _ in 0..<Int.random(in: 0...6) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count)
            switch Int.random(in: 0..<6) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(UInt8.random(in: 0...255), at: index)
            case 2: bytes[index] = UInt8.random(in: 0...255)
            case 3: bytes = Array(bytes.prefix(index + 1))
            case 4:
                let end = min(bytes.count, index + Int.random(in: 1...30))
                bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0...bytes.count))
            default:
                bytes.insert(contentsOf: Array(repeating: bytes[index], count: Int.random(in: 1...2_000)), at: index)
            }
        }
        return bytes
    }

    @Test func `nothing that is sent ends the process, and no answer is its fault`() async throws {
        var site = TestSite()
        site.limits.linger = .milliseconds(20)
        let test = site
        try await test.test(.live) { client in
            let port = client.port
            let faults = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var faults: [String] = []
                        for _ in 0..<250 {
                            let bytes = Self.spoiled()
                            let answer = try? await RawConnection.open(port) { connection in
                                try await connection.send(bytes)
                                connection.finish()
                                return try await connection.readToEnd()
                            }
                            if answer?.hasPrefix("HTTP/1.1 5") == true {
                                faults.append(String(decoding: bytes, as: UTF8.self))
                            }
                        }
                        return faults
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(faults == [])
            let next = try await RawConnection.open(port) { connection in
                try await connection.send(
                    "GET /page HTTP/1.1\r\nHost: localhost\r\nCookie: \(TestSite.cookie)\r\nConnection: close\r\n\r\n")
                return try await connection.readToEnd()
            }
            #expect(next.hasPrefix("HTTP/1.1 200 "))
        }
    }
}
