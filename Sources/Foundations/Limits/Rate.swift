/// How often something may be done: so many at once, and one more each time an even share of the period has passed.
package struct Rate: Sendable, Hashable {
    package let burst: Int
    /// Seconds until one more is allowed.
    package let interval: Double

    package init(burst: Int, interval: Double) {
        self.burst = max(1, burst)
        self.interval = max(0.000_001, interval)
    }

    /// So many at once, and as many again over the period.
    package init(_ count: Int, per period: Duration) {
        let seconds = period / .seconds(1)
        self.init(burst: count, interval: seconds / Double(max(1, count)))
    }

    /// Seconds until an allowance that was used up is whole again.
    package var period: Double { self.interval * Double(self.burst) }
}
