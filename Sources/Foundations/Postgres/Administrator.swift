import Logging

/// What cannot be done inside a transaction: making and dropping databases and roles, for set-up and tests.
package enum Administrator {
    package static func run(
        _ text: String, on conninfo: String, trust: ServerAddress.Trust = .verified
    ) async throws {
        let limits = Database.Limits.none
        let session = try await PostgresConnection.connect(
            to: ServerAddress(conninfo, trust: trust, limits: limits), limits: limits,
            instruments: Instruments(slowStatement: nil, logger: Logger(label: "wcc.postgres")), id: 0)
        let result = await Task { try await session.runScript(text) }.result
        await session.close()
        try result.get()
    }
}
