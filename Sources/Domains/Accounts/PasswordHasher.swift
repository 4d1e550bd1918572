import Kernel
import Metrics
import NIOConcurrencyHelpers
import NIOPosix

/// Hashes passwords on threads of its own, a few at a time.
///
/// Hashing is the dearest thing that a stranger can ask for. Two threads leave the rest of the machine to those who are
/// signed in, and whoever would wait long is told to come back.
package final class PasswordHasher: Sendable {
    private let pool = NIOThreadPool(numberOfThreads: 2)
    private let waiting: NIOLockedValueBox<Int>
    private let started: NIOLockedValueBox<Int>
    private let limit: Int
    let scheme: PasswordScheme
    private let counter = Counter(label: "wcc_accounts_password_hashes_total")

    /// - Parameters:
    ///   - scheme: How they are hashed.
    ///   - limit: How many may be hashed and wait at once; at 25 ms each on two threads, 32 is 0.4 s.
    package init(_ scheme: PasswordScheme = PasswordScheme(), limit: Int = 32) {
        self.scheme = scheme
        self.waiting = NIOLockedValueBox(0)
        self.started = NIOLockedValueBox(0)
        self.limit = limit
        self.pool.start()
    }

    deinit { self.pool.shutdownGracefully { _ in } }

    /// How many hashes this has made since the start.
    package var count: Int { self.started.withLockedValue { $0 } }

    package func hash(_ password: Password) async throws -> PasswordHash {
        try await self.inTurn { [scheme] in try scheme.hash(password) }
    }

    func verify(_ password: Password, against hash: PasswordHash) async throws -> Bool {
        try await self.inTurn { [scheme] in try scheme.verify(password, against: hash) }
    }

    private func inTurn<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let isIn = self.waiting.withLockedValue { waiting in
            guard waiting < self.limit else { return false }
            waiting += 1
            return true
        }
        guard isIn else { throw AccountsError.busy }
        defer { self.waiting.withLockedValue { $0 -= 1 } }
        return try await self.pool.runIfActive {
            self.started.withLockedValue { $0 += 1 }
            self.counter.increment()
            return try work()
        }
    }
}
