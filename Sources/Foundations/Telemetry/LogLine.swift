/// One line of JSON, built as bytes.
///
/// No text gets into it except through ``string(_:upTo:)``, or after a check of its form, so no value can end a line, begin another field or move a
/// terminal's cursor.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    init() {
        self.bytes.reserveCapacity(400)
        self.bytes.append(UInt8(ascii: "{"))
    }

    mutating func end() {
        self.bytes.append(UInt8(ascii: "}"))
        self.bytes.append(UInt8(ascii: "\n"))
    }

    mutating func field(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.colon()
    }

    mutating func field(_ name: [UInt8]) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(contentsOf: name)
        self.colon()
    }

    mutating func string(_ text: String, upTo limit: Int) {
        self.bytes.append(UInt8(ascii: "\""))
        self.append(text, upTo: limit)
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func string(_ text: StaticString) {
        self.bytes.append(UInt8(ascii: "\""))
        text.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// What has already been found to need no escape.
    mutating func verbatim(_ text: UnsafeBufferPointer<UInt8>, quoted: Bool) {
        if quoted { self.bytes.append(UInt8(ascii: "\"")) }
        self.bytes.append(contentsOf: text)
        if quoted { self.bytes.append(UInt8(ascii: "\"")) }
    }

    /// SQL with `?` for what is between quotes, in case something is.
    mutating func statement(_ text: UnsafeBufferPointer<UInt8>) {
        var shown: [UInt8] = []
        var isQuoted = false
        for byte in text.prefix(1_000) {
            if byte == UInt8(ascii: "'") {
                shown += isQuoted ? [UInt8(ascii: "?"), byte] : [byte]
                isQuoted.toggle()
            } else if !isQuoted {
                shown.append(byte)
            }
        }
        self.string(String(decoding: shown, as: UTF8.self), upTo: 1_000)
    }

    mutating func time(_ time: LogTime) {
        self.bytes.append(UInt8(ascii: "\""))
        time.append(to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Adds `Jobs/JobWorker.swift:65`.
    mutating func place(_ file: String, _ line: UInt) {
        self.bytes.append(UInt8(ascii: "\""))
        self.append(file, upTo: 120)
        self.bytes.append(UInt8(ascii: ":"))
        self.integer(line)
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ number: UInt) { self.bytes.append(contentsOf: String(number).utf8) }

    private mutating func separate() {
        if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func colon() {
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
    }

    /// Text of at most so many bytes, cut between characters.
    private mutating func append(_ text: String, upTo limit: Int) {
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.count <= limit, utf8.allSatisfy(\.isPlain) else { return false }
            self.bytes.append(contentsOf: utf8)
            return true
        }
        if isPlain { return }
        let end = self.bytes.count + limit
        for scalar in text.unicodeScalars {
            guard self.bytes.count < end else {
                self.bytes.append(contentsOf: "…".utf8)
                return
            }
            self.append(scalar)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": self.bytes.append(contentsOf: #"\""#.utf8)
        case "\\": self.bytes.append(contentsOf: #"\\"#.utf8)
        case "\n": self.bytes.append(contentsOf: #"\n"#.utf8)
        case "\r": self.bytes.append(contentsOf: #"\r"#.utf8)
        case "\t": self.bytes.append(contentsOf: #"\t"#.utf8)
        default:
            if scalar.isSafeToShow {
                self.bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    self.bytes.append(contentsOf: "\\u".utf8)
                    self.bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.count))
                    self.bytes.append(contentsOf: digits.utf8)
                }
            }
        }
    }
}

extension UInt8 {
    /// Printable ASCII that JSON takes as it is.
    fileprivate var isPlain: Bool {
        self >= 0x20 && self < 0x7F && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}

extension Unicode.Scalar {
    /// Neither a control character nor one of those that turn or break a line on somebody's screen.
    fileprivate var isSafeToShow: Bool {
        switch self.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
        default: true
        }
    }
}
