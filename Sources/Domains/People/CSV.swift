/// Reads comma-separated values as RFC 4180 has them, strictly: what is not written so is refused and not guessed at.
enum CSV {
    struct Record: Sendable, Equatable {
        /// Where it begins, counted from 1; a field in quotes may go on over several.
        let line: Int
        let fields: [String]
    }

    struct Fault: Error, Equatable {
        let line: Int
        let detail: String
    }

    static let mostBytes = 100_000
    static let mostRecords = 501
    static let mostFields = 40

    /// The records, without the byte order mark that spreadsheets put first, and without empty lines at the end.
    static func parse(_ text: String) throws(Fault) -> [Record] {
        guard text.utf8.count <= Self.mostBytes else {
            throw Fault(line: 1, detail: "This is too long: bring people in by \(Self.mostRecords - 1) at a time")
        }
        var reader = Reader()
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{feff}" { scalars.removeFirst() }
        for scalar in scalars { try reader.read(scalar) }
        return try reader.end()
    }

    private struct Reader {
        enum State { case start, plain, quoted, closing, carriageReturn }

        var state = State.start
        var records: [Record] = []
        var fields: [String] = []
        var field = String.UnicodeScalarView()
        var line = 1
        /// Where the record, and where the quotes, began.
        var begin = 1, open = 1

        mutating func read(_ scalar: Unicode.Scalar) throws(Fault) {
            if scalar == "\0" { throw Fault(line: self.line, detail: "This is no text: it holds a zero") }
            switch (self.state, scalar) {
            case (.carriageReturn, "\n"): try self.endRecord()
            case (.carriageReturn, _): throw Fault(line: self.line, detail: "A line ends in half a line break")
            case (.quoted, "\""): self.state = .closing
            case (.quoted, _):
                self.field.append(scalar)
                if scalar == "\n" { self.line += 1 }
            case (.closing, "\""):
                self.field.append(scalar)
                self.state = .quoted
            case (.start, "\""):
                self.state = .quoted
                self.open = self.line
            case (_, ","): try self.endField()
            case (_, "\n"): try self.endRecord()
            case (_, "\r"): self.state = .carriageReturn
            case (.plain, "\""):
                throw Fault(line: self.line, detail: "Quotes stand inside of a value that does not begin with them")
            case (.closing, _): throw Fault(line: self.line, detail: "Something stands after the closing quotes")
            case (.start, _), (.plain, _):
                self.field.append(scalar)
                self.state = .plain
            }
        }

        private mutating func endField() throws(Fault) {
            guard self.fields.count < CSV.mostFields else {
                throw Fault(line: self.line, detail: "This line has too many values")
            }
            self.fields.append(String(self.field))
            self.field.removeAll()
            self.state = .start
        }

        private mutating func endRecord() throws(Fault) {
            try self.endField()
            guard self.records.count < CSV.mostRecords else {
                throw Fault(
                    line: self.line, detail: "These are too many: bring people in by \(CSV.mostRecords - 1) at a time")
            }
            self.records.append(Record(line: self.begin, fields: self.fields))
            self.fields = []
            self.line += 1
            self.begin = self.line
        }

        mutating func end() throws(Fault) -> [Record] {
            switch self.state {
            case .quoted: throw Fault(line: self.open, detail: "The quotes that begin here are not closed")
            case .carriageReturn: throw Fault(line: self.line, detail: "A line ends in half a line break")
            case .start where self.fields.isEmpty: break
            case .start, .plain, .closing: try self.endRecord()
            }
            while self.records.last?.fields == [""] { self.records.removeLast() }
            return self.records
        }
    }
}
