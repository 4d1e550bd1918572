import CoreMetrics
import Foundation
import NIOPosix
import ServiceLifecycle
import TestKit
import Testing

@testable import Telemetry

@Suite struct MetricsTests {
    @Test func `counters, gauges, histograms and timers come out as Prometheus reads them`() throws {
        let metrics = MetricsRegistry()
        metrics.describe("wcc_test_total", "What\nis \\ counted")
        Counter(label: "wcc_test", dimensions: [("b", "2"), ("a", "1")], factory: metrics).increment(by: 3)
        FloatingPointCounter(label: "wcc_float_total", factory: metrics).increment(by: 0.25)
        let meter = Meter(label: "wcc_level", factory: metrics)
        meter.set(5)
        meter.decrement(by: 2.5)
        Recorder(label: "wcc_last", aggregate: false, factory: metrics).record(7.5)
        let timer = Timer(label: "wcc_wait", factory: metrics)
        for milliseconds in [0.4, 3, 3, 40, 60_000] { timer.recordMilliseconds(milliseconds) }
        metrics.observe("wcc_now", "Read when asked", labels: [("x", "y")]) { .infinity }
        metrics.observe("wcc_absent", "Nothing to tell") { nil }

        let text = try Exposition(metrics.exposition)
        #expect(text.value("wcc_test_total", ["a": "1", "b": "2"]) == 3)
        #expect(text.help["wcc_test_total"] == #"What\nis \\ counted"#)
        #expect(text.value("wcc_float_total") == 0.25 && text.value("wcc_level") == 2.5)
        #expect(text.value("wcc_last") == 7.5 && text.types["wcc_last"] == "gauge")
        #expect(text.value("wcc_now", ["x": "y"]) == .infinity && text.types["wcc_absent"] == nil)
        #expect(text.types["wcc_wait_seconds"] == "histogram")
        #expect(text.value("wcc_wait_seconds_count") == 5)
        #expect(text.value("wcc_wait_seconds_bucket", ["le": "0.0005"]) == 1)
        #expect(text.value("wcc_wait_seconds_bucket", ["le": "0.005"]) == 3)
        #expect(text.value("wcc_wait_seconds_bucket", ["le": "30"]) == 4)
        let sum = try #require(text.value("wcc_wait_seconds_sum"))
        #expect(abs(sum - 60.0464) < 1e-9)
    }

    @Test(arguments: [
        "quote\" \\ back\nline", "\r\u{0}\u{1B}[2J", "}", "a=\"b\",c=\"d\"", "Zoë 日本語", "", "\\", "\\n",
        String(repeating: "x", count: 100_000),
    ])
    func `no label can break the format`(value: String) throws {
        let metrics = MetricsRegistry()
        Counter(
            label: "wcc_test", dimensions: [("label", value), ("le", value), ("2 bad-name", value), ("__x", "1")],
            factory: metrics
        )
        .increment()
        Counter(label: "9 \(value) {}", factory: metrics).increment()
        let text = try Exposition(metrics.exposition)
        #expect(text.samples.count == 3)
        #expect(metrics.exposition.utf8.count < 10_000)
    }

    @Test func `a label that somebody fills with identifiers does not fill the memory`() throws {
        let metrics = MetricsRegistry(seriesPerFamily: 50)
        for number in 0..<5_000 {
            Counter(label: "wcc_test", dimensions: [("id", "\(number)")], factory: metrics).increment()
        }
        let text = try Exposition(metrics.exposition)
        let series = text.samples.filter { $0.name == "wcc_test_total" }
        #expect(series.count == 51)
        #expect(series.map(\.value).reduce(0, +) == 5_000)
        #expect(text.value("wcc_test_total", ["id": "other"]) == 4_950)
        #expect(text.value("wcc_metrics_refused_total") == 4_950)
    }

    @Test func `one name cannot be two kinds`() throws {
        let metrics = MetricsRegistry()
        Counter(label: "wcc_test_total", factory: metrics).increment()
        Meter(label: "wcc_test_total", factory: metrics).set(9)
        FloatingPointCounter(label: "wcc_test_total", factory: metrics).increment(by: 9)
        let text = try Exposition(metrics.exposition)
        #expect(text.value("wcc_test_total") == 1 && text.types["wcc_test_total"] == "counter")
        #expect(text.value("wcc_metrics_refused_total") == 2)
    }

    @Test func `a counter stays at the largest number, and takes no nonsense`() throws {
        let metrics = MetricsRegistry()
        let counter = Counter(label: "wcc_test", factory: metrics)
        counter.increment(by: Int64.max)
        counter.increment(by: Int64.max)
        counter.increment(by: -5)
        let timer = Timer(label: "wcc_time", factory: metrics)
        timer.recordNanoseconds(-1)
        Recorder(label: "wcc_size", factory: metrics).record(Double.nan)
        Meter(label: "wcc_level", factory: metrics).set(Double.nan)
        let text = try Exposition(metrics.exposition)
        #expect(text.value("wcc_test_total") == Double(Int64.max))
        #expect(text.value("wcc_time_seconds_sum") == 0 && text.value("wcc_time_seconds_count") == 1)
        #expect(text.value("wcc_size_count") == 0)
        #expect(text.value("wcc_level")?.isNaN == true)
    }

    @Test func `nothing is lost when many count at once while somebody reads`() async throws {
        let metrics = MetricsRegistry()
        await withTaskGroup { group in
            for number in 0..<16 {
                group.addTask {
                    for index in 0..<2_000 {
                        Counter(label: "wcc_test", dimensions: [("n", "\(number % 4)")], factory: metrics).increment()
                        Timer(label: "wcc_wait", factory: metrics).recordNanoseconds(index * 1_000)
                    }
                }
            }
            group.addTask {
                for _ in 0..<50 { #expect(throws: Never.self) { try Exposition(metrics.exposition) } }
            }
        }
        let text = try Exposition(metrics.exposition)
        for number in 0..<4 { #expect(text.value("wcc_test_total", ["n": "\(number)"]) == 8_000) }
        #expect(text.value("wcc_wait_seconds_count") == 32_000)
    }

    @Test func `the process tells of itself`() throws {
        let metrics = MetricsRegistry()
        ProcessMetrics.register(on: metrics)
        let text = try Exposition(metrics.exposition)
        #expect(try #require(text.value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(text.value("process_cpu_seconds_total")) > 0)
        #expect(try #require(text.value("process_open_fds")) >= 3)
        #expect(try #require(text.value("process_max_fds")) >= 64)
        #expect(try #require(text.value("process_threads")) >= 1)
        let start = try #require(text.value("process_start_time_seconds"))
        #expect(abs(Date().timeIntervalSince1970 - start) < 3_600)
        #expect(try #require(text.value("wcc_process_uptime_seconds")) < 3_600)
        #expect(text.types["process_cpu_seconds_total"] == "counter")
    }

    @Test func `a program's name may hold anything`() throws {
        let rest = (3...52).map(String.init).joined(separator: " ")
        let status = try #require(ProcessMetrics.Status("42 (a) b ) (c) \(rest)"))
        #expect(status.ticks == 14 + 15 && status.threads == 20 && status.startTicks == 22)
        #expect(status.virtualBytes == 23 && status.residentPages == 24)
        #expect(ProcessMetrics.Status("42 (a) 1 2") == nil && ProcessMetrics.Status("") == nil)
    }

    @Test func `a held-up event loop shows`() async throws {
        let metrics = MetricsRegistry()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let meter = LagMeter(of: group, every: .milliseconds(10), metrics: metrics)
        let run = Task { try await withMetricsFactory(metrics) { try await meter.run() } }
        let lag = { try Exposition(metrics.exposition).value("wcc_event_loop_lag_seconds") ?? -1 }
        let isCalm = try await eventually {
            try Exposition(metrics.exposition).value("wcc_event_loop_delay_seconds_count") ?? 0 > 3
        }
        #expect(isCalm)
        let release = DispatchSemaphore(value: 0)
        group.next().execute { release.wait() }
        let isSeen = try await eventually { try lag() > 0.2 }
        release.signal()
        let isOver = try await eventually { try lag() < 0.2 }
        #expect(isSeen && isOver)
        run.cancel()
        _ = await run.result
        try await group.shutdownGracefully()
    }
}
