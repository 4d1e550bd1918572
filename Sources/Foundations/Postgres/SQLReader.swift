/// Reads a statement's tokens from left to right.
struct SQLReader {
    private(set) var rest: ArraySlice<SQLToken>

    init(_ tokens: some Collection<SQLToken>) { self.rest = Array(tokens)[...] }

    var next: SQLToken? { self.rest.first }

    func isAt(_ words: String...) -> Bool { self.isAt(words) }

    private func isAt(_ words: [String]) -> Bool {
        self.rest.count >= words.count
            && zip(self.rest, words).allSatisfy { ($0.kind == .word || $0.kind == .sign) && $0.text == $1 }
    }

    /// Goes past the words if they are next.
    @discardableResult
    mutating func take(_ words: String...) -> Bool {
        guard self.isAt(words) else { return false }
        self.rest = self.rest.dropFirst(words.count)
        return true
    }

    /// Whether the words come anywhere from here on.
    func contains(_ words: String...) -> Bool {
        var reader = self
        while reader.next != nil {
            if reader.isAt(words) { return true }
            reader.skip()
        }
        return false
    }

    mutating func skip() { self.rest = self.rest.dropFirst() }

    /// `schema.table`, or what stands there if it is not a name.
    mutating func name() -> String {
        var parts: [String] = []
        repeat {
            guard let token = self.next, token.kind == .word || token.kind == .quoted else { break }
            parts.append(token.text)
            self.skip()
        } while self.take(".")
        return parts.joined(separator: ".")
    }

    /// The parts between commas, up to a closing parenthesis of its own, where reading stops.
    mutating func list() -> [SQLReader] {
        var parts: [[SQLToken]] = [[]]
        var depth = 0
        while let token = self.next {
            if token.kind == .sign {
                if token.text == "(" || token.text == "[" { depth += 1 }
                if token.text == ")" || token.text == "]" { depth -= 1 }
                if depth < 0 { break }
                if token.text == ",", depth == 0 {
                    parts.append([])
                    self.skip()
                    continue
                }
            }
            parts[parts.count - 1].append(token)
            self.skip()
        }
        return parts.map { SQLReader($0) }
    }
}
