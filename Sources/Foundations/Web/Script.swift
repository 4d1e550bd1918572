import Foundation

/// Makes one script of many.
///
/// `js/app.js` names its parts. They are modules, so that each says what it uses of which; they leave as one response,
/// in the order in which they are named, because on a slow network every further request is a wait.
enum Script {
    static func joined(_ folder: FolderReader) throws(AssetFault) -> Data {
        let root = String(decoding: try folder.file("js/app.js"), as: UTF8.self)
        var script = ""
        for line in root.split(separator: "\n") {
            guard let name = Self.named(line) else { continue }
            script += try Self.loosened(String(decoding: try folder.file("js/\(name)"), as: UTF8.self), of: name)
        }
        return Data((script + (try Self.loosened(root, of: "app.js"))).utf8)
    }

    /// The file of `import "./app/page.js";`, below the folder and nowhere else.
    private static func named(_ line: Substring) -> Substring? {
        let start = "import \"./", end = "\";"
        guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
        let name = line.dropFirst(start.count).dropLast(end.count)
        return name.hasSuffix(".js") && !name.contains("..") ? name : nil
    }

    /// Without what ties modules together: in one script everything is in reach.
    private static func loosened(_ part: String, of name: some StringProtocol) throws(AssetFault) -> String {
        var text = ""
        for line in part.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("import ") {
                guard line.hasSuffix("\";") else { throw AssetFault("js/\(name)", "has an odd line: \(line)") }
                continue
            }
            text += line.hasPrefix("export ") ? line.dropFirst("export ".count) : line
            text += "\n"
        }
        return text
    }
}
