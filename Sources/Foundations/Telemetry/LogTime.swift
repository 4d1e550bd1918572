import Foundation

/// The time of a line, in UTC to the millisecond (RFC 3339).
struct LogTime {
    let seconds: Int
    let milliseconds: Int

    static func now() -> Self {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Self(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// Adds `2026-11-22T14:05:09.123Z`.
    ///
    /// Reckoned here, because a formatter costs more than the rest of the line.
    func append(to bytes: inout [UInt8]) {
        let (year, month, day) = Self.date(self.seconds / 86_400)
        let second = self.seconds % 86_400
        Self.append(year, 4, &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(month, 2, &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(day, 2, &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.append(second / 3_600, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(second / 60 % 60, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(second % 60, 2, &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(self.milliseconds, 3, &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int, _ width: Int, _ bytes: inout [UInt8]) {
        var divisor = width == 4 ? 1_000 : width == 3 ? 100 : 10
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// The date that is so many days after 1 January 1970, in the Gregorian calendar.
    ///
    /// Counted in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
