import Logging
import NIOConcurrencyHelpers

/// Keeps every line, for tests that say what must be logged and what must not.
final class RecordedLogs: Sendable {
    private let box = NIOLockedValueBox<[String]>([])

    var lines: [String] { self.box.withLockedValue { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(logs: self) } }

    private struct Handler: LogHandler {
        let logs: RecordedLogs
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
            self.logs.box.withLockedValue {
                $0.append(([event.level.rawValue, "\(event.message)"] + metadata).joined(separator: " "))
            }
        }
    }
}
