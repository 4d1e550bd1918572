import Foundation

/// Secret keys of one installation, a file each, that only their owner may read.
///
/// The same form as `/run/secrets` in production, so the product reads both the same way.
package struct SecretFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// Makes the keys that are lacking: 32 random bytes each, in Base64.
    package func ensure(_ names: [String]) throws(DevelopmentError) {
        try Self.check(mkdir(self.path, 0o700) == 0 || errno == EEXIST, self.path)
        for name in names {
            let path = "\(self.path)/\(name)"
            guard access(path, F_OK) != 0 else { continue }
            let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
            try Self.write(Data(bytes).base64EncodedString(), to: path)
        }
    }

    /// Whole or not at all: half a key would be taken for one.
    private static func write(_ text: String, to path: String) throws(DevelopmentError) {
        let draft = "\(path).new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try Self.check(descriptor >= 0, draft)
        defer { close(descriptor) }
        let written = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
        try Self.check(written == text.utf8.count && fsync(descriptor) == 0, draft)
        try Self.check(rename(draft, path) == 0, path)
    }

    private static func check(_ isDone: Bool, _ path: String) throws(DevelopmentError) {
        guard !isDone else { return }
        throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
