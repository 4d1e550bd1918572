import Crypto
import FoundationEssentials

/// The codes that an authenticator app shows: RFC 6238 with SHA-1, six digits and half minutes, which every app knows.
struct TOTP: Sendable {
    /// As RFC 4226 asks for: 160 bits.
    static let secretLength = 20
    private static let period = 30.0
    /// How far the clock of a phone may be off, in half minutes.
    private static let drift = 1

    let secret: Data

    /// A secret that nobody has yet.
    static func newSecret() -> Data {
        SymmetricKey(size: .init(bitCount: Self.secretLength * 8)).withUnsafeBytes { Data($0) }
    }

    static func step(at date: Date) -> Int { Int((date.timeIntervalSince1970 / Self.period).rounded(.down)) }

    func code(at step: Int, digits: Int = 6) -> String {
        let counter = withUnsafeBytes(of: UInt64(bitPattern: Int64(step)).bigEndian) { Data($0) }
        let mark = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: self.secret)))
        let offset = Int((mark.last ?? 0) & 0x0F)
        let number = mark.dropFirst(offset).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { value, _ in value &* 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// The half minute whose code this is; `nil` if it is none of those around now, or not after the last one used.
    ///
    /// Every candidate is looked at, whatever was found before, so its duration tells nothing.
    func step(of code: String, at now: Date, after last: Int?) -> Int? {
        let current = Self.step(at: now)
        var found: Int?
        for step in (current - Self.drift)...(current + Self.drift) {
            let isSame = Self.isSame(code, self.code(at: step))
            if isSame, found == nil, step > last ?? .min { found = step }
        }
        return found
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// RFC 4648, without padding: what people can type off a screen.
enum Base32 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = "", buffer: UInt32 = 0, held = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            held += 8
            while held >= 5 {
                held -= 5
                text.append(Self.letter(buffer >> UInt32(held)))
            }
        }
        if held > 0 { text.append(Self.letter(buffer << UInt32(5 - held))) }
        return text
    }

    private static func letter(_ value: UInt32) -> Character {
        let index = Int(value & 0x1F)
        return Self.letters.indices.contains(index) ? Self.letters[index] : "A"
    }
}
