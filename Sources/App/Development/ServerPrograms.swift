import Foundation

/// Where PostgreSQL's own programs are; Debian keeps the server's off the `PATH`, a folder for each version.
struct ServerPrograms: Equatable {
    static let oldest = 15

    let folder: String

    var initdb: String { "\(self.folder)/initdb" }
    var postgres: String { "\(self.folder)/postgres" }
    var dump: String { "\(self.folder)/pg_dump" }

    /// The newest, or those of the version that made the cluster: another one cannot read it.
    static func find(
        version: Int? = nil, debian: String = "/usr/lib/postgresql",
        path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
    ) -> ServerPrograms? {
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []).compactMap { Int($0) }
        let wanted = versions.filter { $0 >= Self.oldest && (version == nil || $0 == version) }
        let folders =
            wanted.sorted(by: >).map { "\(debian)/\($0)/bin" } + path.split(separator: ":").map(String.init)
        return folders.lazy.map(ServerPrograms.init).first { programs in
            [programs.initdb, programs.postgres].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
        }
    }
}
