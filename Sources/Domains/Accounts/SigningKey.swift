import Crypto
import FoundationEssentials
import Kernel

/// A key that signs access tokens, or did until lately.
struct SigningKey: Sendable {
    enum State: String, Sendable {
        /// Shown to everybody, and signs nothing yet.
        case next
        case active
        /// Signs no more; what it has signed is still out.
        case verify
        case retired
    }

    let id: String
    let publicKey: P256.Signing.PublicKey
    /// Sealed; gone as soon as it signs no more.
    var privateKey: Data?
    var state: State
    let createdAt: Date
    /// When another takes its place.
    var signUntil: Date?
    var verifyUntil: Date?

    /// What RFC 7638 makes of the public half: no name can stand for another key.
    static func id(of key: P256.Signing.PublicKey) -> String {
        let jwk = JSONWebKey(key)
        return Data(SHA256.hash(data: Data(#"{"crv":"P-256","kty":"EC","x":"\#(jwk.x)","y":"\#(jwk.y)"}"#.utf8)))
            .base64URL
    }
}

/// A public key as RFC 7517 writes it.
struct JSONWebKey: Encodable, Sendable {
    let kty = "EC"
    let crv = "P-256"
    let use = "sig"
    let alg = AccessToken.algorithm
    let kid: String
    let x: String
    let y: String

    fileprivate init(_ key: P256.Signing.PublicKey, kid: String = "") {
        let raw = key.rawRepresentation
        self.kid = kid
        self.x = Data(raw.prefix(32)).base64URL
        self.y = Data(raw.suffix(32)).base64URL
    }

    init(_ key: SigningKey) { self.init(key.publicKey, kid: key.id) }
}

/// How long each state lasts.
enum SigningClock {
    static let signs = Duration.seconds(30 * 24 * 60 * 60)
    /// For how long whoever has fetched the public keys may keep them; a key is shown that long before it signs.
    static let shown = Duration.seconds(5 * 60)
    /// Twice as long as an access token lasts, so that none of them outlives its key.
    static let verifies = Duration.seconds(10 * 60)
    /// When the next one is made, before it is needed.
    static let lead = Duration.seconds(24 * 60 * 60)
}

/// All the keys there are, and what is due to be done with them: a value, so that every step can be tried by itself.
struct SigningKeys: Sendable {
    private(set) var all: [SigningKey]
    /// In the order in which they have to be written: at no time are there two that sign.
    private(set) var changed: [SigningKey] = []

    init(_ all: [SigningKey]) { self.all = all }

    var active: SigningKey? { self.all.first { $0.state == .active } }
    private var next: SigningKey? { self.all.first { $0.state == .next } }

    /// Whether ``advance(at:making:)`` would do anything.
    func isDue(at now: Date) -> Bool {
        guard let active, let end = active.signUntil else { return true }
        if self.all.contains(where: { $0.isOver(at: now) }) { return true }
        guard let next else { return end.advanced(by: .zero - SigningClock.lead) <= now }
        return end <= now && next.createdAt.advanced(by: SigningClock.shown) <= now
    }

    /// Does what is due: makes the next one, lets it take over once it was shown for long enough, and retires.
    mutating func advance(at now: Date, making make: () throws -> SigningKey) rethrows {
        for key in self.all where key.isOver(at: now) { self.retire(key) }
        guard let active, let end = active.signUntil else { return try self.begin(at: now, making: make) }
        if self.next == nil, end.advanced(by: .zero - SigningClock.lead) <= now { self.set(try make()) }
        guard end <= now, let next, next.createdAt.advanced(by: SigningClock.shown) <= now else { return }
        var old = active
        old.state = .verify
        (old.privateKey, old.signUntil, old.verifyUntil) = (nil, nil, now.advanced(by: SigningClock.verifies))
        self.set(old)
        self.activate(next, at: now)
    }

    /// Asks for another key to sign, as soon as it was shown for long enough.
    mutating func hasten(at now: Date) {
        guard var active else { return }
        active.signUntil = now
        self.set(active)
    }

    /// Retires all of them at once, and signs with a new one: for keys that somebody may have.
    mutating func replaceAll(at now: Date, making make: () throws -> SigningKey) rethrows {
        for key in self.all where key.state != .retired { self.retire(key) }
        try self.begin(at: now, making: make)
    }

    private mutating func begin(at now: Date, making make: () throws -> SigningKey) rethrows {
        self.activate(try self.next ?? make(), at: now)
    }

    private mutating func activate(_ key: SigningKey, at now: Date) {
        var key = key
        key.state = .active
        key.signUntil = now.advanced(by: SigningClock.signs)
        self.set(key)
    }

    private mutating func retire(_ key: SigningKey) {
        var key = key
        key.state = .retired
        (key.privateKey, key.signUntil) = (nil, nil)
        self.set(key)
    }

    private mutating func set(_ key: SigningKey) {
        self.all.removeAll { $0.id == key.id }
        self.all.append(key)
        self.changed.append(key)
    }
}

extension SigningKey {
    fileprivate func isOver(at now: Date) -> Bool {
        self.state == .verify && (self.verifyUntil ?? .distantPast) <= now
    }
}
