import Kernel
import Logging
import TestKit
import Testing

@testable import Redis

/// What comes from the other end of a connection may be anything.
@Suite(.timeLimit(.minutes(5))) struct OddServerTests {
    private func redis(_ server: OddServer, answer: Duration = .milliseconds(200)) throws -> Redis {
        var settings = RedisSettings(RedisAddress("redis://127.0.0.1:\(server.port)"))
        settings.answer = answer
        settings.pause = (.milliseconds(5), .milliseconds(50))
        return try #require(Redis(settings, logger: .quiet))
    }

    @Test(arguments: OddServer.Oddity.allCases)
    func `a server that is odd is left, nothing waits for it for long, and it is tried again`(
        _ oddity: OddServer.Oddity
    ) async throws {
        try await OddServer.running(oddity) { server in
            try await self.redis(server).running(isUp: false) { redis in
                for _ in 0..<3 {
                    try #require(await eventually(within: .seconds(60)) { redis.isUp })
                    let answer = await Result { () async throws(RedisError) in try await redis.ask(["GET", "x"]) }
                    switch oddity {
                    case .short, .hugeText, .hangs: #expect([.failure(.late), .failure(.away)].contains(answer))
                    case .wrongType, .hugeList, .endlessLine, .deep:
                        #expect([.failure(.broken), .failure(.away), .failure(.late)].contains(answer))
                    case .twice: #expect([.success(.text("ONE")), .failure(.away)].contains(answer))
                    case .closes, .unasked:
                        #expect([.failure(.away), .failure(.broken), .failure(.late)].contains(answer))
                    }
                    #expect(answer != .success(.text("TWO")))
                }
            }
        }
    }

    @Test func `a server that does not greet is none, and asking it is over at once`() async throws {
        try await OddServer.running(.hangs, greets: false) { server in
            // An hour for an answer: the test would not end if anything waited for one.
            let redis = try self.redis(server, answer: .seconds(3_600))
            try await redis.running(isUp: false) { redis in
                for _ in 0..<100 { await #expect(throws: RedisError.away) { try await redis.ask(["GET", "x"]) } }
                #expect(!redis.isUp)
            }
        }
    }

    @Test func `more than can wait are turned away`() async throws {
        try await OddServer.running(.hangs) { server in
            var settings = RedisSettings(RedisAddress("redis://127.0.0.1:\(server.port)"))
            settings.answer = .milliseconds(500)
            settings.most = 3
            let redis = try #require(Redis(settings, logger: .quiet))
            try await redis.running { redis in
                let failures = await withTaskGroup(of: RedisError?.self) { group in
                    for _ in 0..<10 {
                        group.addTask {
                            do throws(RedisError) {
                                _ = try await redis.ask(["GET", "x"])
                                return nil
                            } catch {
                                return error
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(failures.allSatisfy { $0 != nil })
                #expect(failures.filter { $0 == .late }.count <= 3)
                #expect(failures.contains(.crowded))
            }
        }
    }
}

extension Result where Failure == RedisError {
    fileprivate init(_ body: () async throws(RedisError) -> Success) async {
        do throws(RedisError) {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
