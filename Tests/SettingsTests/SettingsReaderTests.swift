import Foundation
import Kernel
import Testing

@testable import Settings

@Suite struct SettingsReaderTests {
    enum Colour: String, CaseIterable { case red, green }

    /// Every kind of setting there is.
    struct Everything {
        let text: String
        let number: Int
        let flag: Bool
        let wait: Duration
        let size: Int
        let colour: Colour
        let host: String
        let origin: String
        let url: URL?
        let folder: String
        let secret: Redacted<String>
        let key: Redacted<Data>

        init(_ reader: SettingsReader) {
            self.text = reader.text("all.text", default: "plain", upTo: 10, "Text")
            self.number = reader.integer("all.number", default: 8, in: 1...100, "Number")
            self.flag = reader.boolean("all.flag", default: true, "Flag")
            self.wait = reader.duration("all.wait", default: .seconds(10), in: .seconds(1) ... .seconds(60), "Wait")
            self.size = reader.size("all.size", default: 1 << 20, in: 1...1 << 30, "Size")
            self.colour = reader.choice("all.colour", default: Colour.red, "Colour")
            self.host = reader.host("all.host", default: "127.0.0.1", "Host")
            self.origin = reader.origin("all.origin", default: "http://localhost:8080", "Origin")
            self.url = reader.url(optional: "all.url", "Address", example: "https://a.example")
            self.folder = reader.path("all.folder", default: "/", mustBe: .folder, "Folder")
            self.secret = reader.secret(required: "all.secret", atLeast: 12, "Secret", sample: "sample-of-the-docs")
            self.key = reader.key(required: "all.key", bytes: 32, "Key")
        }
    }

    static let goodKey = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
    static let good = ["ALL_SECRET": "correct horse battery", "ALL_KEY": goodKey]

    static func problems(_ values: [String: String]) -> [SettingsProblems.Problem] {
        let reader = SettingsReader(SettingsSources(values))
        _ = Everything(reader)
        do {
            try reader.finish()
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `what is not given has its default`() throws {
        let reader = SettingsReader(SettingsSources(Self.good))
        let all = Everything(reader)
        try reader.finish()
        #expect(all.text == "plain" && all.number == 8 && all.flag && all.wait == .seconds(10))
        #expect(all.size == 1 << 20 && all.colour == .red && all.origin == "http://localhost:8080" && all.url == nil)
        #expect(all.secret.value == "correct horse battery")
        #expect(all.key.value.count == 32)
    }

    @Test func `what is given is read`() throws {
        let values = Self.good.merging([
            "ALL_TEXT": "  other ", "ALL_NUMBER": "99", "ALL_FLAG": "No", "ALL_WAIT": "1500ms", "ALL_SIZE": "64KiB",
            "ALL_COLOUR": "green", "ALL_HOST": "::1", "ALL_ORIGIN": "HTTPS://Care.Example.org:443/",
            "ALL_URL": "https://a.example/b", "ALL_FOLDER": "/tmp",
        ]) { $1 }
        let reader = SettingsReader(SettingsSources(values))
        let all = Everything(reader)
        try reader.finish()
        #expect(all.text == "other" && all.number == 99 && !all.flag && all.wait == .milliseconds(1_500))
        #expect(all.size == 65_536 && all.colour == .green && all.host == "::1")
        #expect(all.origin == "https://care.example.org")
        #expect(all.url?.absoluteString == "https://a.example/b" && all.folder == "/tmp")
    }

    @Test(
        arguments: [
            ("https://a.example", ["https://a.example"]),
            (" HTTPS://A.Example:443 ,https://b.example:8443/", ["https://a.example", "https://b.example:8443"]),
            ("null", nil), ("*", nil), ("https://*.example", nil), ("https://a.example,", nil), (",", nil),
            ("https://a.example, null", nil), ("http://a.example", nil), ("https://a.example/app", nil),
        ] as [(String, Set<String>?)])
    func `a list of other sites is exact, or there is no start`(_ value: String, _ expected: Set<String>?) throws {
        let reader = SettingsReader(SettingsSources(["CORS_ORIGINS": value]))
        let origins = reader.origins("cors.origins", "Other sites")
        if let expected {
            try reader.finish()
            #expect(origins == expected)
        } else {
            #expect(throws: SettingsProblems.self) { try reader.finish() }
        }
    }

    @Test(arguments: [
        ("ALL_TEXT", "longer than ten"), ("ALL_TEXT", "a\u{1B}[2J"), ("ALL_TEXT", "a\nb"),
        ("ALL_NUMBER", "eight"), ("ALL_NUMBER", "8.0"), ("ALL_NUMBER", "0"), ("ALL_NUMBER", "101"),
        ("ALL_NUMBER", "99999999999999999999"), ("ALL_FLAG", "maybe"), ("ALL_WAIT", "10"), ("ALL_WAIT", "s"),
        ("ALL_WAIT", "-1s"), ("ALL_WAIT", "61s"), ("ALL_WAIT", "99999999999999999999d"), ("ALL_SIZE", "10"),
        ("ALL_SIZE", "9999999999GiB"), ("ALL_SIZE", "1GB"), ("ALL_COLOUR", "blue"), ("ALL_HOST", "a b"),
        ("ALL_HOST", "http://a"), ("ALL_ORIGIN", "care.example.org"), ("ALL_ORIGIN", "http://care.example.org"),
        ("ALL_ORIGIN", "https://care.example.org/app"), ("ALL_ORIGIN", "https://care.example.org?x=1"),
        ("ALL_ORIGIN", "https://me:pw@care.example.org"), ("ALL_ORIGIN", "https://"),
        ("ALL_ORIGIN", "http://localhost.evil.example"), ("ALL_URL", "ftp://a.example"), ("ALL_URL", "not an address"),
        ("ALL_FOLDER", "/etc/hostname"), ("ALL_FOLDER", "/no/such/folder"), ("ALL_SECRET", "short"),
        ("ALL_SECRET", "sample-of-the-docs"), ("ALL_SECRET", "please-changeme-soon"),
        ("ALL_SECRET", "aaaaaaaaaaaaaaaa"),
        ("ALL_KEY", "not base64 at all !!"), ("ALL_KEY", "c2hvcnQ="),
        ("ALL_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), ("ALL_KEY", "changeme"),
    ])
    func `a bad value is one problem that names its setting and says what to do`(name: String, value: String) throws {
        let problems = Self.problems(Self.good.merging([name: value]) { $1 })
        #expect(problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem.name == name && problem.origin == "the environment")
        #expect(!problem.fault.isEmpty && !problem.fix.isEmpty)
        #expect(!problem.description.contains("\u{1B}"))
        if name == "ALL_SECRET" || name == "ALL_KEY" {
            #expect(!problem.description.contains(value) || value == "short")
        }
    }

    @Test func `everything that is wrong is said at once`() throws {
        let problems = Self.problems([
            "ALL_TEXT": "longer than ten", "ALL_NUMBER": "x", "ALL_FLAG": "x", "ALL_WAIT": "x", "ALL_SIZE": "x",
            "ALL_COLOUR": "x", "ALL_HOST": "!", "ALL_ORIGIN": "x", "ALL_URL": "x", "ALL_FOLDER": "/x/y/z",
            "ALL_KEY": "x",
        ])
        #expect(problems.count == 12)
        #expect(Set(problems.map(\.name)).count == 12)
        let text = SettingsProblems(problems: problems).description
        #expect(text.hasPrefix("The configuration has 12 problems."))
        for problem in problems { #expect(text.contains(problem.name) && text.contains("Fix: \(problem.fix).")) }
    }

    @Test func `an empty value is no value`() {
        #expect(Self.problems(Self.good.merging(["ALL_NUMBER": "", "ALL_URL": "  "]) { $1 }).isEmpty)
        #expect(Self.problems(["ALL_SECRET": "", "ALL_KEY": Self.goodKey]).map(\.name) == ["ALL_SECRET"])
    }

    @Test func `a missing setting asks about a name that is nearly its own`() throws {
        let problems = Self.problems(["ALL_SECERT": "correct horse battery", "ALL_KEY": Self.goodKey])
        let problem = try #require(problems.first)
        #expect(problems.count == 1)
        #expect(problem.fix.contains("ALL_SECERT"))
        #expect(!problem.description.contains("horse"))
    }

    @Test func `a setting declared twice is a problem`() {
        let reader = SettingsReader(SettingsSources())
        _ = reader.integer("a.b_c", default: 1, in: 0...9, "One")
        _ = reader.integer("a.b.c", default: 1, in: 0...9, "The same name in the environment")
        #expect(throws: SettingsProblems.self) { try reader.finish() }
    }

    @Test func `a command is told of its own scopes only`() throws {
        let reader = SettingsReader(SettingsSources(["A_PORT": "x", "B_PORT": "y"]))
        _ = reader.integer("a.port", default: 1, in: 0...9, "One")
        _ = reader.integer("b.port", default: 1, in: 0...9, "Another")
        do {
            try reader.finish(only: ["b"])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.problems.map(\.name) == ["B_PORT"])
        }
        try reader.finish(only: ["c"])
    }

    @Test func `no way of printing a secret shows it`() throws {
        let canary = "CANARY-correct-horse"
        let reader = SettingsReader(
            SettingsSources(Self.good.merging(["ALL_SECRET": canary, "ALL_NUMBER": "x"]) { $1 }))
        let all = Everything(reader)
        var text = "\(all) \(String(reflecting: all)) \(reader.readings) \(String(reflecting: reader.readings))"
        dump(all, to: &text)
        dump(reader.readings, to: &text)
        let document = SettingsDocument(reader)
        text += document.table + document.markdown + document.environmentExample
        do { try reader.finish() } catch { text += "\(error) \(String(reflecting: error))" }
        #expect(all.secret.value == canary)
        #expect(text.contains("ALL_SECRET"))
        #expect(!text.contains("CANARY"))
        #expect(!text.contains(Self.goodKey))
    }
}
