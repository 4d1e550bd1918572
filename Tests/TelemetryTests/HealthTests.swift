import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOConcurrencyHelpers
import Postgres
import TestKit
import Testing

@testable import Telemetry

@Suite struct HealthTests {
    struct Quoting: Error, CustomStringConvertible {
        var description: String { "no bed for Ada Lovelace" }
    }

    @Test func `a required component that is down makes the process unready, another only degraded`() async {
        let health = HealthRegistry(keep: .zero)
        let fails = NIOLockedValueBox<Set<String>>([])
        for (name, isRequired) in [("database", true), ("mail", false)] {
            health.add(name, isRequired: isRequired) {
                if fails.withLockedValue({ $0.contains(name) }) { throw Quoting() }
            }
        }
        var report = await health.report()
        #expect(report.state == .up && report.isReady && report.components.map(\.name) == ["database", "mail"])
        fails.withLockedValue { $0 = ["mail"] }
        report = await health.report()
        #expect(report.state == .degraded && report.isReady && report.failing == ["mail"])
        fails.withLockedValue { $0 = ["database"] }
        report = await health.report()
        #expect(report.state == .down && !report.isReady)
        #expect(report.components.first?.reason?.contains("Ada") == false)
    }

    @Test func `a crowd of probes is one check`() async {
        let count = NIOLockedValueBox(0)
        let health = HealthRegistry(keep: .seconds(60))
        health.add("database", isRequired: true) {
            count.withLockedValue { $0 += 1 }
            try await Task.sleep(for: .milliseconds(20))
        }
        await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { #expect(await health.report().isReady) } }
        }
        #expect(await health.report().isReady)
        #expect(count.withLockedValue { $0 } == 1)
    }

    @Test func `a check that hangs is down in time, is not started twice, and recovers`() async throws {
        let starts = NIOLockedValueBox(0)
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let health = HealthRegistry(timeout: .milliseconds(50), keep: .zero)
        health.add("database", isRequired: true) {
            if starts.withLockedValue({
                $0 += 1; return $0
            }) > 1 {
                return
            }
            // Deaf to being cancelled, as a blocked call is.
            await Task { for await _ in gate {} }.value
        }
        let started = ContinuousClock.now
        for _ in 0..<5 { #expect(await health.report().state == .down) }
        // For ever, without the limit; the rest is a busy machine's.
        #expect(ContinuousClock.now - started < .seconds(60))
        #expect(await health.report().components.first?.reason?.hasPrefix("no answer within") == true)
        #expect(starts.withLockedValue { $0 } == 1)
        opening.finish()
        #expect(try await eventually { await health.report().isReady })
    }

    private func application(_ health: HealthRegistry) -> some ApplicationProtocol {
        let router = Router()
        HealthRoutes(health, for: .everyone).register(on: router)
        return Application(router: router, logger: .quiet)
    }

    @Test func `the public routes say which component is down, and nothing of why`() async throws {
        let isDown = NIOLockedValueBox(true)
        let health = HealthRegistry(keep: .zero)
        health.add("database", isRequired: true) {
            if isDown.withLockedValue({ $0 }) { throw PostgresError(.cannotConnect, message: "host db-7.internal") }
        }
        try await self.application(health).test(.router) { client in
            try await client.execute(uri: "/health", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(
                    String(buffer: response.body)
                        == #"{"components":[{"name":"database","state":"down"}],"status":"down"}"# + "\n")
            }
            try await client.execute(uri: "/health/readiness", method: .get) { response in
                #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] != nil)
                #expect(String(buffer: response.body) == #"{"failing":["database"],"status":"down"}"# + "\n")
            }
            try await client.execute(uri: "/health/liveness", method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.cacheControl] == "no-store")
            }
            isDown.withLockedValue { $0 = false }
            for path in ["/health", "/health/readiness"] {
                try await client.execute(uri: path, method: .get) { #expect($0.status == .ok) }
            }
        }
    }
}
