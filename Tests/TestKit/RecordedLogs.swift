import Logging
import NIOConcurrencyHelpers

/// Keeps every line, for tests that say what must be logged and what must not.
package final class RecordedLogs: Sendable {
    private let box = NIOLockedValueBox<[String]>([])

    package init() {}

    package var lines: [String] { self.box.withLockedValue { $0 } }
    package var logger: Logger { Logger(label: "test") { _ in Handler(logs: self) } }

    private struct Handler: LogHandler {
        let logs: RecordedLogs
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let all = self.metadata.merging(event.metadata ?? [:]) { $1 }
            var parts = [event.level.rawValue, "\(event.message)"]
            parts += all.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
            if let error = event.error { parts.append("\(error)") }
            self.logs.box.withLockedValue { $0.append(parts.joined(separator: " ")) }
        }
    }
}
