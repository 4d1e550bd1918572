import Foundation
import NIOConcurrencyHelpers

/// A program that was started here and is watched until it ends.
///
/// One thread starts it and then waits for it. Both matter: the signal that a child gets when its parent dies is tied
/// to the thread that started it, and a child that nobody waits for stays as a zombie. (Foundation's `Process` will not
/// do: it never returns while a grandchild holds the socket by which it watches.)
package final class ChildProcess: Sendable {
    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(Int32)

        package var isSuccess: Bool { self == .exited(0) }
    }

    private struct State {
        var ending: Ending?
        var waiting: [CheckedContinuation<Ending, Never>] = []
    }

    package let id: Int32
    private let state = NIOLockedValueBox(State())

    private init(id: Int32) { self.id = id }

    /// Starts `command`, in a process group of its own, so that Ctrl-C reaches this process only.
    ///
    /// What it prints is added to the file at `output`. It gets no environment but a plain one: the caller's may hold
    /// `PGDATA` and the like.
    package static func start(_ command: [String], output: String) async throws(DevelopmentError) -> ChildProcess {
        let started: Result<ChildProcess, DevelopmentError> = await withCheckedContinuation { continuation in
            let thread = Thread {
                var id: pid_t = 0
                let failure = Self.spawn(command, output: output, id: &id)
                guard failure == 0 else {
                    let name = command.first ?? ""
                    continuation.resume(
                        returning: .failure(.programFailed(name: name, reason: String(cString: strerror(failure)))))
                    return
                }
                let child = ChildProcess(id: id)
                continuation.resume(returning: .success(child))
                child.awaitEnding()
            }
            thread.name = "child"
            thread.stackSize = 1 << 18
            thread.start()
        }
        return try started.get()
    }

    package var isRunning: Bool { self.state.withLockedValue { $0.ending == nil } }

    /// Sends a signal, unless it has ended: then its number may already be somebody else's.
    package func send(_ signal: Int32) {
        self.state.withLockedValue { state in
            guard state.ending == nil else { return }
            _ = kill(self.id, signal)
        }
    }

    package func ending() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending: Ending? = self.state.withLockedValue { state in
                if state.ending == nil { state.waiting.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    /// Whether it ends in time.
    package func ends(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while self.isRunning && ContinuousClock.now < end {
            // In a task of its own: a cancelled caller has to wait for its child all the same.
            await Task { try? await Task.sleep(for: .milliseconds(5)) }.value
        }
        return !self.isRunning
    }

    private func awaitEnding() {
        var information = siginfo_t()
        // Seen dead, but not yet laid to rest: until the lock is held its number must stay its own.
        while waitid(P_PID, id_t(self.id), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
        let waiting: (Ending, [CheckedContinuation<Ending, Never>]) = self.state.withLockedValue { state in
            var status: Int32 = 0
            while waitpid(self.id, &status, 0) == -1 && errno == EINTR {}
            let signal = status & 0x7F
            let ending: Ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal)
            state.ending = ending
            defer { state.waiting = [] }
            return (ending, state.waiting)
        }
        for continuation in waiting.1 { continuation.resume(returning: waiting.0) }
    }

    /// Marks every open file as ours alone.
    private static func keepOpenFiles() {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in entries.compactMap({ Int32($0) }) where descriptor > 2 {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    private static func spawn(_ command: [String], output: String, id: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        Self.keepOpenFiles()

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that are ignored or blocked here would be there, too.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        let variables = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC"]
        // Somewhere another user may be, too: PostgreSQL's programs ask where they are.
        let arguments: [UnsafeMutablePointer<CChar>?] = (["env", "--chdir=/"] + command).map { strdup($0) } + [nil]
        let environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        return posix_spawnp(&id, "env", &actions, &attributes, arguments, environment)
    }
}

extension ChildProcess {
    /// Runs `command` to its end; what it printed is the reason if it fails.
    package static func run(_ command: [String], output: String) async throws(DevelopmentError) -> Ending {
        let child = try await Self.start(command, output: output)
        return await withTaskCancellationHandler {
            await child.ending()
        } onCancel: {
            child.send(SIGTERM)
        }
    }
}
