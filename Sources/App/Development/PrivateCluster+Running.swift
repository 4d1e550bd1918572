package import Logging

/// Runs `body` with a private cluster that answers, and stops it afterwards, whatever happens.
///
/// When PostgreSQL cannot be kept alive, the body is cancelled and the reason thrown.
package func withPrivateCluster<Value: Sendable>(
    folder: String, logger: Logger, _ body: @escaping @Sendable (PrivateCluster) async throws -> Value
) async throws -> Value {
    let cluster = try PrivateCluster(folder: folder, logger: logger)
    do {
        try await cluster.start()
    } catch {
        await cluster.stop()
        throw error
    }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask {
            // Watching ends when PostgreSQL is stopped, so that is done here.
            do {
                let value = try await body(cluster)
                await cluster.stop()
                return value
            } catch {
                await cluster.stop()
                throw error
            }
        }
        group.addTask {
            try await cluster.watch()
            return nil
        }
        var value: Value?
        while let ended = try await group.next() { value = ended ?? value }
        guard let value else { throw CancellationError() }
        return value
    }
}
