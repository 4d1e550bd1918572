import Kernel
import Testing

@testable import Web

@Suite struct URLEncodedTests {
    private func pairs(_ text: String) throws -> [String] {
        try URLEncoded.parse(text.utf8).map { "\($0.name)=\($0.value)" }
    }

    @Test(arguments: [
        ("", []), ("a=1", ["a=1"]), ("a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("a", ["a="]), ("a=", ["a="]),
        ("a=b=c", ["a=b=c"]), ("&&a=1&", ["a=1"]), ("a=x+y%20z%2B", ["a=x y z+"]), ("a%3Db=%26", ["a=b=&"]),
        ("a=%C3%A9%f0%9f%98%80", ["a=é😀"]), ("a=é", ["a=é"]), ("=x", ["=x"]), ("a=1%0D%0A2", ["a=1\r\n2"]),
    ]) func `what browsers write is read`(text: String, pairs: [String]) throws {
        #expect(try self.pairs(text) == pairs)
    }

    @Test(arguments: ["a=%", "a=%2", "a=%zz", "%=1", "a=%C3", "a=%ED%A0%80", "a=%00", "a=%C0%AF", "a=%2&b=1"])
    func `what they never write is refused`(text: String) {
        #expect(throws: Problem.self) { try self.pairs(text) }
    }

    @Test func `there is an end to the number of pairs`() throws {
        let many = Array(repeating: "a=1", count: URLEncoded.mostPairs)
        #expect(try self.pairs(many.joined(separator: "&")).count == URLEncoded.mostPairs)
        #expect(throws: Problem.self) { try self.pairs((many + ["a=1"]).joined(separator: "&")) }
    }

    @Test func `no bytes end the process`() {
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...30)).map { _ in
                Bool.random() ? UInt8.random(in: 0...255) : Array("%&=+aF0".utf8).randomElement() ?? 0
            }
            _ = try? URLEncoded.parse(bytes)
        }
    }

    // MARK: Forms

    private func form(_ text: String, _ fields: [FormField]) throws -> Form {
        try Form(try URLEncoded.parse(text.utf8), declared: fields)
    }

    private func violations(_ text: String, _ fields: [FormField]) -> [Problem.Violation] {
        do {
            _ = try self.form(text, fields)
            return []
        } catch {
            return (error as? Problem)?.violations ?? []
        }
    }

    @Test func `fields are as they were declared`() throws {
        let form = try self.form(
            "body=a%0D%0Ab%0Dc&members=x&members=&members=y&tick=on&empty=",
            ["body", .many("members"), "tick", "empty"])
        #expect(form.text("body") == "a\nb\nc")
        #expect(form.all("members") == ["x", "y"])
        #expect(form.bool("tick") && !form.bool("empty") && !form.bool("none"))
        #expect(form.optional("empty") == nil && form.optional("none") == nil && form.text("none") == "")
    }

    @Test func `fields that were not declared, or come twice, are refused`() {
        #expect(self.violations("body=a&is_admin=1", ["body"]) == [.init("/is_admin", "There is no such field")])
        #expect(self.violations("body=a&body=b", ["body"]) == [.init("/body", "This is given twice")])
        #expect(self.violations("body=\(String(repeating: "a", count: 41))", [.one("body", maxLength: 10)]).count == 1)
    }

    @Test func `the same form is the same, whatever its order, and what says how to answer is no part of it`() throws {
        let fields: [FormField] = ["a", .many("b"), .aside("since")]
        let one = try self.form("a=1&b=2&b=3&since=7", fields), other = try self.form("b=2&since=8&b=3&a=1", fields)
        #expect(one.canonical == other.canonical)
        #expect(one.canonical != (try self.form("a=1&b=3&b=2&since=7", fields)).canonical)
        #expect(one.text("since") == "7")
    }
}
