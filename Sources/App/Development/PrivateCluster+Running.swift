extension PrivateCluster {
    /// Runs `body` while PostgreSQL answers, and stops it afterwards, whatever happens.
    ///
    /// When PostgreSQL cannot be kept alive, the body is cancelled and the reason thrown.
    package nonisolated func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            try await self.start()
        } catch {
            await self.stop()
            throw error
        }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                // Watching ends when PostgreSQL is stopped, so that is done here.
                do {
                    let value = try await body()
                    await self.stop()
                    return value
                } catch {
                    await self.stop()
                    throw error
                }
            }
            group.addTask {
                try await self.watch()
                return nil
            }
            var value: Value?
            while let ended = try await group.next() { value = ended ?? value }
            guard let value else { throw CancellationError() }
            return value
        }
    }
}
