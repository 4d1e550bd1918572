import Kernel

/// Reads `application/x-www-form-urlencoded`, in an address or in a body, strictly.
///
/// A name or a value that is not written properly is refused rather than guessed at.
enum URLEncoded {
    struct Pair: Sendable, Equatable {
        let name: String
        let value: String
    }

    static let mostPairs = 2_000

    static func parse(_ bytes: some Sequence<UInt8>) throws(Problem) -> [Pair] {
        var pairs: [Pair] = []
        var name: [UInt8]?
        var part: [UInt8] = []
        var escape: [UInt8]?
        func close() throws(Problem) {
            guard escape == nil else { throw Self.refusal }
            if name == nil, part.isEmpty { return }
            guard pairs.count < Self.mostPairs else { throw Self.refusal }
            let (first, second) = name.map { ($0, part) } ?? (part, [])
            pairs.append(Pair(name: try Self.text(first), value: try Self.text(second)))
            name = nil
            part = []
        }
        for byte in bytes {
            if let digits = escape {
                guard let digit = Self.digit(byte) else { throw Self.refusal }
                if let high = digits.first {
                    part.append(high << 4 | digit)
                    escape = nil
                } else {
                    escape = [digit]
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "%"): escape = []
            case UInt8(ascii: "+"): part.append(0x20)
            case UInt8(ascii: "&"): try close()
            case UInt8(ascii: "=") where name == nil:
                name = part
                part = []
            default: part.append(byte)
            }
        }
        try close()
        return pairs
    }

    private static var refusal: Problem { Problem(.badRequest, "This was not written as a browser writes it") }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func text(_ bytes: [UInt8]) throws(Problem) -> String {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw Self.refusal }
        return text
    }
}
