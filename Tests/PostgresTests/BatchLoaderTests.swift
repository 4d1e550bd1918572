import NIOConcurrencyHelpers
import Testing

@testable import Postgres

/// Opens once.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    func open() {
        self.isOpen = true
        for one in self.waiting { one.resume() }
        self.waiting = []
    }
    func pass() async {
        if self.isOpen { return }
        await withCheckedContinuation { self.waiting.append($0) }
    }
}

@Suite(.timeLimit(.minutes(1))) struct BatchLoaderTests {
    private struct Refused: Error {}

    @Test func `those who ask while a round is under way share the next`() async throws {
        let gate = Gate(), asked = NIOLockedValueBox<[Set<Int>]>([])
        let loader = BatchLoader<Int, String>(rounds: 1, most: 100) { keys in
            asked.withLockedValue { $0.append(keys) }
            await gate.pass()
            return Dictionary(uniqueKeysWithValues: keys.filter { $0 != 13 }.map { ($0, "\($0)") })
        }
        let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            group.addTask { (0, try await loader(0)) }
            while asked.withLockedValue({ $0.isEmpty }) { await Task.yield() }
            for key in 1...50 { group.addTask { (key, try await loader(key)) } }
            while loader.waiting < 50 { await Task.yield() }
            await gate.open()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(asked.withLockedValue { $0 } == [[0], Set(1...50)])
        #expect(answers.count == 50 && answers[13] == nil && answers[7] == "7")
    }

    @Test func `no more go in a round than may, and each question once`() async throws {
        let sizes = NIOLockedValueBox<[Int]>([])
        let loader = BatchLoader<Int, Int>(rounds: 3, most: 7) { keys in
            sizes.withLockedValue { $0.append(keys.count) }
            await Task.yield()
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0 * 2) })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in 0..<1_000 {
                group.addTask {
                    let answer = try await loader(key)
                    #expect(answer == key * 2)
                }
            }
            try await group.waitForAll()
        }
        let seen = sizes.withLockedValue { $0 }
        #expect(seen.allSatisfy { $0 <= 7 })
        #expect(seen.reduce(0, +) == 1_000)
    }

    /// Or somebody who signs out could still be let in by an answer from before.
    @Test func `an answer is never older than its question`() async throws {
        let clock = NIOLockedValueBox(0)
        let loader = BatchLoader<Int, Int>(rounds: 2) { keys in
            let now = clock.withLockedValue { $0 }
            await Task.yield()
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, now) })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in 0..<500 {
                group.addTask {
                    let asked = clock.withLockedValue { clock -> Int in
                        clock += 1
                        return clock
                    }
                    let answered = try #require(await loader(key % 5))
                    #expect(answered >= asked)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `what goes wrong is told to all who asked, and the next round is asked`() async throws {
        let isBroken = NIOLockedValueBox(true)
        let loader = BatchLoader<Int, Int> { keys in
            if isBroken.withLockedValue({ $0 }) { throw Refused() }
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
        }
        for key in 0..<3 { await #expect(throws: Refused.self) { try await loader(key) } }
        isBroken.withLockedValue { $0 = false }
        let answer = try await loader(4)
        #expect(answer == 4)
    }
}
