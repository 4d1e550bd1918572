import Kernel

/// PostgreSQL keeps a date as the number of days since 1 January 2000.
extension LocalDate {
    private static let march0To2000 = 730_425

    /// Counts from March, so that the day that leap years add is the last of the year.
    var daysSince2000: Int {
        let year = self.month > 2 ? self.year : self.year - 1
        let month = (self.month + 9) % 12
        return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + self.day - 1
            - Self.march0To2000
    }

    init?(daysSince2000 days: Int) {
        // Years 1 to 9999, which is what can be written YYYY-MM-DD; also keeps `infinity` out.
        guard (-730_119...2_921_939).contains(days) else { return nil }
        let day = days + Self.march0To2000
        let era = day / 146_097, dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = 400 * era + yearOfEra + (month >= 10 ? 1 : 0)
        func padded(_ number: Int, to width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        self.init(
            "\(padded(year, to: 4))-\(padded((month + 2) % 12 + 1, to: 2))-\(padded(dayOfYear - (153 * month + 2) / 5 + 1, to: 2))"
        )
    }
}
