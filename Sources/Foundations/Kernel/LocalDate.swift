package import Foundation

/// A day on the calendar, without a time or a place: a date of birth.
package struct LocalDate: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// From `YYYY-MM-DD`; `nil` for anything else, and for days that do not exist.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.count) == [4, 2, 2],
            text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = LocalDate(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a date is written YYYY-MM-DD"))
        }
        self = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }

    package var description: String {
        let year = String(self.year)
        return String(repeating: "0", count: 4 - year.count) + year
            + [self.month, self.day].map { $0 < 10 ? "-0\($0)" : "-\($0)" }.joined()
    }

    package static func < (one: LocalDate, other: LocalDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    /// Such as `24 November 2026`.
    package var words: String { "\(self.day) \(LocalTime.months[safe: self.month - 1] ?? "") \(self.year)" }

    /// Whole years from this date to `other`.
    package func years(until other: LocalDate) -> Int {
        other.year - self.year - ((other.month, other.day) < (self.month, self.day) ? 1 : 0)
    }

    fileprivate static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension LocalTime {
    package var today: LocalDate? { self.date(self.now) }

    /// What day it is there.
    package func date(_ instant: Date) -> LocalDate? {
        let parts = self.components(of: instant)
        return LocalDate(
            "\(parts.year)-\(parts.month < 10 ? "0" : "")\(parts.month)-\(parts.day < 10 ? "0" : "")\(parts.day)")
    }
}

extension LocalDate {
    /// The same day so many months later, or the last of its month where there is none such.
    package func adding(months: Int) -> LocalDate {
        let index = self.year * 12 + self.month - 1 + months
        let year = index / 12, month = index % 12 + 1
        guard (1...9999).contains(year) else { return self }
        return LocalDate(year: year, month: month, day: min(self.day, Self.days(in: month, of: year)))
    }

    private init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }
}
