/// A line of comma-separated values as RFC 4180 has them, safe to open in a spreadsheet.
enum CSVLine {
    /// So that a spreadsheet knows that it is UTF-8.
    static let byteOrderMark = "\u{feff}"

    static func text(_ fields: [String]) -> String { fields.map(Self.field).joined(separator: ",") + "\r\n" }

    /// A value that a spreadsheet would calculate begins with a quote, which makes it text: somebody may have chosen a
    /// name to do harm.
    private static func field(_ value: String) -> String {
        let isFormula = value.unicodeScalars.first.map { "=+-@\t\r\n|%".unicodeScalars.contains($0) } ?? false
        let text = isFormula ? "'\(value)" : value
        guard text.unicodeScalars.contains(where: { ",\"\r\n\t;".unicodeScalars.contains($0) }) || isFormula else {
            return text
        }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
