import Foundation
import Kernel
import TestKit
import Testing
import Web

@Suite struct SealedTextTests {
    private func visitor(_ key: String) -> Visitor {
        let someone = Visitor.someone(.someone(.careAssistant))
        return Visitor(
            principal: someone.principal, name: someone.name, preferredName: someone.preferredName,
            initials: someone.initials, roleTitle: someone.roleTitle, homes: [], isOutside: false, formKey: key)
    }

    @Test func `what is sealed opens for the same sign-in and purpose, and for nothing else`() throws {
        let mine = self.visitor("mine"), text = "Edith’s hearing aid 👂"
        let sealed = try mine.seal(text, for: "search")
        #expect(mine.open(sealed, for: "search") == text)
        #expect(mine.open(sealed, for: "anything else") == nil)
        #expect(self.visitor("theirs").open(sealed, for: "search") == nil)
        #expect(try mine.seal(text, for: "search") != sealed)
        #expect(
            !sealed.contains("Edith")
                && sealed.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
    }

    @Test func `what is broken does not open, and does not end the process`() throws {
        let mine = self.visitor("mine")
        let sealed = try mine.seal("words", for: "search")
        for broken in ["", "x", String(sealed.dropLast()), sealed + "A", "😀", String(sealed.reversed())] {
            #expect(mine.open(broken, for: "search") == nil)
        }
    }
}
