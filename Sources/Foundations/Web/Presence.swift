package import Kernel
package import Logging
import NIOConcurrencyHelpers
package import Postgres
import ServiceLifecycle

/// A run of `wcc serve`, from its start to its end.
package enum ServerProcess {}

/// Writes down which of the staff have the product open in this process, so that every process can say who is here.
///
/// No request and no beat of a stream writes anything. What is written is who came and who went, gathered over a moment,
/// and now and then that the process is alive, which costs the same for one person and for two thousand. It is a hint:
/// nothing is decided by it, no history of it is kept, and after a process has died nobody believes what it wrote.
package final class Presence: Service {
    package struct Settings: Sendable {
        /// For how long comings and goings are gathered before they are written.
        package var gather: Duration = .seconds(1)
        /// How often the process says that it is alive, give or take a fifth.
        ///
        /// ``PresenceStore/belief`` outlasts two of them.
        package var beat: Duration = .seconds(30)
        /// Whoever is back within this has not been away: they turned a page, or their stream grew old.
        package var grace: Duration = .seconds(10)
        /// How long to leave a database alone that could not be written.
        package var pause: Duration = .seconds(5)
        package init() {}
    }

    private struct State {
        var book = PresenceBook()
        var nextBeat: ContinuousClock.Instant?
        var pausedUntil: ContinuousClock.Instant?
    }

    private let database: Database
    private let settings: Settings
    private let process: Identifier<ServerProcess>
    private let logger: Logger
    private let whoIsHere: @Sendable () -> Set<Recipient>
    private let store = PresenceStore()
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - database: Where it is written.
    ///   - settings: How often, and how patiently.
    ///   - process: What this process calls itself; another one each time it starts.
    ///   - logger: Told when it cannot be written.
    ///   - whoIsHere: Those who have the product open in this process at this moment.
    package init(
        database: Database, settings: Settings = Settings(), process: Identifier<ServerProcess>, logger: Logger,
        whoIsHere: @escaping @Sendable () -> Set<Recipient>
    ) {
        self.database = database
        self.settings = settings
        self.process = process
        self.logger = logger
        self.whoIsHere = whoIsHere
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.settings.gather)
                await self.tick()
            }
        }
    }

    /// Writes what has changed since the last time, and that the process is alive if that is due; for one caller at a
    /// time.
    func tick(at now: ContinuousClock.Instant = .now) async {
        let here = self.whoIsHere()
        let (changes, isBeat) = self.state.withLockedValue { state -> ([PresenceBook.Change], Bool) in
            if let until = state.pausedUntil, now < until { return ([], false) }
            let isBeat = state.nextBeat.map { now >= $0 } ?? true
            return (state.book.changes(to: here, at: now, grace: self.settings.grace, isBeat: isBeat), isBeat)
        }
        do {
            for change in changes {
                try await self.write(change)
                self.state.withLockedValue { $0.book.settle(change) }
            }
            guard isBeat else { return }
            let next = now + self.settings.beat * Double.random(in: 0.8...1.2)
            self.state.withLockedValue { $0.nextBeat = next }
        } catch {
            if Task.isCancelled { return }
            self.state.withLockedValue { $0.pausedUntil = now + self.settings.pause }
            self.logger.warning("presence could not be written", error: error)
        }
    }

    /// One transaction for an organisation, whatever has changed in it.
    private func write(_ change: PresenceBook.Change) async throws {
        try await self.database.transaction(as: .tenant(change.tenant)) { [store, process] tx in
            if change.standing.isEmpty { return try store.end(process, in: tx) }
            // A server that crashed has forgotten what was here, and housekeeping forgets who was silent for long.
            let isKnown = try store.beat(process, in: tx)
            if !isKnown { try store.begin(process, in: tx) }
            let came = isKnown ? change.came : change.standing
            if came.isEmpty, change.gone.isEmpty { return }
            try store.write(came: came, gone: change.gone, of: process, in: tx)
        }
    }
}
