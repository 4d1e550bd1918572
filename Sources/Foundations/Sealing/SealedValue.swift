import FoundationEssentials

/// A sealed value as it is stored: version, the key's name, the wrapped data key, nonce, ciphertext, tag.
struct SealedValue {
    static let version = Data([1])
    static let idLength = 8
    /// Nonce, 256 bits and tag.
    private static let wrappedLength = 12 + 32 + 16

    let key: Data
    let wrapped: Data
    let content: Data

    init(key: Data, wrapped: Data, content: Data) {
        self.key = key
        self.wrapped = wrapped
        self.content = content
    }

    init(_ bytes: Data) throws(SealingError) {
        let head = Self.version.count + Self.idLength
        guard bytes.prefix(Self.version.count) == Self.version, bytes.count > head + Self.wrappedLength else {
            throw .damaged
        }
        // Copied, so that every part's indices begin at zero.
        self.key = Data(bytes.dropFirst(Self.version.count).prefix(Self.idLength))
        self.wrapped = Data(bytes.dropFirst(head).prefix(Self.wrappedLength))
        self.content = Data(bytes.dropFirst(head + Self.wrappedLength))
    }

    var bytes: Data { Self.version + self.key + self.wrapped + self.content }
}
