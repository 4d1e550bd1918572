import Limits
import Testing

@Suite struct RateTableTests {
    /// Takes if it may, and says what it was told.
    private func ask(_ table: inout RateTable, _ key: Int = 1, at now: Double) -> Double {
        let wait = table.wait(key, at: now)
        if wait == 0 { table.take(key, at: now) }
        return wait
    }

    @Test func `five at once, then one a minute`() {
        var table = RateTable(Rate(burst: 5, interval: 60))
        for _ in 0..<5 { #expect(self.ask(&table, at: 0) == 0) }
        #expect(self.ask(&table, at: 0) == 60)
        #expect(abs(self.ask(&table, at: 0.04) - 59.96) < 0.001)
        #expect(self.ask(&table, at: 60) == 0)
        #expect(self.ask(&table, at: 60) == 60)
        for _ in 0..<5 { #expect(self.ask(&table, at: 10_000) == 0) }
        #expect(self.ask(&table, at: 10_000) == 60)
    }

    @Test func `as many are let through at once as is written, whatever fractions they are of`() {
        for count in 1...2_000 {
            var table = RateTable(Rate(count, per: .seconds(60)))
            var taken = 0
            while self.ask(&table, at: 786_692_800.123) == 0 { taken += 1 }
            #expect(taken == count)
        }
    }

    @Test func `what is given back can be taken again, once`() {
        var table = RateTable(Rate(burst: 2, interval: 10))
        _ = self.ask(&table, at: 0)
        _ = self.ask(&table, at: 0)
        table.giveBack(1)
        #expect(self.ask(&table, at: 0) == 0)
        #expect(self.ask(&table, at: 0) == 10)
    }

    @Test func `keys are counted apart, and those that share a slot together`() {
        var table = RateTable(Rate(burst: 1, interval: 10), slots: 4)
        #expect(self.ask(&table, 1, at: 0) == 0)
        #expect(self.ask(&table, 2, at: 0) == 0)
        #expect(self.ask(&table, 5, at: 0) == 10)
        #expect(self.ask(&table, -3, at: 0) == 10)
        #expect(self.ask(&table, .min, at: 0) == 0)
    }

    @Test func `a clock that is set back locks nobody out for long`() {
        var table = RateTable(Rate(burst: 3, interval: 60))
        for _ in 0..<3 { _ = self.ask(&table, at: 1_000_000) }
        #expect(self.ask(&table, at: 0) <= 60)
        #expect(self.ask(&table, at: 60) == 0)
    }
}
