import Foundation
import NIOConcurrencyHelpers

/// The repository's own assets, with stand-ins for what set-up fetches from others.
///
/// So the tests of this program need nobody else's files; the browser's tests use the real ones.
package enum TestAssets {
    private static let made = NIOLockedValueBox<String?>(nil)

    package static let own = URL(filePath: #filePath).appending(path: "../../../Assets").standardized

    /// A folder for this run, made once.
    package static func directory() throws -> String {
        try self.made.withLockedValue { made in
            if let made { return made }
            let folder = try self.copy()
            made = folder.path
            atexit { TestAssets.remove() }
            return folder.path
        }
    }

    private static func remove() {
        guard let folder = self.made.withLockedValue({ $0 }) else { return }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A folder of one's own, to take something out of.
    package static func copy() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wcc-assets-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["css", "js", "images", "templates"] {
            let source = self.own.appending(path: name)
            guard FileManager.default.fileExists(atPath: source.path) else { continue }
            try FileManager.default.copyItem(at: source, to: folder.appending(path: name))
        }
        let icons = try String(contentsOf: self.own.appending(path: "icons.txt"), encoding: .utf8)
        for name in icons.split(separator: "\n") where !name.hasPrefix("#") {
            try self.write("<svg>\n  <path d=\"M1 1h1\" />\n</svg>\n", to: "vendor/icons/\(name).svg", in: folder)
        }
        let others = [
            "vendor/htmx/htmx.min.js", "vendor/swagger-ui/swagger-ui-bundle.js", "vendor/swagger-ui/swagger-ui.css",
        ]
        for name in others {
            try self.write(
                "/* a stand-in for the tests, long enough to be worth compressing: \(name) */\n", to: name, in: folder)
        }
        try self.write(self.passwords, to: "vendor/passwords/common-passwords.txt", in: folder)
        return folder
    }

    /// As many common passwords as the tests need; all of them are in the real list.
    package static let passwords = "password\n12345678\nqwertyuiop\nasdfghjkl\niloveyou\nwelcome\nletmein\n"

    private static func write(_ text: String, to name: String, in folder: URL) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
