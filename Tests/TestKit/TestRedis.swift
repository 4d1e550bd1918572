import Development
import Foundation
import Glibc
import Kernel
import Logging
import NIOConcurrencyHelpers
import Redis

/// A Redis of a test's own, which may be killed, emptied and started again.
package final class TestRedis: Sendable {
    package let port: Int
    private let folder: URL
    private let arguments: [String]
    private let process = NIOLockedValueBox<ChildProcess?>(nil)

    private init(port: Int, folder: URL, arguments: [String]) {
        self.port = port
        self.folder = folder
        self.arguments = arguments
    }

    /// Runs one while `body` runs, with these on its command line besides.
    package static func running<Value: Sendable>(
        _ arguments: [String] = [], _ body: (TestRedis) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wcc-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let redis = TestRedis(port: try Self.freePort(), folder: folder, arguments: arguments)
        try await redis.start()
        do {
            let value = try await body(redis)
            await redis.stop()
            return value
        } catch {
            await redis.stop()
            throw error
        }
    }

    package func start() async throws {
        let command =
            [
                "redis-server", "--port", "\(self.port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", self.folder.path,
            ] + self.arguments
        let child = try await ChildProcess.start(command, output: self.folder.appending(path: "log").path)
        self.process.withLockedValue { $0 = child }
        let isUp = try await eventually(within: .seconds(60)) { self.answers() }
        guard isUp else {
            throw Silent(log: try String(contentsOf: self.folder.appending(path: "log"), encoding: .utf8))
        }
    }

    struct Silent: Error { let log: String }

    /// As the power cut does it.
    package func stop() async {
        let child = self.process.withLockedValue { process in
            defer { process = nil }
            return process
        }
        child?.send(SIGKILL)
        _ = await child?.ending()
    }

    /// Stands still, and keeps its connections.
    package func freeze() { self.process.withLockedValue { $0 }?.send(SIGSTOP) }
    package func thaw() { self.process.withLockedValue { $0 }?.send(SIGCONT) }

    package var url: String { "redis://127.0.0.1:\(self.port)" }
    package var settings: RedisSettings {
        var settings = RedisSettings(RedisAddress(self.url))
        settings.answer = .seconds(10)
        settings.connect = .seconds(10)
        return settings
    }

    /// A port on which nobody listens.
    package static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) != 0 || getsockname(descriptor, $0, &length) != 0
            }
        }
        if failed { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func answers() -> Bool {
        do {
            try PortProbe.check(self.port)
            return false
        } catch {
            return true
        }
    }
}

extension Redis {
    /// Runs while `body` runs, which begins when there is a connection.
    package func running<Value: Sendable>(
        isUp: Bool = true, _ body: (Redis) async throws -> Value
    ) async throws -> Value {
        let running = Task { try await self.run() }
        let result: Result<Value, any Error>
        do {
            if isUp {
                _ = try await eventually(within: .seconds(60)) { self.isUp && self.isListening }
            }
            result = .success(try await body(self))
        } catch {
            result = .failure(error)
        }
        running.cancel()
        _ = await running.result
        return try result.get()
    }
}
