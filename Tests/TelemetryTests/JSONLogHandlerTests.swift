import Foundation
import Kernel
import Logging
import Postgres
import Testing

@testable import Telemetry

@Suite struct JSONLogHandlerTests {
    static let request = "0192f0c1d2e3f4a5b6c7d8e9f0a1b2c3"

    /// As a module of ours logs, whatever the module of these tests is called.
    private func log(
        _ logger: Logger, _ level: Logger.Level = .info, _ message: Logger.Message = "something happened",
        error: (any Error)? = nil, metadata: Logger.Metadata = [:], from file: String = "Jobs/JobWorker.swift"
    ) {
        logger.log(level: level, message, error: error, metadata: metadata, file: file, line: 65)
    }

    private func log(_ logger: Logger, _ metadata: Logger.Metadata) {
        self.log(logger, .info, metadata: metadata)
    }

    @Test func `an event is one line of JSON with its time, level and names`() throws {
        let recording = try Recording()
        var logger = recording.logger()
        logger[metadataKey: "hb.request.id"] = .string(Self.request)
        self.log(logger, ["status": "201", "duration": "3.25", "route": "/api/v1/messages/{conversation}"])
        #expect(recording.sink.flush())
        let text = try recording.scratch.text("application.log")
        #expect(
            text == """
                {"time":"2026-11-22T14:05:09.007Z","level":"info","stream":"application","logger":"wcc",\
                "message":"something happened","duration_ms":3.25,"request_id":"\(Self.request)",\
                "route":"/api/v1/messages/{conversation}","status":201}

                """)
    }

    @Test func `a warning says where in the source it was written`() throws {
        let recording = try Recording()
        self.log(recording.logger(), .warning)
        #expect(try recording.objects().first?["at"] as? String == "Jobs/JobWorker.swift:65")
    }

    @Test func `the stream follows from the logger's label, and audit and security are always on`() throws {
        let recording = try Recording()
        for label in ["wcc", "wcc.audit", "wcc.security", "wcc.security.sign-in", "wcc.auditor"] {
            self.log(recording.logger(label, level: .critical))
        }
        #expect(try recording.objects(.application).isEmpty)
        #expect(try recording.objects(.audit).map { $0["logger"] as? String } == ["wcc.audit"])
        #expect(try recording.objects(.security).count == 2)
    }

    /// What people type, and what others send.
    static let hostile: [String] = [
        "Ada Lovelace", "Lovelace", "O'Brien", "line\nbreak", "carriage\r\nreturn", "\u{1B}[2J\u{1B}]0;owned\u{7}",
        "quote\" and \\ backslash",
        "\"}\n{\"level\":\"critical\"", "\u{0}\u{1}\u{8}\u{7F}\u{9B}31m", "\u{2028}\u{2029}", "\u{202E}gnp.exe\u{2066}",
        "\u{FEFF}\u{200B}", String(decoding: [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80], as: UTF8.self),
        String(repeating: "x", count: 1_000_000), String(repeating: "🏳️‍🌈", count: 10_000), "👩‍⚕️ Zoë 日本語",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>", "07700 900123", "ada@example.org", "943 476 5919", "1987-03-09", "",
    ]

    @Test(arguments: hostile)
    func `a value without the form of its key is not written`(text: String) throws {
        let recording = try Recording()
        let keys = LogKey.all.filter { $0.form != .statement }.map(\.name)
        for key in keys + ["name", "error", "path", text] { self.log(recording.logger(), [key: .string(text)]) }
        var logger = recording.logger()
        logger[metadataKey: "person.id"] = .string(text)
        self.log(logger, ["status": ["nested": .string(text)], "route": [.string(text)]])
        let objects = try recording.objects()
        #expect(objects.count == keys.count + 5)
        let lines = try recording.scratch.text("application.log")
        #expect(lines.utf8.count < objects.count * 400)
        #expect(lines.unicodeScalars.allSatisfy { $0.isASCII && ($0.value >= 0x20 || $0 == "\n") })
        if text.count > 8 { #expect(!lines.contains(text.prefix(200))) }
        for object in objects { #expect(object.values.allSatisfy { ($0 as? String) != text || text.isEmpty }) }
    }

    @Test(arguments: hostile)
    func `a message and a label cannot break the line`(text: String) throws {
        let recording = try Recording()
        self.log(recording.logger(text), .error, "\(text)")
        self.log(recording.logger("wcc"), .info, "next")
        let objects = try recording.objects()
        #expect(objects.count == 2)
        let shown = try #require(objects.first?["message"] as? String)
        #expect(text.unicodeScalars.starts(with: shown.unicodeScalars.filter { $0 != "…" }))
        let lines = try recording.scratch.text("application.log")
        #expect(lines.utf8.count < 1_500)
        let unsafe: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
        #expect(lines.unicodeScalars.allSatisfy { $0 == "\n" || !unsafe.contains($0.properties.generalCategory) })
    }

    @Test(arguments: [
        ("person.id", "0192f0c1-d2e3-74a5-b6c7-d8e9f0a1b2c3"), ("status", "-3"), ("status", "0.125"),
        ("kind", "messages.deliver"), ("route", "/"), ("route", "/messages/{conversation}/since/{seq}"),
        ("migration", "2026-11-22T1060 messages"), ("method", "POST"),
    ])
    func `a value with the form of its key is written as it is`(key: String, value: String) throws {
        let recording = try Recording()
        self.log(recording.logger(), [key: .string(value)])
        let object = try #require(try recording.objects().first)
        let field = key.replacing(".", with: "_")
        #expect("\(object[field] ?? "")" == value)
    }

    @Test func `SQL is shown without what stands between quotes`() throws {
        let recording = try Recording()
        self.log(
            recording.logger(),
            ["statement": "SELECT * FROM people.person WHERE name = 'Ada''s' AND id = $1 AND x = 'y"])
        #expect(
            try recording.objects().first?["statement"] as? String
                == "SELECT * FROM people.person WHERE name = '?''?' AND id = $1 AND x = '")
    }

    @Test func `names that are not on the list are counted and not shown`() throws {
        let recording = try Recording()
        self.log(recording.logger(), ["resident": "Ada", "Ada Lovelace": "1", "status": "200"])
        let object = try #require(try recording.objects().first)
        #expect(object["redacted"] as? Int == 2)
        #expect(object["status"] as? Int == 200)
        #expect(try !recording.scratch.text("application.log").contains("Ada"))
    }

    @Test func `the nearest value of a name wins`() throws {
        let recording = try Recording()
        let sink = recording.sink
        var logger = Logger(label: "wcc") { label in
            var handler = JSONLogHandler(label: label, level: .info, sink: sink)
            handler.metadataProvider = Logger.MetadataProvider { ["attempt": "1", "round": "1", "rows": "1"] }
            return handler
        }
        logger[metadataKey: "attempt"] = "2"
        logger[metadataKey: "round"] = "2"
        self.log(logger, ["attempt": "3"])
        let object = try #require(try recording.objects().first)
        #expect(object["attempt"] as? Int == 3 && object["round"] as? Int == 2 && object["rows"] as? Int == 1)
    }

    struct Quoting: Error, CustomStringConvertible {
        var description: String { "no bed for Ada Lovelace" }
    }

    @Test func `an error is its type, and what it says only if that is safe`() throws {
        let recording = try Recording()
        let logger = recording.logger()
        self.log(logger, .error, error: Quoting())
        self.log(
            logger, .error, error: PostgresError(.uniqueViolation, constraint: "person_pkey", message: "Key (Ada)"))
        self.log(logger, .error, error: Problem(.conflict, "Room of Ada is taken", cause: Quoting()))
        let errors = try recording.objects().map { $0["error"] as? String ?? "" }
        #expect(errors[0].hasSuffix("Quoting"))
        #expect(errors[1].hasPrefix("Postgres.PostgresError: ") && errors[1].hasSuffix("of person_pkey"))
        #expect(errors[2].hasPrefix("Kernel.Problem: conflict, caused by ") && errors[2].hasSuffix("Quoting"))
        #expect(try !recording.scratch.text("application.log").contains("Ada"))
    }

    @Test func `a library's message ends at its colon, and its chatter is not written`() throws {
        let recording = try Recording()
        let logger = recording.logger()
        self.log(logger, .debug, "Decode Error: no bed for Ada", from: "Hummingbird/Request.swift")
        self.log(logger, .error, "Waiting on child channel: no bed for Ada", from: "HummingbirdCore/Server.swift")
        self.log(logger, .debug, "ours: and all of it")
        #expect(
            try recording.objects().map { $0["message"] as? String } == [
                "Waiting on child channel", "ours: and all of it",
            ])
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (1_709_164_799, "2024-02-28T23:59:59.000Z"), (1_709_251_199, "2024-02-29T23:59:59.000Z"),
        (4_107_542_400, "2100-03-01T00:00:00.000Z"), (253_402_300_799, "9999-12-31T23:59:59.000Z"),
    ])
    func `times are right on the days that are hard`(seconds: Int, text: String) {
        var bytes: [UInt8] = []
        LogTime(seconds: seconds, milliseconds: 0).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func `times agree with the library's over four hundred years`() {
        for day in stride(from: 0, to: 150_000, by: 17) {
            let seconds = day * 86_400 + day % 86_400
            var bytes: [UInt8] = []
            LogTime(seconds: seconds, milliseconds: 0).append(to: &bytes)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let expected = date.formatted(.iso8601).replacing("Z", with: ".000Z")
            #expect(String(decoding: bytes, as: UTF8.self) == expected)
        }
    }
}
