import Foundation

/// Makes one style sheet of many.
///
/// `css/app.css` says in which order the layers count and which files there are; the files stand in the repository one
/// for a component, and leave as one response.
enum Stylesheet {
    static func joined(_ folder: FolderReader) throws(AssetFault) -> Data {
        var sheet = Data()
        let root = String(decoding: try folder.file("css/app.css"), as: UTF8.self)
        for line in root.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("@import") {
                guard let name = Self.imported(line) else {
                    throw AssetFault("css/app.css", "has an odd line: \(line)")
                }
                sheet.append(try folder.file("css/\(name)"))
            } else {
                sheet.append(contentsOf: line.utf8)
            }
            sheet.append(0x0A)
        }
        return sheet
    }

    /// The file of `@import url("tokens.css");`, below the folder and nowhere else.
    private static func imported(_ line: Substring) -> Substring? {
        let start = "@import url(\"", end = "\");"
        guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
        let name = line.dropFirst(start.count).dropLast(end.count)
        return name.hasSuffix(".css") && !name.contains("..") && !name.hasPrefix("/") ? name : nil
    }
}
