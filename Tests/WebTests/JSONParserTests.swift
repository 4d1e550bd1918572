import Foundation
import Testing

@testable import Web

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws(JSONFailure) -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    private func failure(_ bytes: [UInt8]) -> JSONFailure? {
        do {
            _ = try JSONParser.parse(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("null", JSONValue.null), (" true\n", .boolean(true)), ("-0", .number("-0")), ("1e400", .number("1e400")),
        ("12.50E+3", .number("12.50E+3")), (#""""#, .string("")), (#""\u0041\n\/\"""#, .string("A\n/\"")),
        (#""\ud83d\ude00""#, .string("😀")), (#""é\u0000""#, .string("é\0")), ("[]", .array([])),
        ("[1,[2]]", .array([.number("1"), .array([.number("2")])])), ("{}", .object([])),
        (#"{"a":{"b":null}}"#, .object([.init(name: "a", value: .object([.init(name: "b", value: .null)]))])),
    ]) func `what is JSON is read as it was written`(text: String, value: JSONValue) throws {
        #expect(try self.parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "+1", "01", "1.", ".5", "1e", "--1", "0x10", "NaN", "Infinity", "[1,]", "[,1]", "[1 2]",
        "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", #"{'a':1}"#, "[", "{", #"""#, #""\x""#, #""\u12""#,
        "\"\t\"", "\"\n\"", "1 2", "[]]", "// a\n1", "\u{feff}1", #"{"a":1}{"b":2}"#,
    ]) func `what is not JSON is refused`(text: String) {
        #expect(self.failure(Array(text.utf8))?.reason == .syntax)
    }

    @Test func `a name given twice is refused, also where it is spelled differently`() {
        for text in [#"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#] {
            #expect(self.failure(Array(text.utf8)) == JSONFailure(reason: .duplicate, pointer: "/a"))
        }
        let deep = #"{"x":[{"k":1},{"k~/":1,"k~/":2}]}"#
        #expect(self.failure(Array(deep.utf8)) == JSONFailure(reason: .duplicate, pointer: "/x/1/k~0~1"))
    }

    @Test(arguments: [#""\ud83d""#, #""\ude00""#, #""\ud83d\u0041""#, #""\ud83d\ud83d""#, #""\ud83dx""#])
    func `half a character is refused`(text: String) {
        #expect(self.failure(Array(text.utf8))?.reason == .surrogate)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22],
        ] as [[UInt8]]) func `what is not UTF-8 is refused`(bytes: [UInt8])
    {
        #expect(self.failure(bytes)?.reason == .encoding)
    }

    @Test func `depth ends at its limit, however deep the rest is`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try self.parse(nested(JSONParser.maximumDepth))
        #expect(self.failure(Array(nested(JSONParser.maximumDepth + 1).utf8))?.reason == .depth)
        let endless = String(repeating: #"{"a":["#, count: 100_000)
        #expect(self.failure(Array(endless.utf8))?.reason == .depth)
    }

    // MARK: Chance

    private func anything(_ depth: Int, _ random: inout some RandomNumberGenerator) -> Any {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return NSNull()
        case 1: return Bool.random(using: &random)
        case 2: return Int.random(in: .min ... .max, using: &random)
        case 3:
            let alphabet = Array("aé😀\"\\/\u{1}\n {}[]:,\u{2028}")
            let characters = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            return String(characters)
        case 4:
            return (0..<Int.random(in: 0...4, using: &random)).map { _ in self.anything(depth - 1, &random) }
        default:
            var object: [String: Any] = [:]
            for index in 0..<Int.random(in: 0...4, using: &random) {
                object["k\(index)"] = self.anything(depth - 1, &random)
            }
            return object
        }
    }

    private func isSame(_ value: JSONValue, _ other: Any) -> Bool {
        switch (value, other) {
        case (.null, is NSNull): true
        case (.boolean(let one), let other as Bool): one == other
        case (.number(let one), let other as Int): Int(one) == other
        case (.string(let one), let other as String): one == other
        case (.array(let one), let other as [Any]):
            one.count == other.count && zip(one, other).allSatisfy { self.isSame($0, $1) }
        case (.object(let one), let other as [String: Any]):
            one.count == other.count
                && one.allSatisfy { member in other[member.name].map { self.isSame(member.value, $0) } ?? false }
        default: false
        }
    }

    @Test func `what Foundation writes is read as it was meant`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let thing = self.anything(5, &random)
            let bytes = Array(try JSONSerialization.data(withJSONObject: thing, options: .fragmentsAllowed))
            let isSame = self.isSame(try JSONParser.parse(bytes), thing)
            #expect(isSame, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func `no bytes end the process, and what is accepted Foundation accepts too`() throws {
        let seeds = [
            #"{"body":"a\ud83d\ude00","members":["x",1,2.5e3,null,true],"deep":{"a":[[[{}]]]}}"#, #"["\u0000",-1]"#,
        ].map { Array($0.utf8) }
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...3) {
                let index = Int.random(in: 0..<max(1, bytes.count))
                switch Int.random(in: 0..<4) {
                case 0 where !bytes.isEmpty: bytes.remove(at: index)
                case 1: bytes.insert(UInt8.random(in: 0...255), at: min(index, bytes.count))
                case 2 where !bytes.isEmpty: bytes[index] = UInt8.random(in: 0...255)
                default: bytes = Array(bytes.prefix(index))
                }
            }
            guard self.failure(bytes) == nil else { continue }
            accepted += 1
            #expect(throws: Never.self) {
                // Numbers beyond a Double are read here and refused by the schema; Foundation refuses them at once.
                if !bytes.contains(UInt8(ascii: "e")) {
                    _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
                }
            }
        }
        #expect(accepted > 100)
    }
}
