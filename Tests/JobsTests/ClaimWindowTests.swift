import Foundation
import Kernel
import TestKit
import Testing

@testable import Jobs

/// How far a worker remembers to have seen, without a queue.
@Suite struct ClaimWindowTests {
    private let lane = Identifier<Organisation>.any(), other = Identifier<Organisation>.any()
    private let now = ContinuousClock.now

    private func place(_ seconds: Double) -> ClaimWindow.Place {
        ClaimWindow.Place(due: Date(timeIntervalSince1970: seconds), id: UUID())
    }

    @Test func `the first look sees everything, and each kind has its pause`() {
        var window = ClaimWindow(back: .seconds(1), everything: .seconds(60))
        #expect(window.next(at: self.now) == .everything)
        window.learn(
            .everything, at: Date(), last: [:], limited: [], isFull: false, now: self.now, took: .milliseconds(1))
        #expect(window.next(at: self.now) == .onward)
        #expect(window.next(at: self.now + .seconds(1)) == .back)
        window.learn(.back, at: Date(), last: [:], limited: [], isFull: false, now: self.now, took: .seconds(1))
        // It took a second, so it may be done again when twenty have passed.
        #expect(window.next(at: self.now + .seconds(19)) == .onward)
        #expect(window.next(at: self.now + .seconds(20)) == .back)
        #expect(window.next(at: self.now + .seconds(60)) == .everything)
    }

    @Test func `what is seen is not looked at again, except a lane that held more`() {
        var window = ClaimWindow()
        let last = self.place(10), moment = Date(timeIntervalSince1970: 100)
        window.learn(
            .everything, at: moment, last: [self.lane: last, self.other: self.place(11)], limited: [self.lane],
            isFull: false, now: self.now, took: .zero)
        #expect(window.bounds(of: .onward).since == moment)
        #expect(window.bounds(of: .onward).places == [self.lane: last])
        // A look back does not forget it either.
        #expect(window.bounds(of: .back).since == moment.addingTimeInterval(-5))
        #expect(window.bounds(of: .back).places == [self.lane: last])
        // A lane that gave nothing because its jobs are still being worked on stays where it was.
        window.learn(
            .onward, at: moment.addingTimeInterval(1), last: [:], limited: [self.lane], isFull: false, now: self.now,
            took: .zero)
        #expect(window.places == [self.lane: last])
        #expect(window.floor == moment.addingTimeInterval(1))
        window.learn(
            .onward, at: moment.addingTimeInterval(2), last: [:], limited: [], isFull: false, now: self.now, took: .zero
        )
        #expect(window.places.isEmpty)
    }

    @Test func `lanes that a full claim did not come to have not been seen`() {
        var window = ClaimWindow()
        let start = Date(timeIntervalSince1970: 50)
        window.learn(.everything, at: start, last: [:], limited: [], isFull: false, now: self.now, took: .zero)
        let last = self.place(60)
        window.learn(
            .onward, at: Date(timeIntervalSince1970: 100), last: [self.lane: last], limited: [], isFull: true,
            now: self.now, took: .zero)
        #expect(window.floor == start)
        #expect(window.bounds(of: .onward).places == [self.lane: last])
        // Back from the floor, and no lane begins later than that.
        #expect(window.bounds(of: .back).since == Date(timeIntervalSince1970: 45))
        #expect(window.bounds(of: .back).places.isEmpty)
    }

    @Test func `a look back that comes late begins where the last one ended`() {
        var window = ClaimWindow()
        for (look, second) in [(ClaimWindow.Look.everything, 50.0), (.onward, 60), (.onward, 90)] {
            window.learn(
                look, at: Date(timeIntervalSince1970: second), last: [:], limited: [], isFull: false, now: self.now,
                took: .zero)
        }
        #expect(window.bounds(of: .onward).since == Date(timeIntervalSince1970: 90))
        #expect(window.bounds(of: .back).since == Date(timeIntervalSince1970: 45))
        window.learn(
            .back, at: Date(timeIntervalSince1970: 91), last: [:], limited: [], isFull: false, now: self.now,
            took: .zero)
        #expect(window.bounds(of: .back).since == Date(timeIntervalSince1970: 86))
        // One that was full did not come to every lane.
        window.learn(
            .back, at: Date(timeIntervalSince1970: 99), last: [:], limited: [], isFull: true, now: self.now,
            took: .zero)
        #expect(window.bounds(of: .back).since == Date(timeIntervalSince1970: 86))
    }
}
