import Foundation

/// The processes of a cluster that an earlier run left behind.
///
/// Found by where they are, as every process of PostgreSQL's works in its data folder. The number in `postmaster.pid`
/// proves nothing: after a crash it may be anybody's.
struct ClusterProcesses {
    let cluster: String

    func running() -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { self.isOurs($0) }
    }

    /// Stops all of them, as gently as they let it happen.
    func stop() async {
        for signal in [SIGINT, SIGQUIT, SIGKILL] {
            let processes = self.running()
            if processes.isEmpty { return }
            // The others follow the one that started them; a signal to each would only end what it is doing.
            let parents = processes.filter { self.parent(of: $0).map { !processes.contains($0) } ?? true }
            for process in parents where self.isOurs(process) { kill(process, signal) }
            let end = ContinuousClock.now + .seconds(10)
            while !self.running().isEmpty && ContinuousClock.now < end {
                await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
            }
        }
    }

    private func isOurs(_ process: Int32) -> Bool {
        let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
        guard folder == self.cluster else { return false }
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
        return program?.contains("/postgres") ?? false
    }

    private func parent(of process: Int32) -> Int32? {
        let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("PPid:") }
        return line.flatMap { Int32($0.dropFirst(5).trimmingCharacters(in: .whitespaces)) }
    }
}
