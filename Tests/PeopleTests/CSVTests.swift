import Foundation
import Testing

@testable import People

/// Comma-separated values as RFC 4180 has them, and nothing else.
@Suite struct CSVTests {
    @Test(
        arguments: [
            ("", []), ("\u{feff}", []), ("\n\n", []), ("a", [["a"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\nc,d", [["a", "b"], ["c", "d"]]), ("\u{feff}a,\"b\"\n", [["a", "b"]]),
            ("\"a,\"\"b\"\"\r\nc\",d\n", [["a,\"b\"\r\nc", "d"]]), (",\n,", [["", ""], ["", ""]]),
            ("\"\"", [[""]]), ("a\n\nb\n\n\n", [["a"], [""], ["b"]]), ("\"\",\"\"\n", [["", ""]]), ("é😀\n", [["é😀"]]),
        ] as [(String, [[String]])])
    func `what is written properly is read`(_ text: String, _ records: [[String]]) throws {
        let expected = records == [[""]] ? [] : records
        #expect(try CSV.parse(text).map(\.fields) == expected)
    }

    @Test(arguments: [
        ("a\rb", 1), ("a\r", 1), ("a\n\"b", 2), ("\"a\nb\nc", 1), ("a\nb\"c", 2), ("\"a\"b", 1), ("\"a\" ,b", 1),
        ("a\nb\0", 2), ("a,\"b\r", 1), (String(repeating: ",", count: 40), 1),
        (String(repeating: "a\n", count: 502), 502), (String(repeating: "x", count: 100_001), 1),
    ])
    func `what is not is refused, with its line`(_ text: String, _ line: Int) {
        #expect(throws: CSV.Fault.self) { try CSV.parse(text) }
        do {
            _ = try CSV.parse(text)
        } catch {
            #expect(error.line == line)
        }
    }

    @Test func `a record says on which line it begins, over breaks in quotes`() throws {
        #expect(try CSV.parse("a\n\"b\nc\"\r\nd\n").map(\.line) == [1, 2, 4])
    }

    /// Written as the standard says, with everything that could be in the way, it is read as it was.
    @Test func `whatever is written properly comes back as it was`() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = ["a", ",", "\"", "\n", "\r\n", "é", "😀", " ", "", ";", "\t", "\u{feff}", "\"\""]
        for _ in 0..<2_000 {
            let width = Int.random(in: 2...5, using: &random)
            let records = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                (0..<width).map { _ in
                    (0..<Int.random(in: 0...5, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
                        .joined()
                }
            }
            let lineEnd = Bool.random(using: &random) ? "\r\n" : "\n"
            let text = records.map { fields in
                fields.map { "\"\($0.replacingOccurrences(of: "\"", with: "\"\""))\"" }.joined(separator: ",")
            }.joined(separator: lineEnd)
            #expect(try CSV.parse(text + lineEnd).map(\.fields) == records)
        }
    }

    /// Whatever comes in, it is read or refused at a line of it; nothing stops the process.
    @Test func `no text is too strange`() {
        var random = SystemRandomNumberGenerator()
        let pieces: [Unicode.Scalar] = ["a", ",", "\"", "\n", "\r", "\0", "é", "\u{feff}", "\u{301}", ";", " "]
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                text.append(pieces.randomElement(using: &random) ?? "a")
            }
            let lines = String(text).unicodeScalars.count { $0 == "\n" } + 1
            do {
                let records = try CSV.parse(String(text))
                #expect(records.allSatisfy { (1...lines).contains($0.line) && !$0.fields.isEmpty })
            } catch {
                #expect((1...lines).contains(error.line), "\(text)")
            }
        }
    }
}
