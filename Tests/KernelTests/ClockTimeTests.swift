import Foundation
import Kernel
import Testing

@Suite struct ClockTimeTests {
    private let london = LocalTime(zone: "Europe/London", now: Date(timeIntervalSince1970: 1_795_363_200))

    private func instant(_ day: String, _ time: String) throws -> String? {
        self.london.instant(of: try #require(LocalDate(day)), at: try #require(ClockTime(time)))?
            .formatted(.iso8601)
    }

    @Test(arguments: ["", "7:00", "07:0", "24:00", "07:60", "-1:00", "07-00", "07:00:00", "٠٧:٠٠", "ab:cd", "07:+1"])
    func `what is no time is refused`(_ text: String) { #expect(ClockTime(text) == nil) }

    @Test func `a time of day is an instant there, in winter and in summer`() throws {
        #expect(try self.instant("2026-11-24", "07:00") == "2026-11-24T07:00:00Z")
        #expect(try self.instant("2026-07-01", "07:00") == "2026-07-01T06:00:00Z")
        #expect(try self.instant("2026-07-01", "00:00") == "2026-06-30T23:00:00Z")
        #expect(ClockTime("07:05")?.description == "07:05")
    }

    @Test func `when the clocks go forward, what they do not show is no time`() throws {
        #expect(try self.instant("2027-03-28", "00:59") == "2027-03-28T00:59:00Z")
        for missing in ["01:00", "01:30", "01:59"] { #expect(try self.instant("2027-03-28", missing) == nil) }
        #expect(try self.instant("2027-03-28", "02:00") == "2027-03-28T01:00:00Z")
    }

    @Test func `when the clocks go back, what they show twice is the first`() throws {
        #expect(try self.instant("2026-10-25", "00:59") == "2026-10-24T23:59:00Z")
        #expect(try self.instant("2026-10-25", "01:00") == "2026-10-25T00:00:00Z")
        #expect(try self.instant("2026-10-25", "01:59") == "2026-10-25T00:59:00Z")
        #expect(try self.instant("2026-10-25", "02:00") == "2026-10-25T02:00:00Z")
    }
}
