import Development
import Foundation
import Postgres
import TestKit
import Testing

/// A PostgreSQL server of a suite's own, which it may stop, freeze and start again.
actor TestServer {
    @TaskLocal static var bound: TestServer?
    static var current: TestServer { get throws { try #require(Self.bound) } }

    nonisolated let port: Int
    /// Where the suite may put files of its own.
    nonisolated let folder: String
    private var process: ChildProcess?

    init() throws {
        self.port = try Self.freePort()
        self.folder = FileManager.default.temporaryDirectory.appending(path: "wcc-server-\(self.port)").path
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    nonisolated func conninfo(_ more: String = "host=127.0.0.1") -> String {
        "port=\(self.port) user=postgres dbname=postgres \(more)"
    }

    func start() async throws {
        let script = URL(filePath: #filePath).appending(path: "../../../tools/test-cluster").standardized.path
        self.process = try await ChildProcess.start(
            [script, "run", "\(self.port)", "\(self.folder)/data"], output: "\(self.folder)/log")
        let conninfo = self.conninfo()
        let isUp = try await eventually(within: .seconds(30)) {
            (try? await Administrator.run("SELECT 1", on: conninfo)) != nil
        }
        if !isUp {
            Issue.record("no server: \((try? String(contentsOfFile: "\(self.folder)/log", encoding: .utf8)) ?? "")")
        }
    }

    /// SIGINT is a fast shutdown, SIGQUIT an immediate one.
    func stop(_ signal: Int32 = SIGINT) async {
        self.process?.send(signal)
        _ = await self.process?.ends(within: .seconds(20))
        self.process = nil
    }

    func remove() async {
        await self.stop(SIGQUIT)
        try? FileManager.default.removeItem(atPath: self.folder)
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        try #require(result)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

struct TestServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try TestServer()
        do {
            try await server.start()
            try await TestServer.$bound.withValue(server) { try await function() }
            await server.remove()
        } catch {
            await server.remove()
            throw error
        }
    }
}

extension Trait where Self == TestServerTrait {
    static var server: Self { Self() }
}
