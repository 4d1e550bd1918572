package import Foundation

/// A day and a time on the clock of one place, as somebody writes them: `2026-03-28T20:00`.
package struct LocalMoment: Sendable, Hashable, CustomStringConvertible {
    package let day: LocalDate
    /// Of the day as the clock shows it, from 0 to 1,439.
    package let minute: Int

    package init(_ day: LocalDate, minute: Int) {
        self.day = day
        self.minute = min(max(0, minute), 1_439)
    }

    /// From `YYYY-MM-DDTHH:MM`, as browsers send it; `nil` for anything else, and for days that do not exist.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last, let day = LocalDate(first),
            last.utf8.count == 5, last.utf8.allSatisfy({ (48...58).contains($0) })
        else { return nil }
        let clock = last.split(separator: ":", omittingEmptySubsequences: false)
        guard clock.map(\.count) == [2, 2], let hour = clock.first.flatMap({ Int($0) }),
            let minute = clock.last.flatMap({ Int($0) }), hour < 24, minute < 60
        else { return nil }
        self.init(day, minute: hour * 60 + minute)
    }

    /// Such as `20:00`.
    package var time: String {
        let (hour, minute) = (self.minute / 60, self.minute % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    package var description: String { "\(self.day)T\(self.time)" }

    package func adding(days: Int) -> LocalMoment { LocalMoment(self.day.adding(days: days), minute: self.minute) }
}

/// What instant a time on a clock is: on two days of the year some times are none, or two.
package enum LocalInstant: Sendable, Equatable {
    case once(Date)
    /// The clock went back, and showed it again.
    case twice(first: Date, second: Date)
    /// The clock went forward over it.
    case never
}

extension LocalTime {
    package func instant(_ moment: LocalMoment) -> LocalInstant {
        let zone = self.calendar.timeZone
        // As if the clock there were UTC's; what it is off by is looked up a day before and a day after.
        let wall = Double(moment.day.daysSinceEpoch) * 86_400 + Double(moment.minute) * 60
        let offsets = Set([wall - 86_400, wall + 86_400].map { Self.offset(of: zone, at: $0) })
        let found = offsets.filter { Self.offset(of: zone, at: wall - $0) == $0 }
            .map { Date(timeIntervalSince1970: wall - $0) }.sorted()
        guard let first = found.first else { return .never }
        guard found.count > 1, let second = found.last else { return .once(first) }
        return .twice(first: first, second: second)
    }

    private static func offset(of zone: TimeZone, at seconds: Double) -> Double {
        Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds)))
    }

    /// What the clock shows there.
    package func moment(_ instant: Date) -> LocalMoment? {
        let parts = self.calendar.dateComponents([.hour, .minute], from: instant)
        return self.date(instant).map { LocalMoment($0, minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0)) }
    }
}

extension LocalDate {
    /// Of the proleptic Gregorian calendar, counted from 1970-01-01.
    var daysSinceEpoch: Int {
        // Years begin in March here, so that the day that comes and goes is the last of them.
        let year = self.month <= 2 ? self.year - 1 : self.year
        let era = year / 400, yearOfEra = year % 400
        let dayOfYear = (153 * (self.month + (self.month > 2 ? -3 : 9)) + 2) / 5 + self.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// 0 on Mondays, 6 on Sundays.
    package var weekday: Int { ((self.daysSinceEpoch + 3) % 7 + 7) % 7 }

    /// The day on which its week begins.
    package var monday: LocalDate { self.adding(days: -self.weekday) }

    /// So many days later; the day itself where the calendar ends.
    package func adding(days: Int) -> LocalDate {
        let (number, isTooFar) = self.daysSinceEpoch.addingReportingOverflow(days)
        return isTooFar ? self : LocalDate(daysSinceEpoch: number) ?? self
    }

    private init?(daysSinceEpoch: Int) {
        // From 0001-01-01 to 9999-12-31.
        guard (-719_162...2_932_896).contains(daysSinceEpoch) else { return nil }
        let day = daysSinceEpoch + 719_468
        let era = day / 146_097, dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let texts = [month, dayOfYear - (153 * shifted + 2) / 5 + 1].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let padded = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
        self.init("\(padded)-\(texts.joined(separator: "-"))")
    }
}
