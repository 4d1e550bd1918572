import Crypto
import Kernel

/// Bytes that a route takes or answers as they are, such as a picture, and no JSON.
package struct RawContent: Described {
    package let mediaType: String
    package let bytes: [UInt8]

    package init(_ mediaType: String, _ bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
    }

    package static let schema = Schema.string(format: "binary", maxLength: Int(Int32.max))

    private enum Key: String, CodingKey { case mediaType, digest }

    /// What tells it from others: it is written down to know the same request again, and never to be read back.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.mediaType, forKey: .mediaType)
        try container.encode(self.bytes.digest, forKey: .digest)
    }

    package init(from _: any Decoder) throws {
        throw Problem(.internalFailure, "Bytes are not read from JSON")
    }
}

extension [UInt8] {
    /// The SHA-256 of it, to compare without keeping it.
    var digest: String { SHA256.hash(data: self).map { String($0, radix: 16) }.joined(separator: ".") }
}
