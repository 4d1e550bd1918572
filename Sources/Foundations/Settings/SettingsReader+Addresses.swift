package import Foundation

extension SettingsReader {
    /// What a listener is bound to, or a machine's name.
    package func host(_ key: String, default value: String, _ summary: String) -> String {
        let setting = Setting(
            key: key, summary: summary, rule: "a name or an IP address", presence: .byDefault(value), isSecret: false,
            example: nil)
        return self.read(setting, otherwise: value) { text throws(Unfit) in
            let text = try Self.text(text, 253)
            let isHost = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
            guard isHost else { throw Unfit("\(text.quoted) is not a name or an IP address") }
            return text
        }
    }

    /// The address of a service, with one of the schemes.
    package func url(
        optional key: String, schemes: [String] = ["https"], _ summary: String, example: String
    ) -> URL? {
        let rule = "an address that begins with \(schemes.map { "`\($0)://`" }.joined(separator: " or "))"
        let setting = Setting(
            key: key, summary: summary, rule: rule, presence: .optional, isSecret: false, example: example)
        return self.read(setting, otherwise: nil) { text throws(Unfit) in try Self.url(text, schemes) }
    }

    /// Where browsers find the product: `https://care.example.org`, with nothing behind it.
    ///
    /// Plain `http` only on the machine itself, because browsers send a `Secure` cookie nowhere else without TLS.
    package func origin(_ key: String, default value: String, _ summary: String) -> String {
        let setting = Setting(
            key: key, summary: summary,
            rule: "`https://` and a name, with nothing behind it (`http://` only for `localhost`)",
            presence: .byDefault(value), isSecret: false, example: "https://care.example.org")
        return self.read(setting, otherwise: value) { text throws(Unfit) in try Self.origin(text) }
    }

    /// Several of them, with commas between; each as a browser writes it.
    package func origins(_ key: String, _ summary: String) -> Set<String> {
        let setting = Setting(
            key: key, summary: summary,
            rule: "addresses with commas between them, each `https://` and a name with nothing behind it",
            presence: .optional, isSecret: false, example: "https://rota.example.org")
        return self.read(setting, otherwise: []) { text throws(Unfit) in
            var origins: Set<String> = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard !part.contains("*") else { throw Unfit("has a star, which stands for nothing here") }
                origins.insert(try Self.origin(String(part.trimmed)))
            }
            return origins
        }
    }

    private static func origin(_ text: String) throws(Unfit) -> String {
        let url = try Self.url(text, ["https", "http"])
        guard let scheme = url.scheme?.lowercased(), let host = url.host()?.lowercased() else {
            throw Unfit("has no host name")
        }
        guard ["", "/"].contains(url.path()), url.query() == nil, url.fragment() == nil else {
            throw Unfit("\(text.quoted) has something behind the name and the port")
        }
        guard scheme == "https" || ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) else {
            throw Unfit("\(text.quoted) is not https, and browsers keep nobody signed in without it")
        }
        let usual = scheme == "https" ? 443 : 80
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(scheme)://\(name)" + (url.port.map { $0 == usual ? "" : ":\($0)" } ?? "")
    }

    private static func url(_ text: String, _ schemes: [String]) throws(Unfit) -> URL {
        let text = try Self.text(text, 2_000)
        // Not quoted: it may hold a password.
        guard !text.contains("@") else { throw Unfit("has a name or a password before an \"@\"") }
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), schemes.contains(scheme),
            let host = url.host(), !host.isEmpty, url.port.map({ (1...65_535).contains($0) }) ?? true
        else { throw Unfit("\(text.quoted) is not an address of the right kind") }
        return url
    }
}
