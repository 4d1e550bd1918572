/// A time on a clock, without a day or a place: `07:00`.
package struct ClockTime: Sendable, Hashable, CustomStringConvertible {
    package let hour: Int
    package let minute: Int

    /// From `HH:MM`, as browsers send it; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.map(\.count) == [2, 2],
            text.utf8.allSatisfy({ (48...58).contains($0) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        (self.hour, self.minute) = (hour, minute)
    }

    package var description: String {
        [self.hour, self.minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
