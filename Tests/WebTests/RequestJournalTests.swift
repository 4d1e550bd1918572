import HTTPTypes
import HummingbirdTesting
import NIOCore
import TestKit
import Testing

@testable import Web

@Suite struct RequestJournalTests {
    private func lines(_ path: String, _ headers: HTTPFields, _ method: HTTPRequest.Method = .get) async throws -> (
        [String], TestResponse
    ) {
        let logs = RecordedLogs()
        var site = TestSite()
        site.logger = logs.logger
        let test = site
        let answer = try await test.test(.live) { try await $0.execute(uri: path, method: method, headers: headers) }
        return (logs.lines.filter { $0.contains("request answered") }, answer)
    }

    @Test func `a request is one line, with its route and never its address`() async throws {
        let (lines, answer) = try await self.lines("/page?q=Edith+Marlow", TestSite.own())
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        let id = try #require(answer.headers[.requestID])
        for part in [
            "info request answered", "method=GET", "route=/page", "status=200", "duration=", "hb.request.id=\(id)",
            "person.id=", "bytes.sent=\(answer.body.readableBytes)", "trace.id=",
        ] {
            #expect(line.contains(part), "\(line)")
        }
        #expect(!line.contains("Edith") && !line.contains("Marlow") && !line.contains("?"))
    }

    @Test func `what is refused, or is not there, is a line too`() async throws {
        let (missing, _) = try await self.lines("/Edith/Marlow", TestSite.own())
        #expect(missing.count == 1 && missing[0].contains("status=404") && !missing[0].contains("Edith"))
        let (refused, _) = try await self.lines("/page", [:], .post)
        #expect(refused.count == 1 && refused[0].contains("status=403") && !refused[0].contains("person.id"))
    }

    @Test func `the name of a request is ours; a harmless one of theirs is noted`() async throws {
        let theirs = "0123456789abcdef-XYZ"
        let (lines, answer) = try await self.lines("/open", [.requestID: theirs])
        #expect(answer.headers[.requestID] != theirs)
        #expect(lines.first?.contains("caller.request.id=\(theirs)") == true)
        for bad in [
            "short", "0123456789abcdef\u{1b}[31m", "<script>alert(1)</script>", String(repeating: "a", count: 129),
        ] {
            let (lines, _) = try await self.lines("/open", [.requestID: bad])
            #expect(lines.first?.contains("caller.request.id") == false)
        }
    }

    @Test func `a trace goes on, and one that is none begins`() async throws {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let (lines, answer) = try await self.lines("/open", [.traceParent: "00-\(trace)-00f067aa0ba902b7-01"])
        #expect(lines.first?.contains("trace.id=\(trace)") == true)
        #expect(answer.headers[.traceResponse]?.hasPrefix("00-\(trace)-") == true)
        #expect(answer.headers[.traceResponse]?.contains("00f067aa0ba902b7") == false)
        let (_, other) = try await self.lines("/open", [.traceParent: "nonsense"])
        #expect(other.headers[.traceResponse]?.count == 55)
    }
}
