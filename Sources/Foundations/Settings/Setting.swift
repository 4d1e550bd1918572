package import Kernel

/// One thing that can be configured, as its module declares it.
///
/// The declaration is the only place: what is read, what is refused and what `docs/configuration.md` says all come from
/// it.
package struct Setting: Sendable {
    package enum Presence: Sendable, Equatable {
        /// The program does not start without it.
        case required
        case optional
        /// As it would be written in a file.
        case byDefault(String)
    }

    /// Words with dots between them, such as `http.port`; the first is the scope.
    package let key: String
    /// What it decides, as a sentence without its full stop.
    package let summary: String
    /// What a value must be, to follow "must be": `a whole number from 1 to 65535`.
    package let rule: String
    package let presence: Presence
    package let isSecret: Bool
    /// A value that shows the form; for a secret, one that is refused.
    package let example: String?

    /// The name in the environment and in `.env`.
    package var name: String { Self.name(of: self.key) }
    /// The name of a file in the folder of secrets.
    package var fileName: String { self.key.split(separator: ".").joined(separator: "-") }
    package var scope: String { String(self.key.prefix { $0 != "." }) }

    /// `http.port`, `http-port` and `HTTP_PORT` are the same setting.
    static func name(of key: some StringProtocol) -> String {
        String(key.map { $0 == "." || $0 == "-" ? "_" : $0 }).uppercased()
    }
}

/// What a setting turned out to be.
package struct Reading: Sendable {
    package let setting: Setting
    /// `nil` where nothing was given and there is no default.
    package let text: Redacted<String>?
    /// Where it was given; `nil` for a default.
    package let origin: Origin?

    /// For people to look at.
    package var shown: String {
        guard let text else { return "" }
        return self.setting.isSecret ? "(secret)" : text.value
    }
}

/// Where a value was written.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// `the environment`, `.env, line 3`, `/run/secrets/database-url`.
    package let description: String
    /// The file that holds it, if one does.
    package let path: String?

    init(_ description: String, path: String? = nil) {
        self.description = description
        self.path = path
    }
}
