import Foundation
import Kernel
import TestKit
import Testing
import Web

@testable import Audit

/// What happens again and again is counted, and never fills the disk.
struct SecurityBookTests {
    private let start = Date(timeIntervalSince1970: 1_795_363_200)

    private func refused(_ number: Int) -> SecurityNotice {
        SecurityNotice(.accessRefused, from: String(repeating: "\(number % 10)", count: 16), rule: "\(number)")
    }

    @Test func `the first is written at once, and what follows as one row when the minute is over`() {
        var book = SecurityBook()
        book.note(self.refused(1), at: self.start)
        #expect(book.take(at: self.start).map(\.count) == [1])
        for second in 1..<60 {
            book.note(self.refused(1), at: self.start.addingTimeInterval(Double(second)))
            #expect(book.take(at: self.start.addingTimeInterval(Double(second))).isEmpty)
        }
        #expect(book.take(at: self.start.addingTimeInterval(60)).map(\.count) == [59])
        #expect(book.take(at: self.start.addingTimeInterval(61)).isEmpty)
        book.note(self.refused(1), at: self.start.addingTimeInterval(62))
        #expect(book.take(at: self.start.addingTimeInterval(62)).map(\.count) == [1])
    }

    /// However many come, in whatever order, all of them are counted, in few rows.
    @Test func `a flood is few rows, and none of it is lost`() {
        for seed in 0..<20 {
            var book = SecurityBook(room: 50), rows = 0, counted = 0, noted = 0
            for step in 0..<600 {
                let now = self.start.addingTimeInterval(Double(step) / 2)
                for _ in 0..<(seed * 3) {
                    book.note(self.refused(Int.random(in: 0..<10_000)), at: now)
                    noted += 1
                }
                var taken = book.take(at: now)
                // Now and then the database cannot be reached.
                if step.isMultiple(of: 7) {
                    book.giveBack(taken, at: now)
                    taken = []
                }
                rows += taken.count
                counted += taken.map(\.count).reduce(0, +)
            }
            let last = book.take(at: self.start.addingTimeInterval(300), isLast: true)
            #expect(counted + last.map(\.count).reduce(0, +) == noted)
            // Five minutes, in each of which there is room for so many, twice each, and one for each kind.
            #expect(rows + last.count <= 7 * 2 * 51, "\(rows)")
        }
    }
}
