import Foundation

/// Reads files below a folder, once, when the process starts.
struct FolderReader {
    struct File {
        /// Its path below the folder.
        let name: String
        let content: Data
    }
    let folder: String

    init(_ folder: String) { self.folder = folder }

    func file(_ name: String) throws(AssetFault) -> Data {
        guard let content = FileManager.default.contents(atPath: "\(self.folder)/\(name)") else {
            throw AssetFault("\(self.folder)/\(name)", "is missing")
        }
        return content
    }

    /// Every file with this extension, at any depth; a folder that is not there has none.
    func files(withExtension ending: String) throws(AssetFault) -> [File] {
        guard let names = FileManager.default.enumerator(atPath: self.folder) else { return [] }
        var files: [File] = []
        for case let name as String in names where name.hasSuffix(".\(ending)") {
            files.append(File(name: name, content: try self.file(name)))
        }
        return files.sorted { $0.name < $1.name }
    }
}
