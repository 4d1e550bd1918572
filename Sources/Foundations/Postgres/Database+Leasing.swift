import Logging
import NIOConcurrencyHelpers

extension Database {
    enum Grant: Sendable {
        case connection(PostgresConnection), open(Int), cancelled, refused(PostgresError.Code)
    }

    /// What is decided together, under one lock.
    struct Pool: Sendable {
        var leases: Leases<PostgresConnection, CheckedContinuation<Grant, Never>>
        var gate = ConnectGate()
        /// Why the server could not be reached, for those who are not let try.
        var lastFailure = PostgresError(.cannotConnect)
        /// Whether somebody watches for those who wait too long.
        var isWatched = false

        init(size: Int) { self.leases = Leases(size: size, maximumWaiting: 64 * size) }
    }

    package func shutDown() async {
        let (idle, waiting) = self.pool.withLockedValue { $0.leases.shutDown() }
        for waiter in waiting { waiter.resume(returning: .refused(.poolClosed)) }
        for connection in idle { await connection.close() }
    }

    /// A connection that belongs to the caller alone, outside the pool.
    func session() async throws(PostgresError) -> PostgresConnection {
        try await .connect(to: self.address, limits: self.limits, instruments: self.instruments, id: 0)
    }

    func lease() async throws(PostgresError) -> PostgresConnection {
        let began = ContinuousClock.now
        let grant = await self.grant(until: began + self.limits.lease)
        self.instruments.noteLease(after: ContinuousClock.now - began)
        switch grant {
        case .connection(let connection):
            guard connection.retiresAt <= .now else { return connection }
            Task { await connection.close() }
            return try await self.connect(self.pool.withLockedValue { $0.leases.number() })
        case .open(let number): return try await self.connect(number)
        case .cancelled: throw PostgresError(.cancelled)
        case .refused(let code): throw PostgresError(code)
        }
    }

    private func grant(until deadline: ContinuousClock.Instant) async -> Grant {
        let ticket = self.pool.withLockedValue { $0.leases.ticket() }
        let grant = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let grant: Grant? = self.pool.withLockedValue { pool in
                    switch pool.leases.request(ticket, continuation, until: deadline) {
                    case .connection(let connection): return .connection(connection)
                    case .open(let number): return .open(number)
                    case .cancelled: return .cancelled
                    case .refused(let code): return .refused(code)
                    case nil:
                        self.watch(&pool)
                        return nil
                    }
                }
                if let grant { continuation.resume(returning: grant) }
            }
        } onCancel: {
            self.pool.withLockedValue { $0.leases.cancel(ticket) }?.resume(returning: .cancelled)
        }
        self.pool.withLockedValue { $0.leases.forget(ticket) }
        return grant
    }

    /// One task for all who wait, for as long as anybody does.
    private func watch(_ pool: inout Pool) {
        if pool.isWatched { return }
        pool.isWatched = true
        Task {
            var isNeeded = true
            while isNeeded {
                try? await Task.sleep(for: min(.milliseconds(100), self.limits.lease))
                let late = self.pool.withLockedValue { pool in
                    let late = pool.leases.expire(at: .now)
                    pool.isWatched = pool.leases.waitingCount > 0
                    isNeeded = pool.isWatched
                    return late
                }
                for waiter in late { waiter.resume(returning: .refused(.poolExhausted)) }
            }
        }
    }

    /// Opens the connection for which a place in the pool is held, or gives the place up.
    private func connect(_ number: Int) async throws(PostgresError) -> PostgresConnection {
        do throws(PostgresError) {
            let failure = self.pool.withLockedValue { $0.gate.mayPass(at: .now) ? nil : $0.lastFailure }
            if let failure { throw failure }
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(
                    to: self.address, limits: self.limits, instruments: self.instruments, id: number)
                if self.pool.withLockedValue({ $0.gate.succeeded() }) { self.logger.notice("database is back") }
                return connection
            } catch {
                let hasJustGone = self.pool.withLockedValue { pool in
                    pool.lastFailure = error
                    return pool.gate.failed(at: .now)
                }
                if hasJustGone { self.logger.error("database cannot be reached", error: error) }
                throw error
            }
        } catch {
            let next = self.pool.withLockedValue { $0.leases.lost() }
            next?.waiter.resume(returning: .open(next?.number ?? number))
            throw error
        }
    }

    func release(_ connection: PostgresConnection, isReusable: Bool, died: Bool) {
        let isReusable = isReusable && connection.retiresAt > .now
        switch self.pool.withLockedValue({ $0.leases.release(connection, isReusable: isReusable, died: died) }) {
        case .kept: break
        case .handedTo(let waiter): waiter.resume(returning: .connection(connection))
        case .discard(let connections, let next):
            Task { for connection in connections { await connection.close() } }
            if let next { next.waiter.resume(returning: .open(next.number)) }
        }
    }
}
