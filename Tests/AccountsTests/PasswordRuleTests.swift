import Foundation
import TestKit
import Testing

@testable import Accounts

/// What somebody may choose, and what not.
@Suite struct PasswordRuleTests {
    let context = PasswordContext([
        "Fernhill Care", "Rowan House", "Harbour View", "Precious Adeyemi", "precious.adeyemi",
        "p.adeyemi@fernhill.example",
    ])

    private func objection(_ text: String) -> String? {
        PasswordRule.testing.objection(to: Password(text), of: self.context)
    }

    @Test(arguments: [
        // Long enough, and nobody's first guess.
        ("correct horse battery", true), ("three words apart", true), ("teapot-gravel-moth", true),
        ("xK9#mQ2$vL7!pR4", true), ("        a b c d e f", true), (String(repeating: "ü🙂ж", count: 5), true),
        ("my cat hates Tuesdays", true), ("PASSWORD of a teapot", true), ("Rowan sings at dawn", true),
        ("12121958 and a moth", true), (String(repeating: "moth teapot gravel ", count: 50), true),
        (String((0..<128).map { Character(UnicodeScalar(UInt8(0x21 + $0 % 90))) }), true),
        // Too short.
        ("", false), ("fourteen chars", false), ("xK9#mQ2$vL7!pR", false), (String(repeating: "🙂", count: 14), false),
        // Common words and numbers, however they are joined, spelled and repeated.
        ("password12345678", false), ("PassWord-PassWord", false), ("qwertyuiopasdfghjkl", false),
        ("aaaaaaaaaaaaaaaaaaa", false), ("abcabcabcabcabcabc", false), ("iloveyou 24121958!", false),
        ("98765432109876543", false), ("ｐａｓｓｗｏｒｄ１２３４５６７８", false),
        // Names that anybody knows who knows who they are.
        ("Fernhill Care 2026", false), ("rowanhouse rowanhouse", false), ("Precious Adeyemi 1984", false),
        ("resident.welcome.1", false), ("harbourview!password1", false), ("WriteCareConnect!!", false),
        // More than is looked at.
        (String(repeating: "teapot moth ", count: 100), false),
    ])
    func `a new password is long, and not made of what is tried first`(_ text: String, _ isFine: Bool) {
        #expect((self.objection(text) == nil) == isFine, "\(text)")
    }

    @Test func `what is said about it never repeats it`() {
        for text in ["teapot", "password12345678", String(repeating: "teapot moth ", count: 100)] {
            #expect(self.objection(text)?.contains("teapot") == false || text.hasPrefix("password"))
            #expect(self.objection(text)?.contains("12345678") != true)
        }
    }

    // MARK: The list

    private func file(_ bytes: Data) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "list-\(UUID())").path
        try bytes.write(to: URL(filePath: path))
        return path
    }

    @Test func `a list is read with either end of lines, in any case`() throws {
        let path = try self.file(Data("Teapot\r\nmoth\n\nabc\n".utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let list = try PasswordBlocklist(path: path)
        #expect(list.contains("teapot") && list.contains("moth") && !list.contains("abc") && !list.contains(""))
    }

    @Test func `a list that is missing, empty or no text stops the start with a sentence`() throws {
        let empty = try self.file(Data()), binary = try self.file(Data([0xFF, 0xFE, 0xC0]))
        defer { for path in [empty, binary] { try? FileManager.default.removeItem(atPath: path) } }
        for path in ["/nonexistent/list", empty, binary, "/tmp"] {
            let fault = #expect(throws: PasswordBlocklist.Fault.self) { try PasswordBlocklist(path: path) }
            #expect(fault?.description.contains(path) == true)
            #expect(fault?.description.contains("PASSWORDS_BLOCKLIST") == true)
        }
    }
}
