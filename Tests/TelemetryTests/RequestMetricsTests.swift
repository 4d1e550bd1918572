import CoreMetrics
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing

@testable import Telemetry

@Suite struct RequestMetricsTests {
    @Test func `requests are counted by template and class of status, never by what was asked for`() async throws {
        let metrics = MetricsRegistry()
        try await withMetricsFactory(metrics) {
            let router = Router()
            router.add(middleware: RequestMetrics())
            router.get("messages/{id}") { _, context in
                guard context.parameters.get("id") != "gone" else { throw HTTPError(.notFound) }
                return "found"
            }
            router.get("broken") { _, _ -> String in throw CancellationError() }
            let application = Application(router: router, logger: .quiet)
            try await application.test(.router) { client in
                for id in 0..<20 { try await client.execute(uri: "/messages/\(id)?name=Ada", method: .get) { _ in } }
                try await client.execute(uri: "/messages/gone", method: .get) { _ in }
                try await client.execute(uri: "/nowhere/Ada", method: .get) { _ in }
                try await client.execute(uri: "/nowhere/Ada", method: .init("MADEUP") ?? .get) { _ in }
                try? await client.execute(uri: "/broken", method: .get) { _ in }
            }
        }
        let text = try Exposition(metrics.exposition)
        let name = "wcc_http_requests_total"
        #expect(text.value(name, ["method": "GET", "route": "/messages/{id}", "status": "2xx"]) == 20)
        #expect(text.value(name, ["method": "GET", "route": "/messages/{id}", "status": "4xx"]) == 1)
        #expect(text.value(name, ["method": "GET", "route": "none", "status": "4xx"]) == 1)
        #expect(text.value(name, ["method": "other", "route": "none", "status": "4xx"]) == 1)
        #expect(text.value(name, ["method": "GET", "route": "/broken", "status": "aborted"]) == 1)
        #expect(
            text.value("wcc_http_request_duration_seconds_count", ["method": "GET", "route": "/messages/{id}"]) == 21)
        #expect(text.value("wcc_http_requests_in_flight") == 0)
        #expect(!metrics.exposition.contains("Ada") && !metrics.exposition.contains("MADEUP"))
    }

    @Test func `a stream that stays open has taken its time when it begins`() async throws {
        let metrics = MetricsRegistry()
        let seen = try await withMetricsFactory(metrics) {
            let router = Router()
            router.add(middleware: RequestMetrics())
            router.get("events") { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "text/event-stream"],
                    body: ResponseBody { writer in
                        // What is counted while the stream is still open.
                        try await writer.write(ByteBuffer(string: metrics.exposition))
                        try await writer.finish(nil)
                    })
            }
            let application = Application(router: router, logger: .quiet)
            return try await application.test(.live) { client in
                try await client.execute(uri: "/events", method: .get) { String(buffer: $0.body) }
            }
        }
        let text = try Exposition(seen)
        #expect(text.value("wcc_http_request_duration_seconds_count", ["method": "GET", "route": "/events"]) == 1)
        #expect(text.value("wcc_http_requests_in_flight") == 0)
    }
}
