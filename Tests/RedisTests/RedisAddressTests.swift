import Testing

@testable import Redis

@Suite struct RedisAddressTests {
    @Test func `an address says where, as whom and which database`() throws {
        let address = try #require(RedisAddress("rediss://wcc:p%40ss@redis.example.org:6380/2"))
        #expect(address.host == "redis.example.org" && address.port == 6380 && address.database == 2)
        #expect(address.user == "wcc" && address.password?.value == "p@ss" && address.isVerified)
        let short = try #require(RedisAddress("redis://:pass@[::1]"))
        #expect(short.host == "::1" && short.port == 6379 && short.database == 0 && !short.isVerified)
        #expect(short.user == nil && short.password?.value == "pass")
        #expect(!"\(address)".contains("p@ss"))
    }

    @Test(arguments: [
        "", "redis", "redis://", "http://redis.example.org", "redis://host:0", "redis://host:99999", "redis://host/x",
        "redis://host/-1", "redis://host/0?x=1", "redis://ho st",
    ])
    func `what is no address is none`(_ text: String) {
        #expect(RedisAddress(text) == nil)
        #expect(RedisAddress.problem(with: text, verified: true) != nil)
    }

    @Test func `what goes over a network is verified, unless somebody says that it need not be`() {
        for text in ["redis://127.0.0.1", "redis://localhost:1", "redis://[::1]", "rediss://redis.example.org"] {
            #expect(RedisAddress.problem(with: text, verified: true) == nil)
        }
        for text in ["redis://:secret@redis.example.org", "redis://10.0.0.1", "redis://127.0.0.1.example.org"] {
            let problem = RedisAddress.problem(with: text, verified: true)
            #expect(problem?.contains("rediss://") == true && problem?.contains("secret") == false)
            #expect(RedisAddress.problem(with: text, verified: false) == nil)
        }
    }
}
