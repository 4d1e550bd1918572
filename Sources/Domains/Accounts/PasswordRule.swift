import Foundation
import Kernel

/// What a new password must be: long, and not made of what is tried first.
///
/// Length alone is not enough, since "password12345678" is long. Rules about digits and signs would be worse than none,
/// so what counts is how many pieces a guesser needs: a word of the list, a date, a run such as "abcd" and any single
/// sign are a piece each, and what everybody knows of somebody (``PasswordContext``) is none.
package struct PasswordRule: Sendable {
    /// The shortest where the password is all that is asked for (NIST SP 800-63B-4), since a second factor can go again.
    static let shortest = 15
    /// The fewest different pieces, which are three words.
    private static let fewest = 3

    let blocklist: PasswordBlocklist

    package init(_ blocklist: PasswordBlocklist) { self.blocklist = blocklist }

    /// What is wrong with it as a new password, in words; `nil` if nothing is.
    func objection(to password: Password, of context: PasswordContext) -> String? {
        if password.length < Self.shortest { return "Use at least \(Self.shortest) characters" }
        if password.isTooLong { return "Use fewer characters" }
        guard self.pieces(of: password, context) < Self.fewest else { return nil }
        return "This is tried first by whoever guesses: it is made of common words, numbers or names. "
            + "Use three words that have nothing to do with each other or with you"
    }

    // MARK: Pieces

    private struct Step {
        var cost = Int.max
        var start = 0
        var isFree = false
    }

    /// Into how many different pieces it falls apart at best.
    private func pieces(of password: Password, _ context: PasswordContext) -> Int {
        let signs = Array(password.folded.unicodeScalars)
        var steps = [Step](repeating: Step(), count: signs.count + 1)
        steps[0].cost = 0
        for start in signs.indices {
            for (end, isFree) in self.ends(from: start, in: signs, context) {
                let cost = steps[start].cost + (isFree ? 0 : 1)
                if cost < steps[end].cost { steps[end] = Step(cost: cost, start: start, isFree: isFree) }
            }
        }
        var found: Set<String> = [], end = signs.count
        while end > 0 {
            let step = steps[end]
            if !step.isFree { found.insert(Self.text(signs[step.start..<end])) }
            end = step.start
        }
        return found.count
    }

    /// Where a piece that begins here may end, and whether it counts for nothing.
    private func ends(
        from start: Int, in signs: [Unicode.Scalar], _ context: PasswordContext
    ) -> [(end: Int, isFree: Bool)] {
        var ends = [(start + 1, Self.isSeparator(signs[start]))]
        let longest = min(signs.count - start, max(self.blocklist.longest, context.longest, Self.date))
        let run = Self.run(from: start, in: signs)
        var isNumber = true
        for length in 1...max(1, longest) {
            let end = start + length
            isNumber = isNumber && ("0"..."9").contains(signs[end - 1])
            guard length > 2 else { continue }
            let text = Self.text(signs[start..<end])
            if context.words.contains(text) {
                ends.append((end, true))
            } else if isNumber && length <= Self.date || self.blocklist.contains(text) {
                ends.append((end, false))
            }
        }
        if run > 2 { ends.append((start + run, false)) }
        return ends
    }

    /// As many digits as a date has.
    private static let date = 8

    /// How long signs go on that are the same, or follow each other up or down.
    private static func run(from start: Int, in signs: [Unicode.Scalar]) -> Int {
        var length = 1, step: Int?
        while start + length < signs.count {
            let next = Int(signs[start + length].value) - Int(signs[start + length - 1].value)
            guard (-1...1).contains(next), step == nil || step == next else { break }
            step = next
            length += 1
        }
        return length
    }

    private static func isSeparator(_ sign: Unicode.Scalar) -> Bool {
        sign.properties.isWhitespace || ".,-_!?".unicodeScalars.contains(sign)
    }

    private static func text(_ signs: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: signs)
        return String(text)
    }
}

/// What a guesser knows of somebody without having met them: names of theirs, and of where they live or work.
struct PasswordContext: Sendable {
    /// What every home's people would think of first.
    private static let everywhere = [
        "writecareconnect", "carehome", "resident", "residents", "carer", "nurse", "manager", "password", "passphrase",
    ]

    let words: Set<String>
    let longest: Int

    /// - Parameter names: As they are written; each counts as a whole and by its words.
    init(_ names: [String]) {
        var words = Set(Self.everywhere)
        for name in names {
            let whole = Password.folded(name)
            let parts = whole.split { !$0.isLetter && !$0.isNumber }.map(String.init)
            words.formUnion(parts + [whole, parts.joined()])
        }
        self.words = words.filter { (3...100).contains($0.unicodeScalars.count) }
        self.longest = self.words.reduce(0) { max($0, $1.unicodeScalars.count) }
    }
}
