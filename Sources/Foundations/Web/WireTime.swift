package import FoundationEssentials

/// Instants as they cross the wire: RFC 3339, in UTC, to the millisecond.
package enum WireTime {
    private static let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    private static let plain = Date.ISO8601FormatStyle()

    /// What is less than a millisecond is left out.
    ///
    /// Seconds are kept in binary, in which most thousandths are a little less than they say (in the year 9999, by a
    /// thirtieth of one); so a twentieth is added before, and what is formatted lies in the middle of its thousandth.
    package static func format(_ date: Date) -> String {
        let milliseconds = (date.timeIntervalSinceReferenceDate * 1_000 + 0.05).rounded(.down)
        return Date(timeIntervalSinceReferenceDate: (milliseconds + 0.5) / 1_000).formatted(self.precise)
    }

    package static func parse(_ text: String) -> Date? {
        guard (20...40).contains(text.utf8.count) else { return nil }
        return (try? Date(text, strategy: self.precise)) ?? (try? Date(text, strategy: self.plain))
    }
}

extension JSONEncoder {
    /// How everything leaves.
    static var wire: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(WireTime.format(date))
        }
        return encoder
    }
}

extension JSONDecoder {
    /// How everything comes in, once a ``Schema`` has nothing against it.
    static var wire: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = WireTime.parse(text) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "a time is written as RFC 3339 has it"))
            }
            return date
        }
        return decoder
    }
}
