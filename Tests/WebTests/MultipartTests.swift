import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(2))) struct MultipartTests {
    private func part(_ name: String, _ content: String, file: String? = nil, type: String? = nil) -> String {
        "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\(file.map { "; filename=\"\($0)\"" } ?? "")\r\n"
            + (type.map { "Content-Type: \($0)\r\n" } ?? "") + "\r\n\(content)\r\n"
    }

    private func parse(_ body: String) throws -> Multipart { try Multipart(Array(body.utf8), boundary: "x") }

    @Test func `fields and files are read as browsers write them`() throws {
        let form = try self.parse(
            self.part("csrf", "a=b&c")
                + self.part("photo", "--x is\r\n--y, and \r\n-", file: "Ann’s %22 é.jpg", type: "image/jpeg")
                + self.part("empty", "") + self.part("nothing", "", file: "", type: "application/octet-stream")
                + "--x--\r\n")
        #expect(form.pairs == [.init(name: "csrf", value: "a=b&c"), .init(name: "empty", value: "")])
        #expect(form.files.map(\.name) == ["photo", "nothing"])
        #expect(form.files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["--x is\r\n--y, and \r\n-", ""])
        #expect(try self.parse("--x--").pairs.isEmpty)
    }

    @Test(arguments: [
        "", "--", "--x", "--x\r\n", "--x--more", "before\r\n--x--\r\n", "--y--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x",
        "--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nb\r\n--x--",
        "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''b\r\n\r\nb\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nb\r\n--x--",
        "--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--",
        "--x\r\nContent-Type: text/plain\r\n\r\nb\r\n--x--",
        "--x\nContent-Disposition: form-data; name=\"a\"\n\nb\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\0\r\n--x--",
    ]) func `what they never write is refused`(_ body: String) {
        #expect(throws: Problem.self) { try self.parse(body) }
    }

    @Test func `there is an end to parts and to what stands above them`() throws {
        let many = String(repeating: self.part("a", "1"), count: Multipart.mostParts)
        #expect(try self.parse(many + "--x--").pairs.count == Multipart.mostParts)
        #expect(throws: Problem.self) { try self.parse(many + self.part("a", "1") + "--x--") }
        let long = self.part("a", "1", file: String(repeating: "n", count: 3_000))
        #expect(throws: Problem.self) { try self.parse(long + "--x--") }
    }

    @Test func `no bytes end the process`() {
        let seed = Array(
            (self.part("csrf", "ab") + self.part("photo", "\u{FF}\r\n-", file: "a.png", type: "image/png") + "--x--\r\n")
                .utf8)
        for _ in 0..<5_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...5) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count)
                switch Int.random(in: 0..<4) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = Array("\r\n-x:;\"\0".utf8).randomElement() ?? 0
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                default: bytes = Array(bytes.prefix(place))
                }
            }
            _ = try? Multipart(bytes, boundary: "x")
        }
    }

    // MARK: As a form

    private func form(_ body: String, _ declared: [FormField] = [.file("photo", maxLength: 10), "note"]) throws -> Form
    {
        let parts = try self.parse(body + "--x--")
        return try Form(parts.pairs, parts.files, declared: declared)
    }

    @Test func `a file that was not chosen is none, and another one is another request`() throws {
        let none = try self.form(self.part("photo", "", file: "") + self.part("note", "n"))
        #expect(none.file("photo") == nil && none.text("note") == "n" && none.file("other") == nil)
        let one = try self.form(self.part("photo", "abc", file: "a")), same = self.part("photo", "abc", file: "b")
        #expect(one.file("photo") == Array("abc".utf8))
        #expect(try self.form(same).canonical == one.canonical)
        #expect(try self.form(self.part("photo", "abd", file: "a")).canonical != one.canonical)
    }

    @Test func `a file is where one is asked for, once, and nowhere else`() {
        for body in [
            self.part("note", "abc", file: "a"), self.part("other", "abc", file: "a"), self.part("photo", "abc"),
            self.part("photo", "a", file: "a") + self.part("photo", "b", file: "b"),
        ] { #expect(throws: Problem.self) { try self.form(body) } }
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("multipart/form-data;boundary=\"a b\"", nil),
            ("multipart/form-data; boundary=----WebKitFormBoundary7", "----WebKitFormBoundary7"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("multipart/mixed; boundary=a", nil),
            ("application/x-www-form-urlencoded", nil), ("multipart/form-data; boundary=a; charset=utf-8", nil),
        ] as [(String, String?)]) func `what stands between the parts is said in the header`(
            _ type: String, _ boundary: String?
        )
    {
        let head = HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/", headerFields: [.contentType: type])
        #expect(Request(head: head, body: .init(buffer: .init())).formBoundary == boundary)
    }
}
