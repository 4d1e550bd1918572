/// Which name somebody may have meant.
enum Spelling {
    /// Two letters wrong, or one in a short name.
    static func isNear(_ one: String, _ other: String) -> Bool {
        one != other && Self.distance(one, other) <= (other.utf8.count < 8 ? 1 : 2)
    }

    static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        known.filter { Self.isNear(name, $0) }
            .min { (Self.distance(name, $0), $0) < (Self.distance(name, $1), $1) }
    }

    /// Letters to insert, remove, replace or swap (optimal string alignment).
    static func distance(_ one: String, _ other: String) -> Int {
        let one = Array(one.utf8.prefix(80))
        let other = Array(other.utf8.prefix(80))
        var beforeLast = [Int](repeating: 0, count: other.count + 1)
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var next = [row + 1]
            for (column, candidate) in other.enumerated() {
                var best = min(last[column] + (letter == candidate ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == candidate {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                next.append(best)
            }
            (beforeLast, last) = (last, next)
        }
        return last[other.count]
    }
}
