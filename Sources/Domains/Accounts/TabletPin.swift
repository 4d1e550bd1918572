import Crypto
import FoundationEssentials
import Kernel

/// Six digits with which somebody comes back on one tablet, on one day.
struct TabletPin: Sendable {
    static let length = 6

    let digits: String

    /// - Throws: Why it is none that may be chosen, in words for the form.
    init(chosen text: String) throws(AccountsError) {
        guard let digits = Self.digits(text) else {
            throw .invalid([.init("/pin", "Choose six digits")])
        }
        guard !Self.isObvious(digits) else {
            throw .invalid([.init("/pin", "Choose six digits that are harder to guess")])
        }
        self.digits = digits
    }

    /// What somebody typed to come in; `nil` for what cannot be one, of which nothing is guessed.
    init?(typed text: String) {
        guard let digits = Self.digits(text) else { return nil }
        self.digits = digits
    }

    var password: Password { Password(self.digits) }

    private static func digits(_ text: String) -> String? {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text
    }

    /// What people choose first: one digit, a run of digits, a piece that is said again, or the pattern of the keys.
    private static func isObvious(_ digits: String) -> Bool {
        let values = digits.utf8.map { Int($0) - 0x30 }
        let steps = zip(values, values.dropFirst()).map { ($1 - $0 + 10) % 10 }
        if Set(steps).count == 1 { return true }
        if Set(values).count < 3 { return true }
        for size in [2, 3] {
            let piece = Array(values.prefix(size))
            if values.indices.allSatisfy({ values[$0] == piece[$0 % size] }) { return true }
        }
        return Self.common.contains(digits) || values == values.reversed()
    }

    /// The rest of the top of lists of PINs that were found.
    private static let common: Set<String> = [
        "112233", "223344", "332211", "159753", "147258", "258369", "789456", "456789", "123654", "654123", "987456",
        "147852", "963852", "741852", "321456", "124578", "159357", "201020", "102030", "112358", "314159", "520131",
    ]
}

/// How many wrong PINs there may be before only a full sign-in opens anything.
enum PinLimit {
    static let person = 5
    static let device = 20
    static let window: Duration = .seconds(60 * 60)
}
