import Foundation
import Kernel
import Testing

@testable import Messages

/// What typed words mean, and what is shown of what they find; without a database.
@Suite struct SearchTermsTests {
    @Test(
        arguments: [
            ("hearing aid", ["hearing", "aid"], [], [], []),
            ("  hearing\taid ", ["hearing", "aid"], [], [], []),
            ("“no fall” today", ["today"], ["no fall"], [], []),
            ("\"never closed", [], ["never closed"], [], []),
            ("breakfast -toast", ["breakfast"], [], ["toast"], []),
            ("breakfast –\"white toast\" −jam", ["breakfast"], [], ["jam"], ["white toast"]),
            ("co-op B12/7", ["co-op", "B12/7"], [], [], []),
            ("a - b", ["a", "b"], [], [], []),
            ("- -- \"\" \"!\" ?! -", [], [], [], []),
            ("say\"this\"", ["say"], ["this"], [], []),
            ("NUL\0NUL", ["NULNUL"], [], [], []),
        ] as [(String, [String], [String], [String], [String])])
    func `words, quotes and minuses are read as people mean them`(
        _ text: String, _ words: [String], _ phrases: [String], _ unwanted: [String], _ unwantedPhrases: [String]
    ) {
        let terms = SearchTerms(text)
        #expect(terms.words == words)
        #expect(terms.phrases == phrases)
        #expect(terms.unwanted == unwanted)
        #expect(terms.unwantedPhrases == unwantedPhrases)
    }

    @Test(arguments: [
        ("paracet", true), ("his paracet", true), ("ca", false), ("his “paracet”", false), ("tea -paracet", false),
        ("b12/7", false), ("don't", false), ("paracet ", true),
    ])
    func `only a last word may be the beginning of one`(_ text: String, _ isOpen: Bool) {
        #expect(SearchTerms(text).isLastWordOpen == isOpen)
    }

    @Test func `a search that says nothing, too much or its days backward is refused at its field`() {
        let many = Array(repeating: "tea", count: 17).joined(separator: " ")
        for (search, expected) in [
            (MessageSearch(text: ""), MessagesError.noWords), (MessageSearch(text: " - \"\" ?"), .noWords),
            (MessageSearch(text: "-tea"), .noWords),
            (MessageSearch(text: String(repeating: "é", count: 201)), .longSearch),
            (MessageSearch(text: many), .manyWords),
            (MessageSearch(text: "tea", from: LocalDate("2026-11-02"), to: LocalDate("2026-11-01")), .daysBackward),
        ] {
            #expect(throws: expected) { try search.validated() }
            #expect(expected.problem.violations.first?.pointer == (expected == .daysBackward ? "/to" : "/text"))
        }
        #expect(throws: Never.self) { try MessageSearch(text: String(repeating: "é", count: 200)).validated() }
    }

    private func shown(_ body: String, _ hits: Set<String>, _ phrases: [String] = []) -> String {
        Excerpt(of: body, hits: hits, phrases: phrases).pieces.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
    }

    @Test func `what was looked for is marked, in pieces of plain text`() {
        #expect(self.shown("Her hearing aid is in.", ["hearing", "aid"]) == "Her [hearing] [aid] is in.")
        #expect(self.shown("No fall. No, a fall", [], ["no fall"]) == "[No] [fall]. No, a fall")
        #expect(self.shown("<b>fall</b>\n<script>", ["fall"]) == "<b>[fall]</b> <script>")
        #expect(self.shown("", []) == "")
        #expect(self.shown("short", [], ["a longer phrase", ""]) == "short")
        #expect(self.shown("👩‍👩‍👧 tea 👩‍👩‍👧", ["tea"]) == "👩‍👩‍👧 [tea] 👩‍👩‍👧")
    }

    @Test func `of a long message the part around the first mark is shown, from a word to a word`() {
        let before = Array(repeating: "before", count: 80).joined(separator: " ")
        let after = Array(repeating: "after", count: 80).joined(separator: " ")
        let text = self.shown("\(before) bruise \(after)", ["bruise"])
        #expect(text.hasPrefix("…before ") && text.hasSuffix(" after…") && text.contains("[bruise]"))
        #expect(text.count <= Excerpt.length + 4)
        #expect(self.shown(before, []).hasPrefix("before before"))
        let giant = String(repeating: "x", count: 3_000)
        #expect(self.shown(giant, []).count == Excerpt.length + 1)
        #expect(self.shown("\(before) \(giant) bruise", ["bruise"]).contains("[bruise]"))
    }

    @Test func `any text has an excerpt that is made of it`() {
        let letters = Array("ab \n<é👩‍👩‍👧-\"…\u{301}")
        for _ in 0..<2_000 {
            let body = String((0..<Int.random(in: 0...500)).map { _ in letters.randomElement() ?? "a" })
            let words = Set(body.split { !$0.isWordPart }.map(String.init).filter { _ in Bool.random() })
            let pieces = Excerpt(of: body, hits: words, phrases: ["a b", "é"]).pieces
            let line = body.split(whereSeparator: \.isNewline).joined(separator: " ")
            var shown = pieces.map(\.text)
            if shown.first == "…", !line.hasPrefix(shown.joined()) { shown.removeFirst() }
            if shown.last == "…", !line.contains(shown.joined()) { shown.removeLast() }
            #expect(line.contains(shown.joined()) || shown.joined().isEmpty)
            _ = SearchTerms(body)
        }
    }
}
