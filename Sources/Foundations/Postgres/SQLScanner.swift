/// A word, a name in quotes, a text, or a sign, of a statement.
struct SQLToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case word, quoted, string, number, sign }
    let kind: Kind
    /// A word in lower case; what is between the quotes otherwise.
    let text: String
}

/// One statement of a script, taken apart far enough to see what it does.
struct SQLStatement: Sendable, Hashable {
    var tokens: [SQLToken] = []
    /// The comments in it and right before it.
    var comments: [String] = []
    /// Where its first word is.
    var line = 1
}

/// Takes SQL apart into statements and words, without understanding it.
///
/// Knows comments, quotes and dollar quotes, which is what it takes not to be fooled by what they contain.
struct SQLScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    static func statements(of text: String) -> [SQLStatement] {
        var scanner = SQLScanner(bytes: Array(text.utf8))
        return scanner.scan()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func scan() -> [SQLStatement] {
        var statements: [SQLStatement] = []
        var current = SQLStatement()
        while let byte = self.peek() {
            let start = self.line
            switch byte {
            case UInt8(ascii: ";"):
                self.advance()
                if !current.tokens.isEmpty { statements.append(current) }
                current = SQLStatement()
                continue
            case _ where Self.isSpace(byte):
                self.advance()
                continue
            case UInt8(ascii: "-") where self.peek(1) == UInt8(ascii: "-"):
                current.comments.append(self.lineComment())
                continue
            case UInt8(ascii: "/") where self.peek(1) == UInt8(ascii: "*"):
                current.comments.append(self.blockComment())
                continue
            default:
                if current.tokens.isEmpty { current.line = start }
                current.tokens.append(self.token(from: byte))
            }
        }
        if !current.tokens.isEmpty { statements.append(current) }
        return statements
    }

    private mutating func token(from byte: UInt8) -> SQLToken {
        switch byte {
        case UInt8(ascii: "'"):
            return SQLToken(kind: .string, text: self.quoted(by: byte, escapes: false))
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard self.peek(1) == UInt8(ascii: "'") else { return SQLToken(kind: .word, text: self.word()) }
            self.advance()
            return SQLToken(kind: .string, text: self.quoted(by: UInt8(ascii: "'"), escapes: true))
        case UInt8(ascii: "\""):
            return SQLToken(kind: .quoted, text: self.quoted(by: byte, escapes: false))
        case UInt8(ascii: "$"):
            if let text = self.dollarQuoted() { return SQLToken(kind: .string, text: text) }
        case _ where Self.beginsWord(byte):
            return SQLToken(kind: .word, text: self.word())
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = self.position
            while let next = self.peek(), Self.continuesWord(next) || next == UInt8(ascii: ".") { self.advance() }
            return SQLToken(kind: .number, text: self.text(from: start))
        default: break
        }
        let start = self.position
        self.advance()
        return SQLToken(kind: .sign, text: self.text(from: start))
    }

    private mutating func word() -> String {
        let start = self.position
        while let next = self.peek(), Self.continuesWord(next) { self.advance() }
        return self.text(from: start).lowercased()
    }

    private mutating func quoted(by quote: UInt8, escapes: Bool) -> String {
        self.advance()
        var content: [UInt8] = []
        while let byte = self.peek() {
            self.advance()
            if byte == quote {
                guard self.peek() == quote else { break }
                self.advance()
            } else if escapes, byte == UInt8(ascii: "\\"), let next = self.peek() {
                self.advance()
                content.append(next)
                continue
            }
            content.append(byte)
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// `$tag$ … $tag$`; `nil`, and nothing read, if it is something else, such as `$1`.
    private mutating func dollarQuoted() -> String? {
        var end = self.position + 1
        while end < self.bytes.count, Self.continuesWord(self.bytes[end]), self.bytes[end] != UInt8(ascii: "$") {
            end += 1
        }
        guard end < self.bytes.count, self.bytes[end] == UInt8(ascii: "$") else { return nil }
        let tag = self.bytes[self.position...end]
        guard tag.count == 2 || Self.beginsWord(self.bytes[self.position + 1]) else { return nil }
        for _ in tag { self.advance() }
        let start = self.position
        while self.position < self.bytes.count {
            if self.bytes[self.position...].starts(with: tag) {
                let text = self.text(from: start)
                for _ in tag { self.advance() }
                return text
            }
            self.advance()
        }
        return self.text(from: start)
    }

    private mutating func lineComment() -> String {
        let start = self.position + 2
        while let byte = self.peek(), byte != UInt8(ascii: "\n") { self.advance() }
        return self.text(from: min(start, self.position))
    }

    private mutating func blockComment() -> String {
        let start = self.position + 2
        var depth = 0
        repeat {
            switch (self.peek(), self.peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                depth += 1
                self.advance()
            case (UInt8(ascii: "*"), UInt8(ascii: "/")):
                depth -= 1
                self.advance()
            default: break
            }
            self.advance()
        } while depth > 0 && self.peek() != nil
        let text = self.text(from: min(start, self.position))
        return depth == 0 ? String(text.dropLast(2)) : text
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        let index = self.position + distance
        return index < self.bytes.count ? self.bytes[index] : nil
    }

    private mutating func advance() {
        if self.peek() == UInt8(ascii: "\n") { self.line += 1 }
        self.position = min(self.position + 1, self.bytes.count)
    }

    private func text(from start: Int) -> String {
        String(decoding: self.bytes[start..<self.position], as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    private static func beginsWord(_ byte: UInt8) -> Bool {
        byte >= 128 || byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    private static func continuesWord(_ byte: UInt8) -> Bool {
        Self.beginsWord(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "$")
    }
}
