package import Foundation

/// Instants as a person in one home says them.
///
/// Stored times are UTC; what a page shows is the home's own local time, over both clock changes.
package struct LocalTime: Sendable {
    let calendar: Calendar
    package let now: Date

    /// - Parameters:
    ///   - zone: An IANA name, such as `Europe/London`; one that is not known counts as London.
    ///   - now: What "today" is measured from.
    package init(zone: String, now: Date) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? TimeZone(identifier: "Europe/London") ?? .gmt
        self.calendar = calendar
        self.now = now
    }

    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// Such as `16:12`.
    package func time(_ date: Date) -> String {
        let parts = self.calendar.dateComponents([.hour, .minute], from: date)
        return "\(Self.two(parts.hour)):\(Self.two(parts.minute))"
    }

    /// Such as `Tuesday 24 November 2026`.
    package func day(_ date: Date, withYear: Bool = true) -> String {
        let parts = self.calendar.dateComponents([.weekday, .day, .month, .year], from: date)
        let day = Self.days[safe: (parts.weekday ?? 1) - 1] ?? "",
            month = Self.months[safe: (parts.month ?? 1) - 1] ?? ""
        return "\(day) \(parts.day ?? 0) \(month)" + (withYear ? " \(parts.year ?? 0)" : "")
    }

    /// Such as `Tuesday 24 November 2026, 16:12`.
    package func full(_ date: Date) -> String { "\(self.day(date)), \(self.time(date))" }

    /// As short as is clear: `16:12` today, then `Yesterday`, the day, and the year if it is another one.
    package func short(_ date: Date) -> String {
        switch self.daysAgo(date) {
        case ...0: self.time(date)
        case 1: "Yesterday"
        default:
            self.day(date, withYear: !self.calendar.isDate(date, equalTo: self.now, toGranularity: .year))
        }
    }

    /// The heading above a day's messages.
    package func heading(_ date: Date) -> String {
        switch self.daysAgo(date) {
        case 0: "Today, \(self.day(date, withYear: false))"
        case 1: "Yesterday, \(self.day(date, withYear: false))"
        default: self.day(date)
        }
    }

    package func isSameDay(_ one: Date, _ other: Date) -> Bool { self.calendar.isDate(one, inSameDayAs: other) }

    /// When a day begins there; a day on which the clocks change, too.
    package func start(of day: LocalDate) -> Date? {
        self.calendar.date(from: DateComponents(year: day.year, month: day.month, day: day.day))
            .map { self.calendar.startOfDay(for: $0) }
    }

    /// When a day is over there: 23, 24 or 25 hours after it began.
    package func end(of day: LocalDate) -> Date? {
        self.start(of: day).flatMap { self.calendar.date(byAdding: .day, value: 1, to: $0) }
    }

    /// When a clock there shows this time on this day; `nil` if it does not, because the clocks go forward over it.
    ///
    /// What it shows twice, because they go back, is the first.
    package func instant(of day: LocalDate, at time: ClockTime) -> Date? {
        let wanted = DateComponents(
            year: day.year, month: day.month, day: day.day, hour: time.hour, minute: time.minute)
        func isShown(_ date: Date) -> Bool {
            let shown = self.calendar.dateComponents([.hour, .minute], from: date)
            return self.date(date) == day && shown.hour == time.hour && shown.minute == time.minute
        }
        guard let found = self.calendar.date(from: wanted), isShown(found) else { return nil }
        let before = found.addingTimeInterval(-3_600)
        return isShown(before) ? before : found
    }

    private func daysAgo(_ date: Date) -> Int {
        let from = self.calendar.startOfDay(for: date), to = self.calendar.startOfDay(for: self.now)
        return self.calendar.dateComponents([.day], from: from, to: to).day ?? 0
    }

    func components(of date: Date) -> (year: Int, month: Int, day: Int) {
        let parts = self.calendar.dateComponents([.year, .month, .day], from: date)
        return (parts.year ?? 1, parts.month ?? 1, parts.day ?? 1)
    }

    private static func two(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : "\(number)"
    }
}

extension Array {
    /// `nil` outside the array, where a plain index ends the process.
    package subscript(safe index: Int) -> Element? { self.indices.contains(index) ? self[index] : nil }
}
