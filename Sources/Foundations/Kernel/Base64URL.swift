package import FoundationEssentials

extension Data {
    /// Base64 for addresses and cookies, without padding (RFC 4648, section 5).
    package var base64URL: String {
        String(
            self.base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    package init?(base64URL text: some StringProtocol) {
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        standard += String(repeating: "=", count: (4 - standard.count % 4) % 4)
        self.init(base64Encoded: standard)
    }
}
