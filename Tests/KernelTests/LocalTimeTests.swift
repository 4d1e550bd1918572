import Foundation
import Kernel
import Testing

struct LocalTimeTests {
    private func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test func `an instant is said in the home's own time, over both clock changes`() throws {
        let now = try self.instant("2026-10-25T12:00:00Z")
        let london = LocalTime(zone: "Europe/London", now: now)
        // The hour between one and two comes twice.
        #expect(london.time(try self.instant("2026-10-25T00:30:00Z")) == "01:30")
        #expect(london.time(try self.instant("2026-10-25T01:30:00Z")) == "01:30")
        #expect(london.time(try self.instant("2026-03-29T00:59:00Z")) == "00:59")
        #expect(london.time(try self.instant("2026-03-29T01:00:00Z")) == "02:00")
        #expect(london.full(try self.instant("2026-07-01T23:30:00Z")) == "Thursday 2 July 2026, 00:30")
        #expect(LocalTime(zone: "Nowhere/Else", now: now).time(try self.instant("2026-07-01T12:00:00Z")) == "13:00")
    }

    @Test func `a list says no more of a time than is needed`() throws {
        let time = LocalTime(zone: "Europe/London", now: try self.instant("2026-11-24T16:20:00Z"))
        for (instant, short, heading) in [
            ("2026-11-24T00:01:00Z", "00:01", "Today, Tuesday 24 November"),
            ("2026-11-23T23:59:00Z", "Yesterday", "Yesterday, Monday 23 November"),
            ("2026-11-22T10:00:00Z", "Sunday 22 November", "Sunday 22 November 2026"),
            ("2025-12-31T10:00:00Z", "Wednesday 31 December 2025", "Wednesday 31 December 2025"),
        ] {
            #expect(time.short(try self.instant(instant)) == short)
            #expect(time.heading(try self.instant(instant)) == heading)
        }
    }

    @Test func `a date is a day that exists, and nothing else`() throws {
        for text in ["2024-02-29", "2000-02-29", "1938-05-09", "0001-01-01", "9999-12-31"] {
            #expect(LocalDate(text)?.description == text)
        }
        for text in [
            "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-01",
            "2026-01-01 ",
            "", "----------", "+026-01-01", "２０２６-01-01", "2026-01-0a",
        ] {
            #expect(LocalDate(text) == nil, "\(text)")
        }
        let born = try #require(LocalDate("1938-05-09"))
        #expect(born.years(until: try #require(LocalDate("2026-05-08"))) == 87)
        #expect(born.years(until: try #require(LocalDate("2026-05-09"))) == 88)
    }
}
