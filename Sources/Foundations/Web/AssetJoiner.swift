import Foundation

/// Makes one file of many: in the repository a style or a script has a file for each thing, and browsers ask once.
enum AssetJoiner {
    /// `css/app.css` says in which order the layers count and which files there are.
    static func stylesheet(_ folder: FolderReader) throws(AssetFault) -> Data {
        var sheet = ""
        for line in try folder.lines("css/app.css") {
            if line.hasPrefix("@import") {
                sheet += try folder.lines("css/\(try Self.name(in: line, "@import url(\"", "\");", of: "css/app.css"))")
                    .joined(separator: "\n")
            } else {
                sheet += line
            }
            sheet += "\n"
        }
        return Data(sheet.utf8)
    }

    /// `js/app.js` names its parts, each after those it imports; joined, they share one scope and import nothing.
    static func script(_ folder: FolderReader) throws(AssetFault) -> Data {
        let root = try folder.lines("js/app.js")
        var script = ""
        for line in root where line.hasPrefix("import \"") {
            let name = try Self.name(in: line, "import \"./", "\";", of: "js/app.js")
            script += try Self.part("js/\(name)", try folder.lines("js/\(name)"))
        }
        script += try Self.part("js/app.js", root)
        return Data(script.utf8)
    }

    private static func part(_ name: String, _ lines: [Substring]) throws(AssetFault) -> String {
        var text = ""
        for line in lines {
            if line.hasPrefix("import") {
                guard line.hasSuffix(";") else {
                    throw AssetFault(name, "has an import of more than one line: \(line)")
                }
                continue
            }
            text += line.hasPrefix("export ") ? line.dropFirst("export ".count) : line
            text += "\n"
        }
        return text
    }

    /// The file that a line names, in the same folder and nowhere else.
    private static func name(
        in line: Substring, _ start: String, _ end: String, of file: String
    ) throws(AssetFault) -> Substring {
        let name = line.dropFirst(start.count).dropLast(end.count)
        guard line.hasPrefix(start), line.hasSuffix(end), !name.contains(".."), !name.hasPrefix("/") else {
            throw AssetFault(file, "has a line that names no file beside it: \(line)")
        }
        return name
    }
}

extension FolderReader {
    fileprivate func lines(_ name: String) throws(AssetFault) -> [Substring] {
        String(decoding: try self.file(name), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }
}
