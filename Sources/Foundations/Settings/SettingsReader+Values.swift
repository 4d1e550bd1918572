import Foundation

extension SettingsReader {
    // MARK: Text

    package func text(
        _ key: String, default value: String, upTo limit: Int = 1_000, _ summary: String
    ) -> String {
        let setting = Setting(
            key: key, summary: summary, rule: Self.textRule(limit), presence: .byDefault(value), isSecret: false,
            example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in try Self.text(text, limit) }
    }

    package func text(
        required key: String, upTo limit: Int = 1_000, _ summary: String, example: String
    ) -> String {
        let setting = Setting(
            key: key, summary: summary, rule: Self.textRule(limit), presence: .required, isSecret: false,
            example: example)
        return self.read(setting, otherwise: "") { text throws(Unfit) in try Self.text(text, limit) }
    }

    package func text(
        optional key: String, upTo limit: Int = 1_000, _ summary: String, example: String? = nil
    ) -> String? {
        let setting = Setting(
            key: key, summary: summary, rule: Self.textRule(limit), presence: .optional, isSecret: false,
            example: example)
        return self.read(setting, otherwise: nil) { text throws(Unfit) in try Self.text(text, limit) }
    }

    private static func textRule(_ limit: Int) -> String { "one line of at most \(limit) characters" }

    static func text(_ text: String, _ limit: Int) throws(Unfit) -> String {
        let text = String(text.trimmed)
        guard text.count <= limit else { throw Unfit("is longer than \(limit) characters") }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw Unfit("\(text.quoted) has line breaks or other control characters in it")
        }
        return text
    }

    // MARK: Numbers

    package func integer(
        _ key: String, default value: Int, in range: ClosedRange<Int>, _ summary: String
    ) -> Int {
        let setting = Setting(
            key: key, summary: summary,
            rule: "a whole number from \(range.lowerBound) to \(range.upperBound)", presence: .byDefault("\(value)"),
            isSecret: false, example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            guard let number = Int(text.trimmed) else { throw Unfit("\(text.quoted) is not a whole number") }
            guard range.contains(number) else {
                throw Unfit("\(number) is not from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    package func boolean(_ key: String, default value: Bool, _ summary: String) -> Bool {
        let setting = Setting(
            key: key, summary: summary, rule: "`true` or `false`", presence: .byDefault("\(value)"), isSecret: false,
            example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            switch text.trimmed.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: throw Unfit("\(text.quoted) is neither true nor false")
            }
        }
    }

    /// A length of time, written as `250ms`, `10s`, `5m`, `2h` or `7d`.
    package func duration(
        _ key: String, default value: Duration, in range: ClosedRange<Duration>, _ summary: String
    ) -> Duration {
        let bounds = "from \(Quantity.text(range.lowerBound)) to \(Quantity.text(range.upperBound))"
        let setting = Setting(
            key: key, summary: summary, rule: "a length of time \(bounds), such as `250ms`, `10s`, `5m`, `2h` or `7d`",
            presence: .byDefault(Quantity.text(value)), isSecret: false, example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            guard let duration = Quantity.duration(text) else {
                throw Unfit("\(text.quoted) is not a number followed by ms, s, m, h or d")
            }
            guard range.contains(duration) else { throw Unfit("\(text.quoted) is not \(bounds)") }
            return duration
        }
    }

    /// So many in so long, written as `600/1m`.
    package func quota(
        _ key: String, default value: (count: Int, period: Duration), _ summary: String
    ) -> (count: Int, period: Duration) {
        let shown = "\(value.count)/\(Quantity.text(value.period))"
        let setting = Setting(
            key: key, summary: summary, rule: "a number and a length of time up to a day, such as `600/1m` or `2/1h`",
            presence: .byDefault(shown), isSecret: false, example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            let parts = text.trimmed.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let count = parts.first.flatMap({ Int($0.trimmed) }),
                let period = parts.last.flatMap({ Quantity.duration(String($0)) })
            else { throw Unfit("\(text.quoted) is not a number, a slash and a length of time") }
            guard (1...1_000_000).contains(count), (.seconds(1) ... .seconds(86_400)).contains(period) else {
                throw Unfit("\(text.quoted) is not from 1 to 1000000 in a second to a day")
            }
            return (count, period)
        }
    }

    /// A number of bytes, written as `512B`, `64KiB`, `16MiB` or `1GiB`.
    package func size(
        _ key: String, default value: Int, in range: ClosedRange<Int>, _ summary: String
    ) -> Int {
        let bounds = "from \(Quantity.text(bytes: range.lowerBound)) to \(Quantity.text(bytes: range.upperBound))"
        let setting = Setting(
            key: key, summary: summary, rule: "a size \(bounds), such as `512B`, `64KiB`, `16MiB` or `1GiB`",
            presence: .byDefault(Quantity.text(bytes: value)), isSecret: false, example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            guard let bytes = Quantity.bytes(text) else {
                throw Unfit("\(text.quoted) is not a whole number followed by B, KiB, MiB or GiB")
            }
            guard range.contains(bytes) else { throw Unfit("\(text.quoted) is not \(bounds)") }
            return bytes
        }
    }

    // MARK: Names of things

    /// One of an enumeration's raw values.
    package func choice<Choice>(_ key: String, default value: Choice, _ summary: String) -> Choice
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        let words = Choice.allCases.map { "`\($0.rawValue)`" }
        let rule = "one of \(words.joined(separator: ", "))"
        let setting = Setting(
            key: key, summary: summary, rule: rule, presence: .byDefault(value.rawValue), isSecret: false,
            example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            guard let choice = Choice(rawValue: text.trimmed.lowercased()) else {
                throw Unfit("\(text.quoted) is not \(rule)")
            }
            return choice
        }
    }

    package enum PathKind: Sendable { case any, file, folder }

    /// A file or a folder; a relative one begins where the process was started.
    package func path(
        _ key: String, default value: String, mustBe kind: PathKind = .any, _ summary: String
    ) -> String {
        let setting = Setting(
            key: key, summary: summary, rule: Self.pathRule(kind), presence: .byDefault(value), isSecret: false,
            example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in try Self.path(text, kind) }
    }

    package func path(
        optional key: String, mustBe kind: PathKind = .any, _ summary: String, example: String
    ) -> String? {
        let setting = Setting(
            key: key, summary: summary, rule: Self.pathRule(kind), presence: .optional, isSecret: false,
            example: example)
        return self.read(setting, otherwise: nil) { text throws(Unfit) in try Self.path(text, kind) }
    }

    private static func pathRule(_ kind: PathKind) -> String {
        switch kind {
        case .any: "a path"
        case .file: "a file that exists"
        case .folder: "a folder that exists"
        }
    }

    private static func path(_ text: String, _ kind: PathKind) throws(Unfit) -> String {
        let path = try Self.text(text, 4_000)
        guard kind != .any else { return path }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Unfit("there is nothing at \(path.quoted)")
        }
        guard isFolder.boolValue == (kind == .folder) else {
            throw Unfit("\(path.quoted) is not \(Self.pathRule(kind))")
        }
        return path
    }
}
