extension Database {
    /// Whether requests can be served: what readiness depends on, and nothing else.
    package enum Health: Sendable, Equatable {
        case ready(roundTrip: Duration)
        case unreachable(PostgresError.Code)
        case wrongSchema(MigrationError)

        package var isReady: Bool {
            if case .ready = self { true } else { false }
        }

        /// For somebody who operates the server.
        package var description: String {
            switch self {
            case .ready: "The database answers."
            case .unreachable(let code): "The database does not answer (\(code.label))."
            case .wrongSchema(let error): error.description
            }
        }
    }

    /// Asks the database for its history, which is one round trip, and compares it with this release's.
    ///
    /// Steps later than all of this release's are a newer one's, applied while this process runs. They leave what is
    /// here usable (expand first, contract a release later), so the old process serves on until it is replaced.
    ///
    /// One attempt: who asks wants to know how it is, not how it will be.
    package func health(expecting migrator: Migrator) async -> Health {
        let began = ContinuousClock.now
        do {
            let applied = try await Migrator.applied(in: self, attempts: 1)
            let known = applied.filter { migrator.steps.last.map(\.id) ?? "" >= $0.id }
            if let problem = migrator.problem(known) { return .wrongSchema(problem) }
            return .ready(roundTrip: ContinuousClock.now - began)
        } catch {
            return .unreachable((error as? PostgresError)?.code ?? .cancelled)
        }
    }
}
