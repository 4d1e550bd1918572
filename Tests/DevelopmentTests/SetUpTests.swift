import Foundation
import Testing

@testable import Development

@Suite struct SetUpTests {
    @Test func `a port that is taken is named`() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                #expect(bind(listener, $0, size) == 0)
                #expect(listen(listener, 1) == 0)
                #expect(getsockname(listener, $0, &size) == 0)
            }
        }
        let port = Int(UInt16(bigEndian: address.sin_port))
        #expect(throws: DevelopmentError.portTaken(port)) { try PortProbe.check(port) }
    }

    @Test(arguments: [0, -1, 65_536]) func `a port that is none is refused`(port: Int) {
        #expect(throws: DevelopmentError.self) { try PortProbe.check(port) }
    }

    @Test func `the newest programs are taken, or those of the version asked for`() async throws {
        try await withTemporaryFolder { folder in
            for version in ["9", "14", "15", "17"] {
                let bin = "\(folder)/\(version)/bin"
                try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
                for program in ["initdb", "postgres"] {
                    try "".write(toFile: "\(bin)/\(program)", atomically: true, encoding: .utf8)
                    chmod("\(bin)/\(program)", 0o755)
                }
            }
            #expect(ServerPrograms.find(debian: folder, path: "")?.folder == "\(folder)/17/bin")
            #expect(ServerPrograms.find(version: 15, debian: folder, path: "")?.folder == "\(folder)/15/bin")
            #expect(ServerPrograms.find(version: 14, debian: folder, path: "") == nil)
            #expect(ServerPrograms.find(debian: "\(folder)/none", path: "\(folder)/15/bin") != nil)
        }
    }

    @Test func `what PostgreSQL said becomes the reason`() async throws {
        try await withTemporaryFolder { folder in
            let layout = try ClusterLayout(folder: folder)
            for (line, expected) in [
                (
                    "FATAL:  could not write lock file \"postmaster.pid\": No space left on device",
                    DevelopmentError.diskFull(folder: layout.folder)
                ),
                (
                    "PANIC:  could not locate a valid checkpoint record",
                    .damaged(folder: layout.cluster, reason: "could not locate a valid checkpoint record")
                ),
                (
                    "FATAL:  could not create any Unix-domain sockets",
                    .didNotStart(reason: "could not create any Unix-domain sockets", log: layout.log)
                ),
            ] {
                let log = ServerLog(path: layout.log)
                let file = try #require(fopen(layout.log, "a"))
                fputs("2026-11-22 10:00:00 UTC [7] LOG:  something before\n2026-11-22 10:00:00 UTC [7] \(line)\n", file)
                fclose(file)
                #expect(log.failure(in: layout) == expected)
            }
        }
    }

    @Test func `a schema reads the same on another day`() {
        let first = """
            --
            -- PostgreSQL database dump
            --

            \\restrict abc

            -- Dumped from database version 15.20

            SET statement_timeout = 0;
            SELECT pg_catalog.set_config('search_path', '', false);

            --
            -- Name: app; Type: SCHEMA; Schema: -; Owner: wcc_owner
            --

            CREATE SCHEMA app;


            \\unrestrict abc
            """
        let second = first.replacing("abc", with: "xyz").replacing("15.20", with: "15.21")
        #expect(SchemaText.normalised(first) == SchemaText.normalised(second))
        #expect(
            SchemaText.normalised(first).hasSuffix(
                "\n\n-- Name: app; Type: SCHEMA; Schema: -; Owner: wcc_owner\n\nCREATE SCHEMA app;\n"))
    }
}
