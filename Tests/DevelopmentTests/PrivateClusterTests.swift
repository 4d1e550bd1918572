import Foundation
import Kernel
import Logging
import Postgres
import TestKit
import Testing

@testable import Development

@Suite struct PrivateClusterTests {
    private func run(
        _ folder: String, _ body: @escaping @Sendable (PrivateCluster) async throws -> Void
    ) async throws {
        let cluster = try PrivateCluster(folder: folder, logger: .quiet)
        try await cluster.run { try await body(cluster) }
    }

    private func execute(_ text: String, on cluster: PrivateCluster) async throws {
        try await Administrator.run(
            text, on: cluster.conninfo(database: "postgres", user: PrivateCluster.administrator))
    }

    private static func schema(in cluster: PrivateCluster) async throws -> String {
        let migrator = Migrator([Migration("1 note", "CREATE SCHEMA kept; CREATE TABLE kept.note ()")])
        try await cluster.makeDatabase("wcc", with: migrator)
        return try await cluster.schema(of: "wcc")
    }

    private func countKept(in cluster: PrivateCluster) async throws -> Int? {
        let database = Database(
            conninfo: cluster.conninfo(database: "postgres", user: PrivateCluster.administrator), size: 1,
            logger: .quiet)
        let rows = try await database.read(as: .system("test"), "SELECT count(*) AS number FROM kept")
        await database.shutDown()
        return try rows.first?.read("number", as: Int.self)
    }

    /// Every process that works in the folder, whoever started it.
    private func processes(of folder: String) throws -> [Int32] {
        ClusterProcesses(cluster: try ClusterLayout(folder: folder).cluster).running()
    }

    @Test func `the second start finds what the first one left, and nothing runs in between`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { cluster in
                #expect(await cluster.isNew)
                try await execute("CREATE TABLE kept (); INSERT INTO kept DEFAULT VALUES", on: cluster)
            }
            #expect(try processes(of: folder).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/cluster/postmaster.pid"))
            try await run(folder) { cluster in
                #expect(await !cluster.isNew)
                let kept = try await countKept(in: cluster)
                #expect(kept == 1)
            }
        }
    }

    @Test func `it listens on no port, and lets nobody else in`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { cluster in
                try await execute(
                    """
                    DO $$ BEGIN
                        ASSERT current_setting('listen_addresses') = '';
                        ASSERT current_setting('fsync') = 'on';
                        ASSERT current_setting('data_checksums') = 'on';
                    END $$
                    """, on: cluster)
                for path in ["cluster", "socket"] {
                    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
                    #expect(attributes[.posixPermissions] as? Int == 0o700)
                }
            }
        }
    }

    @Test func `the roles, the database and its schema are made once`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { cluster in
                let schema = try await Self.schema(in: cluster)
                #expect(schema.contains("CREATE TABLE kept.note"))
                let again = try await Self.schema(in: cluster)
                #expect(again == schema)
                try await Administrator.run(
                    "CREATE ROLE nobody_else", on: cluster.conninfo(database: "wcc", user: PrivateCluster.administrator)
                )
                await #expect(throws: PostgresError.self) {
                    try await Administrator.run(
                        "CREATE ROLE another", on: cluster.conninfo(database: "wcc", user: "wcc_app"))
                }
            }
        }
    }

    @Test func `a PostgreSQL that is killed is started again, with what was committed`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { cluster in
                try await execute("CREATE TABLE kept (); INSERT INTO kept DEFAULT VALUES", on: cluster)
                let first = try #require(await cluster.process)
                kill(first, SIGKILL)
                let isBack = try await eventually(within: .seconds(30)) {
                    guard let now = await cluster.process, now != first else { return false }
                    return (try? await countKept(in: cluster)) == 1
                }
                #expect(isBack)
            }
            #expect(try processes(of: folder).isEmpty)
        }
    }

    @Test func `a PostgreSQL that keeps dying ends the work, with the reason`() async throws {
        try await withTemporaryFolder { folder in
            let error = await #expect(throws: DevelopmentError.self) {
                try await run(folder) { cluster in
                    while !Task.isCancelled {
                        if let process = await cluster.process { kill(process, SIGKILL) }
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            #expect(error.map { "\($0)".hasPrefix("PostgreSQL did not start") } == true)
            // Those of a postmaster that was killed find out by themselves.
            let isQuiet = try await eventually(within: .seconds(20)) { try processes(of: folder).isEmpty }
            #expect(isQuiet)
        }
    }

    @Test func `a PostgreSQL that an earlier run left behind makes way`() async throws {
        try await withTemporaryFolder { folder in
            var abandoned: PrivateCluster? = try PrivateCluster(folder: folder, logger: .quiet)
            try await abandoned?.start()
            if let abandoned {
                try await execute("CREATE TABLE kept (); INSERT INTO kept DEFAULT VALUES", on: abandoned)
            }
            let left = try #require(await abandoned?.process)
            abandoned = nil
            #expect(try processes(of: folder).contains(left))
            try await run(folder) { cluster in
                #expect(await cluster.process != left)
                let kept = try await countKept(in: cluster)
                #expect(kept == 1)
            }
            #expect(try processes(of: folder).isEmpty)
        }
    }

    @Test func `a process number that by now is somebody else's is no obstacle`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { _ in }
            // The most unwilling to die: this test.
            let text =
                "\(getpid())\n\(folder)/cluster\n1700000000\n5432\n\(folder)/socket\n\n  5432001         0\nready   \n"
            try text.write(toFile: "\(folder)/cluster/postmaster.pid", atomically: true, encoding: .utf8)
            try await run(folder) { cluster in #expect(await cluster.process != nil) }
        }
    }

    @Test func `a start that was interrupted while the cluster was being made begins anew`() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: "\(folder)/cluster.new-7/base", withIntermediateDirectories: true)
            try await run(folder) { cluster in #expect(await cluster.isNew) }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!names.contains { $0.hasPrefix("cluster.new") })
        }
    }

    @Test func `two at once are refused, and the first goes on`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { cluster in
                #expect(throws: DevelopmentError.alreadyRunning(folder: cluster.folder, process: getpid())) {
                    try PrivateCluster(folder: folder, logger: .quiet)
                }
                try await execute("SELECT 1", on: cluster)
            }
        }
    }

    @Test(arguments: ["global/pg_control", "PG_VERSION", "pg_wal", "postgresql.conf"])
    func `a cluster that lacks something is said to be damaged`(part: String) async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/cluster/\(part)")
            try await expectDamage(in: folder)
        }
    }

    @Test func `a cluster whose control file is torn is said to be damaged`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { _ in }
            truncate("\(folder)/cluster/global/pg_control", 100)
            try await expectDamage(in: folder)
        }
    }

    private func expectDamage(in folder: String) async throws {
        let error = await #expect(throws: DevelopmentError.self) { try await run(folder) { _ in } }
        guard case .damaged(let named, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named.hasSuffix("/cluster"))
        #expect(try processes(of: folder).isEmpty)
    }

    @Test func `a database whose files are gone is reported in PostgreSQL's words`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/cluster/base")
            let error = await #expect(throws: DevelopmentError.self) {
                try await run(folder) { cluster in _ = try await Self.schema(in: cluster) }
            }
            guard case .databaseFailed(let reason, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason == "database \"postgres\" does not exist")
        }
    }

    @Test func `a cluster of a version that is not installed names the package`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { _ in }
            try "9\n".write(toFile: "\(folder)/cluster/PG_VERSION", atomically: false, encoding: .utf8)
            let error = await #expect(throws: DevelopmentError.self) { try await run(folder) { _ in } }
            #expect(error.map { "\($0)".contains("postgresql-9") } == true)
        }
    }

    @Test(arguments: [String(repeating: "long", count: 20), "a,b"])
    func `a folder that no socket can be in is refused before anything is made`(name: String) async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: DevelopmentError.self) {
                try PrivateCluster(folder: "\(folder)/\(name)", logger: .quiet)
            }
            guard case .unusableSocketPath = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)/cluster"))
        }
    }

    @Test func `quotes and spaces in a path do no harm`() async throws {
        try await withTemporaryFolder { folder in
            try await run("\(folder)/it's \"here\"") { cluster in try await execute("SELECT 1", on: cluster) }
        }
    }

    @Test func `the log says nothing of what was in a statement`() async throws {
        try await withTemporaryFolder { folder in
            try await run(folder) { cluster in
                try await execute("CREATE TABLE kept (name text PRIMARY KEY)", on: cluster)
                try await execute("INSERT INTO kept VALUES ('Edith')", on: cluster)
                await #expect(throws: PostgresError.self) {
                    try await execute("INSERT INTO kept VALUES ('Edith')", on: cluster)
                }
                let log = try String(contentsOfFile: cluster.log, encoding: .utf8)
                #expect(log.contains("duplicate key"))
                #expect(!log.contains("Edith"))
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `as root, it works where PostgreSQL's user may not go`()
        async throws
    {
        try await withTemporaryFolder { folder in
            chmod(folder, 0o700)
            try await run("\(folder)/dev") { cluster in
                try await execute("SELECT 1", on: cluster)
            }
        }
    }
}
