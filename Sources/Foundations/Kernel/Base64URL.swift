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

    /// `nil` for anything but the one way in which ``base64URL`` writes some bytes: no padding, no other alphabet, and
    /// no bits that say nothing, so that nothing has two texts.
    package init?(base64URL text: some StringProtocol) {
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        standard += String(repeating: "=", count: (4 - standard.count % 4) % 4)
        guard let data = Data(base64Encoded: standard), data.base64URL == text else { return nil }
        self = data
    }
}
