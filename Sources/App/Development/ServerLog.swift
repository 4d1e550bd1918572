import Foundation

/// What PostgreSQL wrote since a moment, to tell why it did not start.
struct ServerLog {
    let path: String
    private let start: UInt64

    init(path: String) {
        self.path = path
        self.start = (try? FileHandle(forReadingAtPath: path)?.seekToEnd()) ?? 0
    }

    func lines() -> [Substring] {
        guard let file = FileHandle(forReadingAtPath: self.path), (try? file.seek(toOffset: self.start)) != nil,
            let data = try? file.readToEnd()
        else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    /// The first thing that could not be survived, without time and process.
    func reason() -> String {
        let lines = self.lines()
        for severity in ["PANIC:  ", "FATAL:  ", "initdb: error: ", "pg_dump: error: ", "ERROR:  "] {
            for line in lines {
                if let range = line.range(of: severity) { return String(line[range.upperBound...]) }
            }
        }
        return lines.last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "it said nothing"
    }

    func failure(in layout: ClusterLayout) -> DevelopmentError {
        let reason = self.reason()
        if reason.contains("No space left on device") { return .diskFull(folder: layout.folder) }
        if reason.contains("incompatible with server"), let version = try? layout.version() {
            return .versionMissing(version: version, folder: layout.cluster)
        }
        let damage = [
            "checkpoint", "could not open file", "could not read", "invalid data", "corrupt", "pg_control", "WAL",
            "control file", "could not access", "could not locate", "configuration file",
            "does not exist",
            "is not a", "could not stat", "could not open directory", "unexpected",
        ]
        if damage.contains(where: reason.contains) { return .damaged(folder: layout.cluster, reason: reason) }
        return .didNotStart(reason: reason, log: self.path)
    }
}
