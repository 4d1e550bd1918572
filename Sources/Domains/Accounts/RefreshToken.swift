import FoundationEssentials
import Kernel

/// A sign-in as a program has it: access tokens, and one refresh token after the other.
package enum TokenFamily {}

/// What is exchanged for the next access token: a generation of a family, with a mark that only the family's key makes.
///
/// Nothing of it is kept, so it is made again for whoever has lost the answer that held it.
package struct RefreshToken: Sendable, Equatable {
    private static let version: UInt8 = 1
    private static let markLength = 32
    private static let length = 1 + 16 + 4 + Self.markLength

    let family: Identifier<TokenFamily>
    let generation: UInt32
    let mark: Data

    init(_ family: Identifier<TokenFamily>, _ generation: UInt32, mark: Data) {
        self.family = family
        self.generation = generation
        self.mark = mark
    }

    /// `nil` for anything that none of ours looks like; whether it is one, ``isMarked(by:)`` says.
    package init?(shown text: String) {
        guard text.utf8.count <= 2 * Self.length, let data = Data(base64URL: text), data.count == Self.length,
            data.first == Self.version
        else { return nil }
        let bytes = Array(data)
        self.family = Identifier(UUID(bytes: bytes.dropFirst().prefix(16)))
        self.generation = bytes.dropFirst(17).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        self.mark = Data(bytes.suffix(Self.markLength))
    }

    package var text: String { (Self.head(self.family, self.generation) + self.mark).base64URL }

    private static func head(_ family: Identifier<TokenFamily>, _ generation: UInt32) -> Data {
        let number = (0..<4).map { UInt8(truncatingIfNeeded: generation >> (24 - 8 * $0)) }
        return Data([Self.version]) + withUnsafeBytes(of: family.uuid.uuid) { Data($0) } + Data(number)
    }

    static func marked(_ family: Identifier<TokenFamily>, _ generation: UInt32) -> Data {
        Data("wcc refresh token".utf8) + Self.head(family, generation)
    }
}

extension UUID {
    /// Of sixteen bytes; what is missing is zero.
    fileprivate init(bytes: some Sequence<UInt8>) {
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &uuid) { target in
            for (index, byte) in zip(target.indices, bytes) { target[index] = byte }
        }
        self.init(uuid: uuid)
    }
}
