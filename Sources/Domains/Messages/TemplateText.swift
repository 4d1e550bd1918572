import Kernel

/// The words of a template: text, with fields such as `{{What happened}}` in it.
///
/// A field is its own label, and whatever is filled in is text and nothing else: it is not looked through for fields.
struct TemplateText: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case text(String)
        case field(String)
    }

    enum Fault: Error, Equatable {
        /// Braces that do not make a field: opened and not closed, empty, over a line's end.
        case brokenField
        case longField
        case manyFields
    }

    /// Filled in by themselves where it is known what they are.
    static let resident = "resident", time = "time", date = "date"
    static let longestLabel = 60
    static let mostFields = 12
    static let longestValue = 500

    let pieces: [Piece]

    init(_ body: String) throws(Fault) {
        var pieces: [Piece] = [], rest = Substring(body)
        while let open = rest.range(of: "{{") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            let inside = rest[open.upperBound...]
            guard let close = inside.range(of: "}}") else { throw .brokenField }
            let label = String(inside[..<close.lowerBound]).trimmed()
            guard !label.isEmpty, !label.contains(where: { $0.isNewline || $0 == "{" || $0 == "}" }) else {
                throw .brokenField
            }
            if label.unicodeScalars.count > Self.longestLabel { throw .longField }
            pieces.append(.field(label))
            rest = inside[close.upperBound...]
        }
        if rest.contains("}}") { throw .brokenField }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
        if self.fields.count > Self.mostFields { throw .manyFields }
    }

    /// Each once, in the order they come in.
    var fields: [String] {
        var seen: Set<String> = []
        return self.pieces.compactMap { piece in
            guard case .field(let label) = piece, seen.insert(label).inserted else { return nil }
            return label
        }
    }

    /// The text with these values; every field has one.
    func filled(_ values: [String: String]) -> String {
        self.pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let label): values[label] ?? ""
            }
        }.joined()
    }
}

extension Substring {
    /// Where some text begins and ends in it, the first time.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = self.startIndex
        while start < self.endIndex {
            if self[start...].hasPrefix(text),
                let end = self.index(start, offsetBy: text.count, limitedBy: self.endIndex)
            {
                return start..<end
            }
            start = self.index(after: start)
        }
        return nil
    }
}
