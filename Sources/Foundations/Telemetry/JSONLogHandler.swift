import Kernel
package import Logging

/// Writes each event as one line of JSON, without anybody's data.
///
/// What may be in a line is decided by ``LogKey`` for metadata and by ``SafeToLog`` for errors. Messages of this
/// product's modules are static, which a test ensures. Libraries put errors and addresses into theirs, behind a colon,
/// so theirs end there, and only count from `info` on.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let stream: LogStream
    private let sink: LogSink
    private let now: @Sendable () -> LogTime

    package init(label: String, level: Logger.Level, sink: LogSink) {
        self.init(label: label, level: level, sink: sink, now: LogTime.now)
    }

    init(label: String, level: Logger.Level, sink: LogSink, now: @escaping @Sendable () -> LogTime) {
        self.label = label
        self.stream = LogStream(label: label)
        self.sink = sink
        self.now = now
        // Nobody may turn these off by asking for less of the application's.
        self.logLevel = self.stream == .application ? level : min(level, .info)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let isOurs = OwnModules.contains(fileID: event.file)
        guard isOurs || event.level >= .info else { return }

        var line = LogLine()
        line.field("time")
        line.time(self.now())
        line.field("level")
        line.string(event.level.word)
        line.field("stream")
        line.string(self.stream.word)
        line.field("logger")
        line.string(self.label, upTo: 64)
        line.field("message")
        let message = event.message.description
        line.string(isOurs ? message : String(message.prefix { $0 != ":" }), upTo: 200)

        var metadata = LogMetadata()
        metadata.add(event.metadata ?? [:])
        metadata.add(self.metadata)
        if let provider = self.metadataProvider { metadata.add(provider.get()) }
        metadata.write(to: &line)

        if let error = event.error {
            line.field("error")
            line.string(String(logging: error), upTo: 300)
        }
        if event.level >= .warning {
            line.field("at")
            line.place(event.file, event.line)
        }
        line.end()
        self.sink.write(line.bytes, to: self.stream)
    }
}

/// What goes along with the message: the nearest value of each name, in a fixed order.
struct LogMetadata {
    private var values: [(name: String, value: Logger.MetadataValue)] = []

    /// Earlier values win.
    mutating func add(_ metadata: Logger.Metadata) {
        for (name, value) in metadata {
            if case .dictionary(let nested) = value {
                for (inner, value) in nested { self.add("\(name).\(inner)", value) }
            } else {
                self.add(name, value)
            }
        }
    }

    private mutating func add(_ name: String, _ value: Logger.MetadataValue) {
        guard self.values.count < 32, !self.values.contains(where: { $0.name == name }) else { return }
        self.values.append((name, value))
    }

    func write(to line: inout LogLine) {
        var withheld: UInt = 0
        for (name, value) in self.values.sorted(by: { $0.name < $1.name }) {
            guard let key = LogKey.byName[name] else {
                withheld += 1
                continue
            }
            line.field(key.field)
            switch value {
            case .string(let text): Self.write(text, as: key.form, to: &line)
            case .stringConvertible(let value): Self.write(value.description, as: key.form, to: &line)
            default: line.string("redacted")
            }
        }
        // Not even the name: it may have been made from data.
        if withheld > 0 {
            line.field("redacted")
            line.integer(withheld)
        }
    }

    private static func write(_ text: String, as form: LogKey.Form, to line: inout LogLine) {
        var text = text
        text.withUTF8 { utf8 in
            if !form.fits(utf8) {
                line.string("redacted")
            } else if form == .statement {
                line.statement(utf8)
            } else {
                line.verbatim(utf8, quoted: form != .number)
            }
        }
    }
}

extension Logger.Level {
    fileprivate var word: StaticString {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }
}

extension LogStream {
    fileprivate var word: StaticString {
        switch self {
        case .application: "application"
        case .audit: "audit"
        case .security: "security"
        }
    }
}
