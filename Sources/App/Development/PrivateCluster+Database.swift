package import Postgres

extension PrivateCluster {
    /// Makes the roles and the database, unless they are there, and brings its schema up to date.
    package nonisolated func makeDatabase(_ name: String, with migrator: Migrator) async throws {
        let server = self.conninfo(database: "postgres", user: Self.administrator)
        try await self.explainingFailure {
            try await Administrator.run(PostgresModule.roles, on: server)
            do {
                try await Administrator.run("CREATE DATABASE \(name) OWNER wcc_owner", on: server)
            } catch {
                let isThere = (error as? PostgresError)?.code == .server(sqlState: "42P04")
                guard isThere else { throw error }
            }
            let database = Database(
                conninfo: self.conninfo(database: name, user: "wcc_migrate"), size: 1, limits: .none,
                logger: self.logger)
            do {
                try await migrator.migrate(database)
            } catch {
                await database.shutDown()
                throw error
            }
            await database.shutDown()
        }
    }

    /// Runs set-up work on the database, and says in PostgreSQL's words why it failed.
    private nonisolated func explainingFailure<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        let log = ServerLog(path: self.layout.log)
        do {
            return try await body()
        } catch {
            guard let failure = error as? PostgresError, failure.code != .cancelled else { throw error }
            // The file has the last word a little later than the connection.
            let lines = log.lines()
            let reason = lines.isEmpty ? "\(failure)" : log.reason()
            if reason.contains("No space left on device") { throw DevelopmentError.diskFull(folder: self.folder) }
            throw DevelopmentError.databaseFailed(reason: reason, log: self.log)
        }
    }

    /// The schema of a database as PostgreSQL itself writes it down, without what differs from one day to the next.
    package nonisolated func schema(of database: String) async throws -> String {
        let file = "\(self.folder)/schema.sql"
        try await self.dump(database, to: file)
        return try SchemaText.normalised(contentsOf: file)
    }
}
