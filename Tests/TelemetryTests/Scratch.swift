import Foundation
import Logging
import Testing

@testable import Telemetry

/// A folder of log files that goes away with the test.
final class Scratch: Sendable {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.appending(path: "wcc-telemetry-\(UUID())").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// The files of a stream, the oldest first; times are part of the names of those put aside.
    func files(_ stem: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: self.path)
            .filter { $0.hasPrefix(stem) && $0.hasSuffix(".log") }
        let aside = names.filter { $0 != "\(stem).log" }.sorted { $0.utf8.count == $1.utf8.count ? $0 < $1 : $0 < $1 }
        return aside + names.filter { $0 == "\(stem).log" }
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(self.path)/\(name)")), as: UTF8.self)
    }

    func lines(_ stem: String) throws -> [String] {
        try self.files(stem).flatMap { try self.text($0).split(separator: "\n").map(String.init) }
    }
}

/// Loggers whose lines can be read back.
struct Recording {
    let scratch: Scratch
    let sink: LogSink

    init() throws {
        self.scratch = try Scratch()
        self.sink = LogSink(.folder(self.scratch.path, rotateAt: 64 << 20, keep: .seconds(86_400)))
    }

    func logger(_ label: String = "wcc", level: Logger.Level = .trace) -> Logger {
        let sink = self.sink
        return Logger(label: label) { label in
            JSONLogHandler(label: label, level: level, sink: sink) { LogTime(seconds: 1_795_356_309, milliseconds: 7) }
        }
    }

    /// Every line of a stream, each of which must be one JSON object.
    func objects(_ stream: LogStream = .application) throws -> [[String: Any]] {
        #expect(self.sink.flush())
        guard FileManager.default.fileExists(atPath: "\(self.scratch.path)/\(stream.rawValue).log") else { return [] }
        return try self.scratch.text("\(stream.rawValue).log").split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }
}
