package import Web

/// The ten digits by which the NHS knows somebody.
///
/// That they add up says only that nobody slipped while typing; whether they are this person's, only the NHS can say.
package struct NHSNumber: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Ten digits, as they are stored and sent.
    package let digits: String

    /// Reads what people type: with spaces or hyphens between the groups.
    ///
    /// `nil` if the check digit does not fit. Ten equal digits fit by chance and are nobody's.
    package init?(_ typed: some StringProtocol) {
        let digits = typed.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard digits.count == 10, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            Set(digits).count > 1
        else { return nil }
        let values = digits.map { Int($0) - Int(UInt8(ascii: "0")) }
        let sum = zip(values, stride(from: 10, to: 1, by: -1)).reduce(0) { $0 + $1.0 * $1.1 }
        // Ten stands for no digit, so a number that would end in it was never given out.
        guard values.last == (11 - sum % 11) % 11 else { return nil }
        self.digits = String(decoding: digits, as: UTF8.self)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let number = NHSNumber(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an NHS number has ten digits that add up"))
        }
        self = number
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.digits)
    }

    /// In groups of three, three and four, as it is read out.
    package var description: String {
        "\(self.digits.prefix(3)) \(self.digits.dropFirst(3).prefix(3)) \(self.digits.dropFirst(6))"
    }

    package static let schema = Schema.string(minLength: 10, maxLength: 10)
        .described("Ten digits, the last a check digit")
}
