import Foundation
import Testing

@testable import Web

/// The page's script is written as modules and leaves as one.
@Suite struct AssetJoinerTests {
    private func joined(_ files: [String: String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "script-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "js/app"), withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: "js/\(name)"))
        }
        return String(decoding: try AssetJoiner.script(FolderReader(folder.path)), as: UTF8.self)
    }

    @Test func `parts come in the order in which they are named, untied, and the root last`() throws {
        let script = try self.joined([
            "app.js": "import \"./app/b.js\";\nimport \"./app/a.js\";\nimport { one } from \"./app/b.js\";\nrun(one);",
            "app/a.js": "import { one } from \"./b.js\";\nexport function run() {}",
            "app/b.js": "export const one = 1;",
        ])
        let lines = script.split(separator: "\n").map(String.init)
        #expect(lines == ["const one = 1;", "function run() {}", "run(one);"])
    }

    @Test func `a part that is not there is named`() throws {
        let fault = #expect(throws: AssetFault.self) { try self.joined(["app.js": "import \"./app/gone.js\";"]) }
        #expect(fault?.description.contains("js/app/gone.js is missing") == true)
    }

    @Test func `an import over several lines is refused, since only its first would be left out`() {
        #expect(throws: AssetFault.self) { try self.joined(["app.js": "import {\n  one,\n} from \"./app/b.js\";"]) }
    }

    @Test func `no name stands twice at the top of the parts, where one script would have it once`() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Assets")
        let script = String(decoding: try AssetJoiner.script(FolderReader(source.path)), as: UTF8.self)
        let pattern = /(?m)^(?:async )?(?:const|let|class|function) (\w+)/
        let names = script.matches(of: pattern).map { String($0.output.1) }
        #expect(names.count > 30)
        #expect(Set(names).count == names.count)
    }
}
