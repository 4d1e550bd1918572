import Kernel
import Testing

@testable import Web

/// What a database does with a write, and what of it is known to whoever wrote.
private enum Fate: CaseIterable { case written, refused, writtenWithoutAnswer, forgotten }

/// A database of one process, which may lose everything.
private struct Shelf {
    var isKnown: Set<Identifier<Organisation>> = []
    var here: Set<Recipient> = []

    mutating func write(_ change: PresenceBook.Change) {
        let came = self.isKnown.insert(change.tenant).inserted ? change.standing : change.came
        for person in came { self.here.insert(Recipient(person, in: change.tenant)) }
        for person in change.gone { self.here.remove(Recipient(person, in: change.tenant)) }
        if change.standing.isEmpty {
            self.isKnown.remove(change.tenant)
            self.here = self.here.filter { $0.tenant != change.tenant }
        }
    }
}

@Suite struct PresenceBookTests {
    private static let start = ContinuousClock.now

    /// Lets people come and go at random while writes fail in every way, then lets all be well; what is on the shelf.
    private func live(
        settling: (inout PresenceBook, PresenceBook.Change, Fate) -> Void
    ) -> (truth: Set<Recipient>, shelf: Set<Recipient>) {
        let tenants = [Identifier<Organisation>.any(), .any()]
        let people = (0..<8).map { Recipient(.any(), in: tenants[$0 % 2]) }
        var streams: [Recipient: Int] = [:], book = PresenceBook(), shelf = Shelf(), now = Self.start
        func truth() -> Set<Recipient> { Set(streams.filter { $0.value > 0 }.keys) }
        for _ in 0..<80 {
            for _ in 0..<Int.random(in: 0...4) {
                guard let one = people.randomElement() else { continue }
                let open = streams[one, default: 0]
                streams[one] = Bool.random() ? open + 1 : max(0, open - 1)
            }
            now += .seconds(Int.random(in: 0...7))
            let isBeat = Int.random(in: 0..<4) == 0
            for change in book.changes(to: truth(), at: now, grace: .seconds(10), isBeat: isBeat) {
                let fate = Fate.allCases.randomElement() ?? .written
                if fate == .forgotten { shelf = Shelf() }
                if fate != .refused { shelf.write(change) }
                settling(&book, change, fate)
            }
        }
        for seconds in [0, 11, 22] {
            let later = now + .seconds(seconds)
            for change in book.changes(to: truth(), at: later, grace: .seconds(10), isBeat: true) {
                shelf.write(change)
                settling(&book, change, .written)
            }
        }
        return (truth(), shelf.here)
    }

    @Test func `whatever comes, goes and fails, in the end exactly those are written who are here`() {
        for _ in 0..<400 {
            let (truth, shelf) = self.live { book, change, fate in
                if fate == .written || fate == .forgotten { book.settle(change) }
            }
            #expect(truth == shelf)
        }
    }

    @Test func `a book that takes every write for done is caught`() {
        var wrong = 0
        for _ in 0..<400 {
            let (truth, shelf) = self.live { book, change, _ in book.settle(change) }
            if truth != shelf { wrong += 1 }
        }
        #expect(wrong > 40)
    }

    @Test func `whoever turns a page, or is back soon, is not written again`() {
        var book = PresenceBook()
        let one = Recipient(.any(), in: .any())
        func changes(_ here: Set<Recipient>, after seconds: Int, isBeat: Bool = false) -> [PresenceBook.Change] {
            let changes = book.changes(
                to: here, at: Self.start + .seconds(seconds), grace: .seconds(10), isBeat: isBeat)
            for change in changes { book.settle(change) }
            return changes
        }
        #expect(changes([one], after: 0).map(\.came) == [[one.person]])
        #expect(changes([], after: 1).isEmpty)
        #expect(changes([one], after: 3).isEmpty)
        // Away again, from now on.
        #expect(changes([], after: 12).isEmpty)
        #expect(changes([], after: 21).isEmpty)
        #expect(changes([], after: 22).map(\.gone) == [[one.person]])
        #expect(changes([], after: 60, isBeat: true).isEmpty)
    }

    @Test func `two thousand who stay are nothing to write, and one beat`() {
        var book = PresenceBook()
        let tenant = Identifier<Organisation>.any()
        let here = Set((0..<2_000).map { _ in Recipient(.any(), in: tenant) })
        for change in book.changes(to: here, at: Self.start, grace: .seconds(10), isBeat: true) { book.settle(change) }
        for second in 1..<60 {
            let changes = book.changes(
                to: here, at: Self.start + .seconds(second), grace: .seconds(10), isBeat: second % 30 == 0)
            #expect(changes.allSatisfy { $0.came.isEmpty && $0.gone.isEmpty })
            #expect(changes.count == (second % 30 == 0 ? 1 : 0))
        }
    }
}
