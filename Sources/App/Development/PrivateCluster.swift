import Foundation
package import Logging

/// A PostgreSQL of one's own, in a folder: made when it is not there, started, watched, stopped.
///
/// It listens on a socket in that folder and nowhere else, and only its user may enter, so it needs no passwords.
/// `fsync` is on: whatever was answered is still there when this process, PostgreSQL or the machine is killed.
package actor PrivateCluster {
    /// Its superuser; the product never logs in as this one.
    package static let administrator = "wcc_admin"

    let layout: ClusterLayout
    private let lock: FolderLock
    let logger: Logger
    private let programs: ServerPrograms
    private var user: UnprivilegedUser?
    private var server: ChildProcess?
    private var isStopped = false

    /// Whether this start made the cluster.
    package private(set) var isNew = false

    /// Takes the folder for itself; nothing runs yet.
    package init(folder: String, logger: Logger) throws(DevelopmentError) {
        self.layout = try ClusterLayout(folder: folder)
        self.lock = try FolderLock(folder: self.layout.folder)
        self.logger = logger
        let version = try self.layout.version()
        guard let programs = ServerPrograms.find(version: version) else {
            guard let version, ServerPrograms.find() != nil else { throw .programsMissing }
            throw .versionMissing(version: version, folder: self.layout.cluster)
        }
        self.programs = programs
        self.user = try UnprivilegedUser.forCluster(at: self.layout.cluster)
    }

    package nonisolated var folder: String { self.layout.folder }
    package nonisolated var log: String { self.layout.log }

    /// The number of the process that PostgreSQL's others come from, while it runs.
    package var process: Int32? { self.server.flatMap { $0.isRunning ? $0.id : nil } }

    package nonisolated func conninfo(database: String, user: String) -> String {
        let host = self.layout.sockets.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return "host='\(host)' port=5432 dbname=\(database) user=\(user)"
    }

    /// Ends when PostgreSQL answers.
    package func start() async throws {
        try await self.checkFolder()
        if !self.layout.exists { try await self.initialise() }
        await ClusterProcesses(cluster: self.layout.cluster).stop()
        // Nobody works in the folder now, so what says otherwise is left from a crash.
        for remnant in [self.layout.pidFile, self.layout.socket, "\(self.layout.socket).lock"] { unlink(remnant) }
        try self.layout.makePrivate(self.layout.sockets, for: self.user)
        self.layout.rotateLog()

        let log = ServerLog(path: self.layout.log)
        let server = try await ChildProcess.start(self.command, output: self.layout.log)
        self.server = server
        // Somebody may have asked for the end while it was being started once more.
        guard !self.isStopped else { return await self.stop() }
        let end = ContinuousClock.now + .seconds(60)
        while !self.isReady(server.id) {
            guard server.isRunning else {
                if self.isStopped { return }
                throw log.failure(in: self.layout)
            }
            guard ContinuousClock.now < end, !Task.isCancelled else {
                await self.stop()
                try Task.checkCancellation()
                throw DevelopmentError.didNotStart(reason: "it took longer than a minute", log: self.layout.log)
            }
            await Task { try? await Task.sleep(for: .milliseconds(5)) }.value
        }
    }

    /// Starts it again whenever it dies, and gives up when it keeps dying.
    package func watch() async throws {
        var deaths: [ContinuousClock.Instant] = []
        while let server = self.server {
            _ = await server.ending()
            guard !self.isStopped else { return }
            deaths = deaths.filter { $0 > .now - .seconds(60) } + [.now]
            guard deaths.count <= 5 else {
                throw DevelopmentError.didNotStart(reason: "it ended five times in a minute", log: self.layout.log)
            }
            self.logger.warning("the private PostgreSQL ended and is started again")
            try await self.start()
        }
    }

    /// Lets what is under way be rolled back, writes everything, ends, and leaves the folder to others.
    package func stop() async {
        self.isStopped = true
        defer { self.lock.release() }
        guard let server = self.server else { return }
        for signal in [SIGINT, SIGQUIT, SIGKILL] {
            server.send(signal)
            if await server.ends(within: .seconds(10)) { return }
        }
    }

    /// Writes down the schema of a database.
    func dump(_ database: String, to file: String) async throws {
        let log = ServerLog(path: self.layout.log)
        let command =
            ["setpriv"] + Self.dying("TERM") + [
                self.programs.dump, "--schema-only", "--file", file, "--dbname",
                self.conninfo(database: database, user: Self.administrator),
            ]
        guard try await ChildProcess.run(command, output: self.layout.log).isSuccess else {
            throw DevelopmentError.programFailed(name: "pg_dump", reason: log.reason())
        }
    }

    private var command: [String] {
        let sockets = self.layout.sockets.replacing("\"", with: "\"\"")
        let settings = [
            "listen_addresses": "", "unix_socket_directories": "\"\(sockets)\"", "unix_socket_permissions": "0700",
            "port": "5432", "cluster_name": "wcc_dev", "max_connections": "60", "timezone": "UTC",
            // The sentences about a failed start are found by PostgreSQL's own words.
            "lc_messages": "C", "log_timezone": "UTC", "log_line_prefix": "%m [%p] ", "log_destination": "stderr",
            "logging_collector": "off", "log_checkpoints": "off",
            // A log must not hold what somebody wrote about a resident: no values, no rows, no statements.
            "log_error_verbosity": "terse", "log_min_error_statement": "panic",
            "log_parameter_max_length_on_error": "0", "jit": "off",
        ]
        return self.asUser(dying: "INT") + [self.programs.postgres, "-D", self.layout.cluster]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    /// How to run something as PostgreSQL's user, and end it with a signal should this process die.
    ///
    /// In `/`, as PostgreSQL's programs come back to where they began, and that must be open to their user.
    private func asUser(dying signal: String) -> [String] {
        ["env", "--chdir=/", "setpriv"] + (self.user?.prefix ?? []) + Self.dying(signal)
    }

    /// The signal is sent only for a death that comes after it was asked for, so who was orphaned before does not begin.
    private static func dying(_ signal: String) -> [String] {
        let parent = "\(ProcessInfo.processInfo.processIdentifier)"
        return ["--pdeathsig", signal, "--", "sh", "-c", #"[ "$PPID" = "$0" ] && exec "$@""#, parent]
    }

    /// Root's home, where a new machine's first clone often lies, is shut to PostgreSQL's user; then it may pass through.
    private func checkFolder() async throws(DevelopmentError) {
        guard let user = self.user else { return }
        for user in [user, user.passingThrough()] {
            self.user = user
            let command = self.asUser(dying: "TERM") + ["env", "--chdir=\(self.layout.folder)", "true"]
            if try await ChildProcess.run(command, output: self.layout.log).isSuccess { return }
        }
        throw .unreachable(folder: self.layout.folder, user: user.name)
    }

    /// Makes the cluster beside its place and moves it there when it is whole.
    private func initialise() async throws {
        let draft = self.layout.newDraft()
        try self.layout.makePrivate(draft, for: self.user)
        let log = ServerLog(path: self.layout.log)
        let command = [
            self.programs.initdb, "--pgdata", draft, "--username", Self.administrator, "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--auth-local", "trust", "--auth-host", "reject", "--data-checksums",
        ]
        // Asked to end, it first finishes what it is at; its folder is removed by the next start.
        let ending = try await ChildProcess.run(self.asUser(dying: "KILL") + command, output: self.layout.log)
        guard ending.isSuccess else {
            try? FileManager.default.removeItem(atPath: draft)
            try Task.checkCancellation()
            if log.lines().contains(where: { $0.contains("No space left on device") }) {
                throw DevelopmentError.diskFull(folder: self.layout.folder)
            }
            throw DevelopmentError.didNotStart(reason: log.reason(), log: self.layout.log)
        }
        guard rename(draft, self.layout.cluster) == 0 else {
            throw DevelopmentError.cannotWrite(path: self.layout.cluster, reason: String(cString: strerror(errno)))
        }
        self.isNew = true
    }

    /// PostgreSQL says so in the eighth line of `postmaster.pid`, as its own `pg_ctl` reads it.
    private func isReady(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: self.layout.pidFile, encoding: .utf8) else { return false }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 7, Int32(lines[0]) == process else { return false }
        return lines[7].hasPrefix("ready")
    }
}
