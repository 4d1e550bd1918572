/// Lengths of time and sizes as people write them.
enum Quantity {
    private static let times: [(unit: String, length: Duration)] = [
        ("d", .seconds(86_400)), ("h", .seconds(3_600)), ("m", .seconds(60)), ("s", .seconds(1)),
        ("ms", .milliseconds(1)),
    ]
    private static let sizes: [(unit: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = Self.split(text), number <= 1_000_000_000,
            let length = Self.times.first(where: { $0.unit == unit })?.length
        else { return nil }
        return length * number
    }

    static func bytes(_ text: String) -> Int? {
        guard let (number, unit) = Self.split(text), let bytes = Self.sizes.first(where: { $0.unit == unit })?.bytes
        else { return nil }
        let product = number.multipliedReportingOverflow(by: bytes)
        return product.overflow ? nil : product.partialValue
    }

    /// In the largest unit that is exact.
    static func text(_ duration: Duration) -> String {
        for (unit, length) in Self.times {
            let count = Int((duration / length).rounded())
            if count > 0, length * count == duration { return "\(count)\(unit)" }
        }
        return "0s"
    }

    static func text(bytes: Int) -> String {
        for (unit, size) in Self.sizes where bytes > 0 && bytes % size == 0 { return "\(bytes / size)\(unit)" }
        return "\(bytes)B"
    }

    private static func split(_ text: String) -> (Int, String)? {
        let text = text.trimmed
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = Int(digits) else { return nil }
        return (number, String(text.dropFirst(digits.count).trimmed))
    }
}
