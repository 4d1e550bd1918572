import Crypto
import Foundation

/// The key that `wcc dev` seals with: made at the first start, and kept beside its database, for its user alone.
enum DevelopmentKey {
    struct Unwritable: Error, CustomStringConvertible {
        let description: String
    }

    static func kept(in folder: String) throws -> String {
        let path = "\(folder)/keys-active"
        if let kept = try? String(contentsOfFile: path, encoding: .utf8) { return kept }
        let made = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
        let isKept = FileManager.default.createFile(
            atPath: path, contents: Data(made.utf8), attributes: [.posixPermissions: 0o600])
        guard isKept else { throw Unwritable(description: "The key cannot be written to \(path).") }
        return made
    }
}
