/// Numbers as a sentence says them.
package enum Words {
    private static let small = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ]

    /// Such as `three` or `13`.
    package static func number(_ number: Int) -> String { Self.small[safe: number] ?? "\(number)" }

    /// Such as `one person` or `three people`.
    package static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(Self.number(number)) \(number == 1 ? one : many)"
    }

    /// Such as `Ann, Ben and Cy`.
    package static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// How long something has waited: `8 minutes`, `3 hours`, `2 days`.
    package static func span(seconds: Double) -> String {
        let minutes = max(0, Int(seconds / 60))
        switch minutes {
        case ..<1: return "less than a minute"
        case ..<90: return minutes == 1 ? "1 minute" : "\(minutes) minutes"
        case ..<2_880: return "\(minutes / 60) hours"
        default: return "\(minutes / 1_440) days"
        }
    }
}

extension String {
    /// The beginning of it on one line, ended with a whole word.
    package func excerpt(_ length: Int) -> String {
        let line = self.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard line.count > length else { return line }
        let cut = line.prefix(length)
        let end = cut.lastIndex(of: " ") ?? cut.endIndex
        let words = cut[..<end].reversed().drop { $0.isPunctuation || $0.isWhitespace }.reversed()
        return "\(String(words))…"
    }

    /// With a capital, to begin a sentence.
    package var capitalised: String { self.prefix(1).uppercased() + self.dropFirst() }
}
