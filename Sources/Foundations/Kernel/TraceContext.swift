/// Where this work belongs in somebody's trace: the W3C `traceparent` header, level 1.
///
/// Parsed strictly, because the text comes from outside and goes into logs and outgoing requests: what does not fit is
/// as good as not sent.
package struct TraceContext: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64
    private let span: UInt64
    package let isSampled: Bool

    private init(high: UInt64, low: UInt64, span: UInt64, isSampled: Bool) {
        self.high = high
        self.low = low
        self.span = span
        self.isSampled = isSampled
    }

    /// The first work of a new trace.
    package static func root(from source: Source) -> Self {
        Self(
            high: source.random(), low: Self.nonZero(source), span: Self.nonZero(source), isSampled: false)
    }

    /// Work of our own in the same trace: what goes out to others and into the logs.
    package func child(from source: Source) -> Self {
        Self(high: self.high, low: self.low, span: Self.nonZero(source), isSampled: self.isSampled)
    }

    /// What the caller sent, if it is well formed.
    ///
    /// A version after `00` may append fields behind a hyphen; they are ignored, as the standard asks.
    package init?(traceparent text: some StringProtocol) {
        guard text.utf8.count <= 128 else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count >= 55, bytes[2] == Self.hyphen, bytes[35] == Self.hyphen, bytes[52] == Self.hyphen,
            let version = Self.number(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || version != 0 && bytes[55] == Self.hyphen,
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]), high | low != 0,
            let span = Self.number(bytes[36..<52]), span != 0,
            let flags = Self.number(bytes[53..<55])
        else { return nil }
        self.init(high: high, low: low, span: span, isSampled: flags & 1 == 1)
    }

    /// 32 hexadecimal digits.
    package var traceID: String { Self.text(self.high) + Self.text(self.low) }
    /// 16 hexadecimal digits.
    package var spanID: String { Self.text(self.span) }
    /// The header's value, always of version `00`.
    package var traceparent: String { "00-\(self.traceID)-\(self.spanID)-\(self.isSampled ? "01" : "00")" }
    package var description: String { self.traceparent }

    private static let hyphen = UInt8(ascii: "-")

    private static func nonZero(_ source: Source) -> UInt64 { max(1, source.random()) }

    private static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// At most sixteen lower case digits; the standard allows no others.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var result: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): result = result << 4 | UInt64(digit &- UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): result = result << 4 | UInt64(digit &- UInt8(ascii: "a") &+ 10)
            default: return nil
            }
        }
        return result
    }
}
