/// What came of asking whether something may be done now.
package struct RateAnswer: Sendable, Equatable {
    package let isAllowed: Bool
    /// The class that is the nearest to its end, or past it.
    package let rateClass: RateClass
    package let rate: Rate
    /// How many more may be done at once.
    package let remaining: Int
    /// Seconds until one may be done; zero if one may now.
    package let retryAfter: Double
    /// Seconds until the whole allowance is back.
    package let reset: Double

    package init(
        isAllowed: Bool, _ rateClass: RateClass, _ rate: Rate, retryAfter: Double, reset: Double
    ) {
        self.isAllowed = isAllowed
        self.rateClass = rateClass
        self.rate = rate
        // A hundredth of one for what is lost in adding up fractions.
        let left = isAllowed ? ((rate.period - reset) / rate.interval + 0.01).rounded(.down) : 0
        self.remaining = Int(min(max(left, 0), Double(rate.burst)))
        self.retryAfter = max(0, retryAfter)
        self.reset = max(0, reset)
    }

    /// Of several that were asked together, the one that says what happens next.
    static func decisive(_ answers: [RateAnswer]) -> RateAnswer? {
        let refusals = answers.filter { !$0.isAllowed }
        if let longest = refusals.max(by: { $0.retryAfter < $1.retryAfter }) { return longest }
        return answers.min { $0.remaining < $1.remaining }
    }
}
