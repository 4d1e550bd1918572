import Foundation
import ServiceLifecycle
import Settings
import TestKit
import Testing

@testable import Telemetry

@Suite struct OperationsListenerTests {
    /// The whole answer, over a connection of its own.
    private func get(_ path: String, from port: Int) async throws -> String {
        try await Task.detached {
            let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(connection) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port)).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw Unhealthy("nobody listens") }
            let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
            try #require(Blocking.write(request, to: connection).error == 0)
            let handle = FileHandle(fileDescriptor: connection, closeOnDealloc: false)
            return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        }.value
    }

    @Test func `metrics and the reasons of health are on a port of their own, until the end`() async throws {
        let health = HealthRegistry(keep: .zero)
        health.add("schema", isRequired: true) { throw Unhealthy("2026-11-22T1060 messages is not applied") }
        let metrics = MetricsRegistry()
        metrics.observe("wcc_web_open_streams", "Live streams that are open") { 3 }
        let listener = OperationsListener(
            OperationsSettings(isEnabled: true, host: "127.0.0.1", port: 0), metrics: metrics, health: health)
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let service = try #require(listener.service(logger: .quiet) { ready.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [.init(service: service)], logger: .quiet))
        let run = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())

        let answer = try await self.get("/metrics", from: port)
        #expect(answer.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
        #expect(answer.contains("\nwcc_web_open_streams 3\n"))
        let detail = try await self.get("/health", from: port)
        #expect(detail.hasPrefix("HTTP/1.1 503"))
        #expect(detail.contains(#""reason":"2026-11-22T1060 messages is not applied""#))
        #expect(detail.contains(#""required":true"#) && detail.contains(#""milliseconds":"#))
        #expect(try await self.get("/health/readiness", from: port).contains(#""failing":["schema"]"#))
        #expect(try await self.get("/health/liveness", from: port).hasPrefix("HTTP/1.1 200"))
        #expect(try await self.get("/anything", from: port).hasPrefix("HTTP/1.1 404"))

        await group.triggerGracefulShutdown()
        try await run.value
        await #expect(throws: (any Error).self) { try await self.get("/metrics", from: port) }
    }

    @Test(arguments: [true, false])
    func `it can be turned off`(isEnabled: Bool) throws {
        let reader = SettingsReader(SettingsSources(["OPERATIONS_ENABLED": "\(isEnabled)"]))
        let settings = OperationsSettings(reader)
        try reader.finish()
        let listener = OperationsListener(settings, metrics: MetricsRegistry(), health: HealthRegistry())
        #expect((listener.service(logger: .quiet) != nil) == isEnabled)
    }
}
