/// When the next connection may be tried.
///
/// At once while the server answers. While it is away, one at a time and less and less often, so that those who wait
/// are told soon, and the server that comes back is not met by everybody.
struct ConnectGate: Sendable {
    private static let first: Duration = .milliseconds(50)
    private static let longest: Duration = .seconds(2)

    private(set) var failures = 0
    private var opensAt: ContinuousClock.Instant?
    private var isProbing = false

    /// Whoever passes must report ``succeeded()`` or ``failed(at:luck:)``.
    mutating func mayPass(at now: ContinuousClock.Instant) -> Bool {
        guard let opensAt else { return true }
        guard now >= opensAt, !self.isProbing else { return false }
        self.isProbing = true
        return true
    }

    /// Whether the server had been away.
    mutating func succeeded() -> Bool {
        defer { self = ConnectGate() }
        return self.failures > 0
    }

    /// Whether it has just gone.
    mutating func failed(at now: ContinuousClock.Instant, luck: Double = .random(in: 0.5...1)) -> Bool {
        // One that set out before the server was known to be away tells nothing new.
        if let opensAt, !self.isProbing, now < opensAt { return false }
        self.failures += 1
        self.isProbing = false
        let wait = min(Self.longest, Self.first * (1 << min(self.failures - 1, 10)))
        self.opensAt = now + wait * luck
        return self.failures == 1
    }
}
