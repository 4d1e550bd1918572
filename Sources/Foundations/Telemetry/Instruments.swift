import CoreMetrics
import Logging

/// The instruments of one process: its logs, its metrics, its health.
package struct Instruments: Sendable {
    package let logs: LogSink
    package let metrics: MetricsRegistry
    package let health: HealthRegistry

    package init(logs: LogSink, version: String) {
        let metrics = MetricsRegistry()
        self.logs = logs
        self.metrics = metrics
        self.health = HealthRegistry()
        ProcessMetrics.register(on: metrics)
        metrics.observe("wcc_build_info", "Always 1; the labels say what is running", labels: [("version", version)]) {
            1
        }
        for stream in LogStream.allCases {
            let labels = [("stream", stream.rawValue)]
            metrics.observe("wcc_log_lines_total", "Log lines written", as: .counter, labels: labels) {
                Double(logs.statistics(of: stream).written)
            }
            metrics.observe(
                "wcc_log_lines_dropped_total", "Log lines given up", as: .counter, labels: labels
            ) { Double(logs.statistics(of: stream).dropped) }
        }
        for (name, help) in MetricDescriptions.all { metrics.describe(name, help) }
    }

    /// Makes every `Logger` and every metric of this process use these; once, before any is made.
    ///
    /// - Parameters:
    ///   - settings: What to log, and where to.
    ///   - version: What is running.
    /// - Returns: The instruments; `logs.flush()` is the last thing the process does.
    package static func install(_ settings: LogSettings, version: String) -> Instruments {
        let sink = LogSink(settings)
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: settings.level, sink: sink) }
        let instruments = Instruments(logs: sink, version: version)
        MetricsSystem.bootstrap(instruments.metrics)
        return instruments
    }
}
