import Foundation
import Kernel
import Testing

struct LocalMomentTests {
    private func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    private func london() throws -> LocalTime {
        LocalTime(zone: "Europe/London", now: try self.instant("2026-11-22T12:00:00Z"))
    }

    @Test func `a time on the clock is one instant, two, or none`() throws {
        let london = try self.london()
        for (text, expected) in [
            ("2026-03-28T20:00", LocalInstant.once(try self.instant("2026-03-28T20:00:00Z"))),
            ("2026-03-29T00:59", .once(try self.instant("2026-03-29T00:59:00Z"))),
            ("2026-03-29T01:00", .never), ("2026-03-29T01:59", .never),
            ("2026-03-29T02:00", .once(try self.instant("2026-03-29T01:00:00Z"))),
            ("2026-10-25T00:59", .once(try self.instant("2026-10-24T23:59:00Z"))),
            (
                "2026-10-25T01:30",
                .twice(
                    first: try self.instant("2026-10-25T00:30:00Z"), second: try self.instant("2026-10-25T01:30:00Z"))
            ),
            ("2026-10-25T02:00", .once(try self.instant("2026-10-25T02:00:00Z"))),
        ] {
            let moment = try #require(LocalMoment(text))
            #expect(london.instant(moment) == expected, "\(text)")
            #expect(moment.description == text)
        }
    }

    @Test func `what a clock shows at an instant is a time that means this instant`() throws {
        for zone in ["Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC"] {
            let time = LocalTime(zone: zone, now: try self.instant("2026-11-22T12:00:00Z"))
            var instant = try self.instant("2026-01-01T00:00:00Z")
            for _ in 0..<17_520 {
                let moment = try #require(time.moment(instant))
                switch time.instant(moment) {
                case .once(let only): #expect(only == instant, "\(zone) \(moment)")
                case .twice(let first, let second): #expect(first == instant || second == instant, "\(zone) \(moment)")
                case .never: Issue.record("\(zone) \(moment) is shown, and does not exist")
                }
                instant += 1_800
            }
        }
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T", "2026-11-22T24:00", "2026-11-22T23:60", "2026-11-22T1:00", "2026-13-01T10:00",
        "2026-02-30T10:00", "2026-11-22T10:00:00", "2026-11-22 10:00", "2026-11-22T-1:00", "2026-11-22T10:00Z",
        "2026-11-22T1٠:00", "T", "TT", "2026-11-22T::::",
    ])
    func `anything else is no time`(_ text: String) { #expect(LocalMoment(text) == nil) }

    @Test func `days are counted over months, leap years and the ends of the calendar`() throws {
        var day = try #require(LocalDate("1899-12-25"))
        for number in 0..<100_000 {
            let next = day.adding(days: 1)
            #expect(next > day && next.adding(days: -1) == day, "\(day)")
            #expect(next.weekday == (day.weekday + 1) % 7)
            if number % 1_000 == 0 {
                #expect(try #require(LocalDate("1899-12-25")).adding(days: number + 1) == next)
                #expect(day.monday.weekday == 0 && day.monday <= day && day.monday.adding(days: 7) > day)
            }
            day = next
        }
        #expect(try #require(LocalDate("2026-11-23")).weekday == 0)
        #expect(try #require(LocalDate("2024-02-28")).adding(days: 1).description == "2024-02-29")
        #expect(try #require(LocalDate("1900-02-28")).adding(days: 1).description == "1900-03-01")
        let first = try #require(LocalDate("0001-01-01")), last = try #require(LocalDate("9999-12-31"))
        #expect(first.adding(days: -1) == first && last.adding(days: 1) == last)
        #expect(last.adding(days: Int.max) == last && first.adding(days: Int.min) == first)
    }
}
