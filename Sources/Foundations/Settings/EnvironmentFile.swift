import Foundation

/// A `.env` file: `NAME=value` on each line.
///
/// Read here and not by the library, whose reader skips what it does not understand: a line that means nothing is a
/// mistake to be told about. No fault quotes its line, because the line may hold a secret.
struct EnvironmentFile {
    struct Entry: Equatable {
        let text: String
        let line: Int
    }
    struct Fault: Equatable {
        let line: Int
        let fault: String
        let fix: String
    }

    private(set) var entries: [String: Entry] = [:]
    private(set) var faults: [Fault] = []

    init(_ text: String) {
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (number, line) in zip(1..., lines) {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            do throws(Unfit) {
                let (name, value) = try Self.parse(line)
                if let earlier = self.entries[name] {
                    throw Unfit(
                        "gives \(name) again, after line \(earlier.line)", fix: "keep only one of the two lines")
                }
                self.entries[name] = Entry(text: value, line: number)
            } catch {
                self.faults.append(Fault(line: number, fault: error.fault, fix: error.fix ?? Self.form))
            }
        }
    }

    private static let form = "write NAME=value, and put quotes around a value with spaces at its ends or with \" #\""

    private static func parse(_ line: Substring) throws(Unfit) -> (String, String) {
        guard let equals = line.firstIndex(of: "=") else { throw Unfit("has no \"=\"") }
        var name = line[..<equals].trimmed
        if name.hasPrefix("export ") { name = name.dropFirst(7).trimmed }
        let isName =
            name.utf8.allSatisfy {
                UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "_")
            } && name.first?.isNumber == false && name != "export"
        guard isName else { throw Unfit("does not begin with a name of letters, digits and \"_\"") }
        return (String(name), try Self.value(line[line.index(after: equals)...].trimmed))
    }

    private static func value(_ text: Substring) throws(Unfit) -> String {
        switch text.first {
        case "'": try Self.quoted(text, by: "'", hasEscapes: false)
        case "\"": try Self.quoted(text, by: "\"", hasEscapes: true)
        default: Self.bare(text)
        }
    }

    /// Up to a comment, which needs white space before it: `a#b` is a value.
    private static func bare(_ text: Substring) -> String {
        var previous: Character = " "
        for index in text.indices {
            if text[index] == "#" && previous.isWhitespace { return String(text[..<index].trimmed) }
            previous = text[index]
        }
        return String(text)
    }

    private static func quoted(_ text: Substring, by quote: Character, hasEscapes: Bool) throws(Unfit) -> String {
        var value = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            switch character {
            case quote:
                let after = rest.trimmed
                guard after.isEmpty || after.hasPrefix("#") else { throw Unfit("goes on after its closing quote") }
                return value
            case "\\" where hasEscapes:
                switch rest.popFirst() {
                case "n": value.append("\n")
                case "r": value.append("\r")
                case "t": value.append("\t")
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                case "$": value.append("$")
                default:
                    throw Unfit(
                        "has a \"\\\" before something else than n, r, t, \\, \" and $",
                        fix: "write \\\\ for a backslash, or use single quotes, in which nothing is special")
                }
            default: value.append(character)
            }
        }
        throw Unfit("has no closing quote", fix: "close the quote on the same line")
    }
}

extension StringProtocol {
    var trimmed: SubSequence {
        let rest = self.drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return rest }
        return rest[...last]
    }
}
