import Foundation
import Kernel
import Testing

struct KernelTests {
    @Test func `identifiers of one source are ordered by time, and say their version`() {
        let source = Source()
        let ids = (0..<100).map { number in
            Source(now: { Date(timeIntervalSince1970: 1_700_000_000 + Double(number)) }, random: source.random)
                .identifier(Person.self)
        }
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(ids.allSatisfy { $0.uuid.uuid.6 >> 4 == 7 && $0.uuid.uuid.8 >> 6 == 0b10 })
        #expect(Identifier<Person>("not-a-uuid") == nil)
    }

    @Test func `what is redacted is not printed, whatever way is tried`() {
        let value = Redacted("swordfish")
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(describing: value), String(reflecting: value), dumped, "\([value])"] {
            #expect(!text.contains("swordfish"))
        }
        #expect("\(Secret())" == "redacted")
    }

    @Test func `a secret is 256 random bits, and only its hash is told`() {
        let secrets = (0..<1_000).map { _ in Secret() }
        #expect(Set(secrets.map(\.text.value)).count == 1_000)
        #expect(secrets.allSatisfy { $0.text.value.utf8.count == 43 && $0.hash.count == 32 })
        #expect(Secret(shown: secrets[0].text.value).hash == secrets[0].hash)
    }

    @Test func `a seal is this key's, for this text`() {
        let seal = Seal(key: Data(repeating: 1, count: 32)), other = Seal(key: Data(repeating: 2, count: 32))
        let mark = seal.mark("form")
        #expect(seal.isMark(mark, of: "form"))
        #expect(!seal.isMark(mark, of: "forms") && !other.isMark(mark, of: "form"))
        for wrong in ["", "x", mark + "A", String(mark.dropLast()), "é", String(repeating: "A", count: 100_000)] {
            #expect(!seal.isMark(wrong, of: "form"))
        }
    }

    @Test func `a place in a list comes back as it was given, and nothing else comes in`() throws {
        let key = Keyset("O’Brien", "01a203fe-29de-7a3e-a989-7119e8fc260f")
        #expect(try Keyset(key.description, parts: 2) == key)
        #expect(throws: Problem.self) { try Keyset(key.description, parts: 3) }
        for text in ["", "%%%", "AAAA", String(repeating: "A", count: 10_000), "\u{0}"] {
            #expect(throws: Problem.self) { try Keyset(text, parts: 2) }
        }
    }

    @Test func `numbers and lists are said as people say them`() {
        #expect(Words.count(1, "person", "people") == "one person")
        #expect(Words.count(7, "person", "people") == "seven people")
        #expect(Words.number(40) == "40")
        #expect(Words.list(["Ann"]) == "Ann" && Words.list([]) == "")
        #expect(Words.list(["Ann", "Ben", "Cy"]) == "Ann, Ben and Cy")
        #expect(Words.span(seconds: 30) == "less than a minute" && Words.span(seconds: 90) == "1 minute")
        #expect(Words.span(seconds: 3 * 3_600) == "3 hours" && Words.span(seconds: 3 * 86_400) == "3 days")
        #expect("One two\nthree four".excerpt(12) == "One two…")
        #expect("She slept well. Then".excerpt(17) == "She slept well…")
        #expect("Unbroken".excerpt(3) == "Unb…" && "Short".excerpt(5) == "Short")
    }
}
