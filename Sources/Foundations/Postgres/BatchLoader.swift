import NIOConcurrencyHelpers

/// Asks many questions of one kind with one statement.
///
/// A question that comes alone is asked at once. Those that come while others are being asked go together in the next
/// round, so the rounds grow with the load, and fifty keys in one statement cost little more than one. Nothing is kept:
/// each answer is from a statement that began after its question, as fresh as if it had been asked alone. (Elsewhere
/// this is called a data loader.)
package final class BatchLoader<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Question {
        let key: Key
        let answer: CheckedContinuation<Value?, any Error>
    }
    private struct State {
        var waiting: [Question] = []
        var running = 0
    }

    private let state = NIOLockedValueBox(State())
    private let rounds: Int
    private let most: Int
    private let load: @Sendable (Set<Key>) async throws -> [Key: Value]

    /// - Parameters:
    ///   - rounds: How many may be under way.
    ///   - most: How many questions go in one.
    ///   - load: Answers all of them; a key it leaves out has no answer. What it throws is thrown to all who asked.
    package init(
        rounds: Int = 2, most: Int = 200, _ load: @escaping @Sendable (Set<Key>) async throws -> [Key: Value]
    ) {
        self.rounds = rounds
        self.most = most
        self.load = load
    }

    package func callAsFunction(_ key: Key) async throws -> Value? {
        try await withCheckedThrowingContinuation { answer in
            let begins = self.state.withLockedValue { state in
                state.waiting.append(Question(key: key, answer: answer))
                if state.running == self.rounds { return false }
                state.running += 1
                return true
            }
            // Not in the task of whoever happened to ask first: it serves the others too, whatever becomes of theirs.
            if begins { Task.detached { await self.run() } }
        }
    }

    /// How many have asked and are in no round yet.
    var waiting: Int { self.state.withLockedValue { $0.waiting.count } }

    private func run() async {
        while let round = self.next() {
            do {
                let answers = try await self.load(Set(round.map(\.key)))
                for question in round { question.answer.resume(returning: answers[question.key]) }
            } catch {
                for question in round { question.answer.resume(throwing: error) }
            }
        }
    }

    private func next() -> ArraySlice<Question>? {
        self.state.withLockedValue { state in
            let round = state.waiting.prefix(self.most)
            state.waiting.removeFirst(round.count)
            if round.isEmpty { state.running -= 1 }
            return round.isEmpty ? nil : round
        }
    }
}
