/// The generic cell rate algorithm over a table of fixed size.
///
/// A slot holds the time at which its allowance is whole again. Keys that fall into the same slot share it: in the rare
/// case one is refused too early, and never let through too often. So memory is bounded without ever forgetting
/// somebody, which a cache that evicts would do just when it is flooded.
package struct RateTable: Sendable {
    private let rate: Rate
    private var slots: [Double]

    package init(_ rate: Rate, slots: Int = 32_768) {
        self.rate = rate
        self.slots = Array(repeating: -.infinity, count: max(1, slots))
    }

    /// How many seconds until `key` may go on; zero if it may now.
    package mutating func wait(_ key: Int, at now: Double) -> Double {
        let due = self.due(key, at: now)
        self.slots[self.slot(key)] = due
        let wait = due + self.rate.interval - now - self.rate.period
        // A hundredth of one is more than is lost in adding up fractions, and changes nothing in the long run.
        return wait < self.rate.interval / 100 ? 0 : wait
    }

    package mutating func take(_ key: Int, at now: Double) {
        self.slots[self.slot(key)] = self.due(key, at: now) + self.rate.interval
    }

    package mutating func giveBack(_ key: Int) { self.slots[self.slot(key)] -= self.rate.interval }

    /// Seconds until nothing of the allowance is missing.
    package func reset(_ key: Int, at now: Double) -> Double { self.due(key, at: now) - now }

    /// A clock that was set back must not lock anybody out for longer than the whole allowance takes to come back.
    private func due(_ key: Int, at now: Double) -> Double {
        min(max(self.slots[self.slot(key)], now), now + self.rate.period)
    }

    private func slot(_ key: Int) -> Int { Int(UInt(bitPattern: key) % UInt(self.slots.count)) }
}
