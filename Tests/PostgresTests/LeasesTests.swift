import Testing

@testable import Postgres

@Suite struct LeasesTests {
    typealias Pool = Leases<String, Int>
    let later = ContinuousClock.now + .seconds(3_600)

    @Test func `it opens up to its size, then makes wait, then refuses`() {
        var pool = Pool(size: 1, maximumWaiting: 1)
        guard case .open(1) = pool.request(pool.ticket(), 1, until: self.later) else {
            Issue.record("not opened")
            return
        }
        #expect(pool.request(pool.ticket(), 2, until: self.later) == nil)
        guard case .refused(.poolExhausted) = pool.request(pool.ticket(), 3, until: self.later) else {
            Issue.record("not refused")
            return
        }
        guard case .handedTo(2) = pool.release("a", isReusable: true) else {
            Issue.record("not handed on")
            return
        }
        guard case .kept = pool.release("a", isReusable: true) else {
            Issue.record("not kept")
            return
        }
        #expect(pool.idle == ["a"])
    }

    @Test func `a cancel before the request and one after it both turn away`() {
        var pool = Pool(size: 0, maximumWaiting: 9)
        let early = pool.ticket()
        #expect(pool.cancel(early) == nil)
        guard case .cancelled = pool.request(early, 1, until: self.later) else {
            Issue.record("not cancelled")
            return
        }
        let late = pool.ticket()
        #expect(pool.request(late, 2, until: self.later) == nil)
        #expect(pool.cancel(late) == 2)
        #expect(pool.cancel(late) == nil)
    }

    @Test func `whoever waits too long is turned away, and nobody else`() {
        var pool = Pool(size: 0, maximumWaiting: 9)
        let now = ContinuousClock.now
        for (waiter, seconds) in [(1, 1), (2, 3), (3, 2)] {
            #expect(pool.request(pool.ticket(), waiter, until: now + .seconds(seconds)) == nil)
        }
        #expect(pool.expire(at: now) == [])
        #expect(pool.expire(at: now + .seconds(2)) == [1, 3])
        #expect(pool.waitingCount == 1)
        #expect(pool.expire(at: now + .seconds(9)) == [2])
    }

    @Test func `one dead connection takes the idle ones with it, and lets a waiter open another`() {
        var pool = Pool(size: 2, maximumWaiting: 9)
        _ = pool.request(pool.ticket(), 1, until: self.later)
        _ = pool.request(pool.ticket(), 2, until: self.later)
        _ = pool.release("a", isReusable: true)
        guard case .discard(["b", "a"], next: nil) = pool.release("b", isReusable: false, died: true) else {
            Issue.record("not discarded")
            return
        }
        #expect(pool.open == 0)
    }

    @Test func `any sequence keeps the count within the size`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pool = Pool(size: 3, maximumWaiting: 4)
            var held = 0
            for step in 0..<100 {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0, 1:
                    switch pool.request(pool.ticket(), step, until: self.later) {
                    case .connection, .open: held += 1
                    default: break
                    }
                case 2 where held > 0:
                    if case .handedTo = pool.release("c", isReusable: true) { held += 1 }
                    held -= 1
                case 3 where held > 0:
                    if case .discard(_, next: .some) = pool.release("c", isReusable: false, died: step % 2 == 0) {
                        held += 1
                    }
                    held -= 1
                default: break
                }
                #expect(pool.open <= 3)
                #expect(pool.open == held + pool.idle.count)
            }
        }
    }
}

@Suite struct ConnectGateTests {
    @Test func `while the server is away one tries, less and less often`() {
        var gate = ConnectGate()
        let start = ContinuousClock.now
        #expect(gate.mayPass(at: start) == true)
        #expect(gate.mayPass(at: start) == true)
        #expect(gate.failed(at: start, luck: 1) == true)
        // The second had set out before, and makes nothing worse.
        #expect(gate.failed(at: start, luck: 1) == false)
        #expect(gate.failures == 1)
        #expect(gate.mayPass(at: start + .milliseconds(49)) == false)

        var now = start
        for wait in [50, 100, 200, 400, 800, 1_600, 2_000, 2_000] {
            now += .milliseconds(wait)
            #expect(gate.mayPass(at: now - .milliseconds(1)) == false)
            #expect(gate.mayPass(at: now) == true)
            #expect(gate.mayPass(at: now) == false)
            #expect(gate.failed(at: now, luck: 1) == false)
        }
    }

    @Test func `one success lets everybody through again`() {
        var gate = ConnectGate()
        let now = ContinuousClock.now
        #expect(gate.succeeded() == false)
        #expect(gate.failed(at: now) == true)
        #expect(gate.succeeded() == true)
        #expect(gate.mayPass(at: now) == true)
        #expect(gate.mayPass(at: now) == true)
    }
}
