package import Foundation
package import Kernel

extension SettingsReader {
    /// A text that must stay secret.
    ///
    /// - Parameters:
    ///   - key: The setting's key.
    ///   - shortest: How many characters it has at least.
    ///   - summary: What it is for.
    ///   - sample: What the documents show, which is refused.
    ///   - fault: What else is wrong with it, as a sentence that does not quote it.
    /// - Returns: The secret; an empty one if it is missing or refused.
    package func secret(
        required key: String, atLeast shortest: Int = 1, _ summary: String, sample: String,
        unless fault: (String) -> String? = { _ in nil }
    ) -> Redacted<String> {
        self.secret(key, .required, shortest, summary, sample, fault) ?? Redacted("")
    }

    package func secret(
        optional key: String, atLeast shortest: Int = 1, _ summary: String, sample: String,
        unless fault: (String) -> String? = { _ in nil }
    ) -> Redacted<String>? {
        self.secret(key, .optional, shortest, summary, sample, fault)
    }

    /// Random bytes in base64, such as `openssl rand -base64 32` prints.
    package func key(required key: String, bytes: Int = 32, _ summary: String) -> Redacted<Data> {
        self.key(key, .required, bytes, summary) ?? Redacted(Data())
    }

    package func key(optional key: String, bytes: Int = 32, _ summary: String) -> Redacted<Data>? {
        self.key(key, .optional, bytes, summary)
    }

    private func key(
        _ key: String, _ presence: Setting.Presence, _ bytes: Int, _ summary: String
    ) -> Redacted<Data>? {
        let make = "`openssl rand -base64 \(bytes)`"
        let setting = Setting(
            key: key, summary: summary, rule: "at least \(bytes) random bytes in base64, such as \(make) prints",
            presence: presence, isSecret: true, example: "changeme")
        return self.read(setting, otherwise: nil) { text throws(Unfit) in
            try Self.keyBytes(text, bytes, isNot: setting.example)
        }
    }

    /// Several such keys, with commas between them.
    package func keys(optional key: String, bytes: Int = 32, _ summary: String) -> [Redacted<Data>] {
        let setting = Setting(
            key: key, summary: summary,
            rule: "keys of at least \(bytes) random bytes in base64, with commas between them",
            presence: .optional, isSecret: true, example: nil)
        return self.read(setting, otherwise: []) { text throws(Unfit) in
            var keys: [Redacted<Data>] = []
            for part in text.split(separator: ",") { keys.append(try Self.keyBytes(String(part), bytes, isNot: nil)) }
            return keys
        }
    }

    private static func keyBytes(
        _ text: String, _ bytes: Int, isNot sample: String?
    ) throws(Unfit) -> Redacted<Data> {
        let text = String(text.trimmed)
        try SecretText.check(text, isNot: sample)
        guard let data = Data(base64Encoded: text) ?? Data(base64URL: text.prefix { $0 != "=" }) else {
            throw Unfit("is not base64")
        }
        guard data.count >= bytes else { throw Unfit("has \(data.count) bytes, which is fewer than \(bytes)") }
        guard Set(data).count >= min(bytes, 256) / 4 else { throw Unfit("repeats too few bytes to be random") }
        // Such as the keys of test vectors, and of documents.
        let steps = Set(zip(data, data.dropFirst()).map { $1 &- $0 })
        guard steps.count > 2, !data.allSatisfy({ (0x20...0x7E).contains($0) }), !Self.published.contains(data) else {
            throw Unfit("is no random key: everybody can know it")
        }
        return Redacted(data)
    }

    /// Keys of 256 bits that stand in NIST's documents.
    private static let published: Set<Data> = [
        "YD3rEBXKcb4rc67whX13gR81LAc7YQjXLZgQowkU3/Q=", "/v/pkoZlcxxtao+UZzCDCP7/6ZKGZXMcbWqPlGcwgwg=",
    ].reduce(into: []) { keys, text in if let key = Data(base64Encoded: text) { keys.insert(key) } }

    private func secret(
        _ key: String, _ presence: Setting.Presence, _ shortest: Int, _ summary: String, _ sample: String,
        _ fault: (String) -> String?
    ) -> Redacted<String>? {
        let setting = Setting(
            key: key, summary: summary,
            rule: shortest > 1 ? "a secret of at least \(shortest) characters" : "a secret on one line",
            presence: presence, isSecret: true, example: sample)
        return self.read(setting, otherwise: nil) { text throws(Unfit) in
            let text = String(text.trimmed)
            try SecretText.check(text, isNot: sample)
            guard text.count >= shortest else { throw Unfit("has fewer than \(shortest) characters") }
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw Unfit("has line breaks or other control characters in it")
            }
            if let fault = fault(text) {
                throw Unfit("is refused: \(fault.hasSuffix(".") ? "\(fault.dropLast())" : fault)")
            }
            return Redacted(text)
        }
    }
}

/// What is no secret, because it stands in a document.
enum SecretText {
    private static let samples = [
        "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "your-secret", "your_secret",
        "yoursecret", "example-secret", "examplesecret", "insert-secret", "not-a-secret",
    ]
    private static let words: Set = [
        "secret", "password", "passwd", "test", "example", "sample", "default", "admin", "postgres", "todo", "none",
        "null",
    ]

    static func check(_ text: String, isNot sample: String?) throws(Unfit) {
        let lower = text.lowercased()
        let letters = Set(lower)
        guard text != sample, !self.samples.contains(where: lower.contains), !self.words.contains(lower),
            letters.count > 2
        else { throw Unfit("is a sample value, which everybody knows", fix: "set it to a value of your own") }
    }
}

/// A secret in a file that everybody on the machine can read is none.
enum SecretFile {
    static func check(_ origin: Origin) throws(Unfit) {
        guard let path = origin.path, Self.isOpenToAll(path) else { return }
        throw Unfit("the file can be read by every user of this machine", fix: "run chmod o-rwx \(path)")
    }

    /// Whether somebody who is neither its owner nor in its group gets to it: folders on the way can be closed.
    private static func isOpenToAll(_ path: String) -> Bool {
        let url = URL(filePath: path).absoluteURL.resolvingSymlinksInPath()
        guard Self.mode(url.path) & 0o004 != 0 else { return false }
        var folder = url.deletingLastPathComponent().path
        while true {
            if Self.mode(folder) & 0o001 == 0 { return false }
            if folder == "/" || folder.isEmpty { return true }
            folder = URL(filePath: folder).deletingLastPathComponent().path
        }
    }

    private static func mode(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }
}
