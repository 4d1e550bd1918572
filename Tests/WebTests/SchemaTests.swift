import Foundation
import Kernel
import Testing

@testable import Web

@Suite struct SchemaTests {
    private enum Urgency: String, CaseIterable { case routine, urgent }

    private static let schema = Schema.object([
        .required("id", .identifier), .required("body", .text(maxLength: 5)),
        .optional("note", .string(maxLength: 3).nullable), .optional("urgency", .oneOf(Urgency.self)),
        .optional("count", .integer(1...9)), .optional("born", .date), .optional("at", .time),
        .optional("tags", .array(.string(maxLength: 2), count: 1...2)), .optional("share", .number),
        .optional("is_open", .boolean), .optional("inner", .object([.required("x", .integer)])),
    ])

    private func violations(_ json: String) throws -> [String] {
        Self.schema.violations(in: try JSONParser.parse(Array(json.utf8))).map { "\($0.pointer): \($0.detail)" }
    }

    /// Something that nothing is wrong with, and one thing more.
    private func with(_ more: String) throws -> [String] {
        try self.violations(
            #"{"id":"0193a1b2-0000-7000-8000-000000000000","body":"héllo"\#(more.isEmpty ? "" : ",")\#(more)}"#)
    }

    @Test(arguments: [
        "", #""note":null"#, #""note":"abc""#, #""urgency":"urgent""#, #""count":9"#, #""born":"2024-02-29""#,
        #""at":"2026-11-22T16:12:00Z""#, #""at":"2026-11-22T16:12:00.123Z""#, #""at":"2026-11-22T16:12:00+01:00""#,
        #""tags":["a"]"#, #""share":1e3"#, #""is_open":false"#, #""inner":{"x":0}"#,
    ]) func `what is as described is accepted`(more: String) throws {
        #expect(try self.with(more) == [])
    }

    @Test(arguments: [
        (#""note":1"#, "/note: This must be text"), (#""note":"abcd""#, "/note: This may have 3 characters, and has 4"),
        (#""note":"\u0000""#, "/note: This text holds a character that cannot be kept"),
        (#""urgency":"emergency""#, "/urgency: This must be one of: routine, urgent"),
        (#""urgency":null"#, "/urgency: This may not be null"),
        (#""urgency":["urgent"]"#, "/urgency: This must be text"),
        (#""count":0"#, "/count: This must be a whole number from 1 to 9"),
        (#""count":1.0"#, "/count: This must be a whole number from 1 to 9"),
        (#""count":1e400"#, "/count: This must be a whole number from 1 to 9"),
        (#""count":99999999999999999999"#, "/count: This must be a whole number from 1 to 9"),
        (#""count":"1""#, "/count: This must be a whole number"),
        (#""born":"2023-02-29""#, "/born: This must be a day, written YYYY-MM-DD"),
        (#""at":"2026-11-22""#, "/at: This must be a time, such as 2026-11-22T16:12:00Z"),
        (#""at":"22nd of November 2026""#, "/at: This must be a time, such as 2026-11-22T16:12:00Z"),
        (#""tags":[]"#, "/tags: This must hold from 1 to 2 elements"),
        (#""tags":["a","bbb"]"#, "/tags/1: This may have 2 characters, and has 3"),
        (#""tags":{"0":"a"}"#, "/tags: This must be a list"), (#""share":1e999"#, "/share: This number is too large"),
        (#""is_open":0"#, "/is_open: This must be true or false"), (#""inner":{}"#, "/inner/x: This is required"),
        (#""inner":[]"#, "/inner: This must be an object"), (#""else":1"#, "/else: There is no such field"),
        (#""a/b~c":1"#, "/a~1b~0c: There is no such field"),
    ]) func `what is not is refused, with its place`(more: String, violation: String) throws {
        #expect(try self.with(more) == [violation])
    }

    @Test func `everything that is wrong is said at once, and not without end`() throws {
        #expect(
            try self.violations(#"{"id":"x","body":"  "}"#)
                == ["/id: This must be an identifier", "/body: This is empty"])
        #expect(try self.violations("{}") == ["/id: This is required", "/body: This is required"])
        let many = (0..<1_000).map { #""f\#($0)":1"# }.joined(separator: ",")
        #expect(try self.violations("{\(many)}").count < 60)
    }

    @Test func `lengths are in Unicode scalars, as PostgreSQL counts them`() {
        #expect(Schema.text(maxLength: 7).objection(toText: "👩‍👩‍👧‍👦") == nil)
        #expect(Schema.text(maxLength: 6).objection(toText: "👩‍👩‍👧‍👦") != nil)
    }

    @Test func `a description says what the check refuses`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ schema: Schema) throws -> String { String(decoding: try encoder.encode(schema), as: UTF8.self) }
        #expect(
            try json(.text(maxLength: 5).described("What is said").example("Tea"))
                == #"{"description":"What is said","example":"Tea","maxLength":5,"minLength":1,"pattern":"^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$","type":"string"}"#
        )
        #expect(try json(.oneOf(Urgency.self)) == #"{"enum":["routine","urgent"],"type":"string"}"#)
        #expect(try json(.integer(1...9).nullable) == #"{"maximum":9,"minimum":1,"nullable":true,"type":"integer"}"#)
        #expect(try json(.identifier) == #"{"format":"uuid","type":"string"}"#)
        #expect(
            try json(.object([.required("a", .array(.boolean, count: 1...2)), .optional("b", .number)]))
                == #"{"additionalProperties":false,"properties":{"a":{"items":{"type":"boolean"},"maxItems":2,"minItems":1,"type":"array"},"b":{"type":"number"}},"required":["a"],"type":"object"}"#
        )
    }

    @Test func `every millisecond crosses as itself, now and in the year 9999`() {
        for second in [0.0, 1_795_000_000, 253_402_300_000] {
            for millisecond in 0..<1_000 {
                let text = WireTime.format(Date(timeIntervalSince1970: second + Double(millisecond) / 1_000))
                #expect(text.hasSuffix(".\(String("\(1_000 + millisecond)".dropFirst()))Z"))
            }
        }
        // What is less is left out, and not rounded to a time that has not come yet.
        #expect(WireTime.format(Date(timeIntervalSince1970: 1_795_000_000.1239)).hasSuffix(".123Z"))
    }

    @Test func `times cross to the millisecond and come back`() throws {
        let time = Date(timeIntervalSince1970: 1_795_000_000.125)
        let text = WireTime.format(time)
        #expect(text.hasSuffix(".125Z"))
        #expect(WireTime.parse(text) == time)
        #expect(WireTime.parse("2026-11-22T16:12:00+01:00") == WireTime.parse("2026-11-22T15:12:00Z"))
    }
}
