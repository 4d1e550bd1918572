import Development
import Foundation
import Kernel
import Logging
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Redis

/// Against Redis itself.
@Suite(.timeLimit(.minutes(5))) struct RedisTests {
    private func redis(_ settings: RedisSettings) throws -> Redis {
        var settings = settings
        settings.pause = (.milliseconds(5), .milliseconds(50))
        return try #require(Redis(settings, logger: .quiet))
    }

    @Test func `a thousand commands at once are each given their own answer`() async throws {
        try await TestRedis.running { server in
            try await self.redis(server.settings).running { redis in
                try await withThrowingTaskGroup { group in
                    for number in 0..<1_000 {
                        group.addTask {
                            let answer = try await redis.ask(["ECHO", "\(number)"])
                            #expect(answer == .text("\(number)"))
                        }
                    }
                    try await group.waitForAll()
                }
                await #expect(throws: RedisError.refused("ERR")) { try await redis.ask(["NO", "SUCH"]) }
                _ = try await redis.ask(["LPUSH", "list", "x"])
                await #expect(throws: RedisError.refused("WRONGTYPE")) { try await redis.ask(["GET", "list"]) }
                #expect(redis.isUp)
            }
        }
    }

    @Test func `it is gone at once when it dies, and back when it is back`() async throws {
        try await TestRedis.running { server in
            try await self.redis(server.settings).running { redis in
                await server.stop()
                #expect(try await eventually(within: .seconds(60)) { !redis.isUp })
                await #expect(throws: RedisError.away) { try await redis.ask(["PING"]) }
                try await server.start()
                #expect(try await eventually(within: .seconds(60)) { redis.isUp })
                #expect(try await redis.ask(["PING"]) == .text("PONG"))
            }
        }
    }

    @Test func `one that stands still costs one wait, and those after it nothing`() async throws {
        try await TestRedis.running { server in
            var settings = server.settings
            settings.answer = .milliseconds(50)
            settings.connect = .seconds(3_600)
            try await self.redis(settings).running { redis in
                server.freeze()
                // The kernel still takes connections for it, on which nobody answers.
                await #expect(throws: RedisError.late) { try await redis.ask(["PING"]) }
                for _ in 0..<1_000 { await #expect(throws: RedisError.away) { try await redis.ask(["PING"]) } }
                server.thaw()
                let isBack = try await eventually(within: .seconds(60)) { redis.isUp }
                #expect(isBack)
            }
        }
    }

    @Test func `what is published is heard, also after it was away`() async throws {
        try await TestRedis.running { server in
            let heard = NIOLockedValueBox<[String]>([])
            let redis = try self.redis(server.settings)
            redis.subscribe(to: "news") { text in heard.withLockedValue { $0.append(text) } }
            try await redis.running { redis in
                redis.tell(["PUBLISH", "news", "one"])
                #expect(try await eventually(within: .seconds(60)) { heard.withLockedValue { $0 } == ["one"] })
                await server.stop()
                #expect(try await eventually(within: .seconds(60)) { !redis.isListening && !redis.isUp })
                try await server.start()
                #expect(try await eventually(within: .seconds(60)) { redis.isListening && redis.isUp })
                redis.tell(["PUBLISH", "news", "two"])
                #expect(try await eventually(within: .seconds(60)) { heard.withLockedValue { $0 } == ["one", "two"] })
            }
        }
    }

    @Test func `a subscription notices that nobody is there any more`() async throws {
        try await TestRedis.running { server in
            var settings = server.settings
            settings.heartbeat = .milliseconds(50)
            let redis = try self.redis(settings)
            redis.subscribe(to: "news") { _ in }
            try await redis.running { redis in
                server.freeze()
                let isGone = try await eventually(within: .seconds(60)) { !redis.isListening }
                server.thaw()
                let isBack = try await eventually(within: .seconds(60)) { redis.isListening }
                #expect(isGone && isBack)
            }
        }
    }

    @Test func `it logs in as who it is told, and not with another password`() async throws {
        try await TestRedis.running { server in
            try await self.redis(server.settings).running { redis in
                _ = try await redis.ask(["ACL", "SETUSER", "wcc", "on", ">a b@c/d", "~*", "&*", "+@all"])
            }
            func open(_ password: String) async throws -> RedisConnection {
                let address = try #require(RedisAddress("redis://wcc:\(password)@127.0.0.1:\(server.port)/3"))
                return try await RedisConnection.open(address, server.settings, subscription: nil)
            }
            let connection = try await open("a%20b%40c%2Fd")
            #expect(try await connection.ask(["ACL", "WHOAMI"]) == .text("wcc"))
            #expect(try await connection.ask(["CLIENT", "INFO"]).text?.contains(" db=3 ") == true)
            try await connection.channel.close()
            await #expect(throws: RedisError.refused("WRONGPASS")) { _ = try await open("another") }
        }
    }

    @Test func `by rediss it shows who it is, or is not spoken to`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wcc-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appending(path: "key").path, certificate = folder.appending(path: "certificate").path
        let made = try await ChildProcess.run(
            [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out",
                certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            ], output: folder.appending(path: "log").path)
        #expect(made.isSuccess)
        let port = try TestRedis.freePort()
        let arguments = [
            "--tls-port", "\(port)", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no",
        ]
        try await TestRedis.running(arguments) { server in
            var settings = server.settings
            func open(_ host: String) async throws -> RedisConnection {
                let address = try #require(RedisAddress("rediss://\(host):\(port)"))
                return try await RedisConnection.open(address, settings, subscription: nil)
            }
            await #expect(throws: (any Error).self, "nobody vouches for it") { _ = try await open("localhost") }
            settings.authority = certificate
            let connection = try await open("localhost")
            #expect(try await connection.ask(["PING"]) == .text("PONG"))
            connection.channel.close(promise: nil)
            await #expect(throws: (any Error).self, "it is another's") { _ = try await open("127.0.0.1") }
        }
    }
}
