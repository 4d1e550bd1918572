import AsyncHTTPClient
import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOConcurrencyHelpers
import Postgres
import Redis
import TestKit
import Testing

@testable import Web

@Suite(.database, .timeLimit(.minutes(5))) struct WakeUpsTests {
    private func wakeUps(_ redis: Redis) -> WakeUps { WakeUps(redis, name: "test", process: .any()) }

    private func deliver(
        _ database: Database, to principal: Principal, wake: @escaping @Sendable (Set<Recipient>) -> Void
    ) async throws {
        let inbox = Inbox(wake: wake)
        try await database.transaction(as: principal) { tx in
            inbox.deliver(
                Notice("tests.sent", Identifier<Organisation>.any()), to: [principal.person],
                in: principal.organisation, at: tx)
        }
    }

    /// The watch looks every ten minutes, so what comes before has come through Redis.
    @Test func `what is committed here is read there at once`() async throws {
        let carer = Principal.someone(.careAssistant), database = TestDatabase.current.open()
        try await TestRedis.running { server in
            let here = try #require(Redis(server.settings, logger: .quiet))
            let there = try #require(Redis(server.settings, logger: .quiet))
            let wakeUps = self.wakeUps(here)
            var settings = LiveStreams.Settings()
            (settings.poll, settings.heartbeat, settings.age) = (.seconds(600), .seconds(600), .seconds(600))
            let streams = LiveStreams(database: database, settings: settings, logger: .quiet) { _ in true }
            self.wakeUps(there).listen { streams.wake($0) }
            var site = try TestSite().site()
            streams.register(on: &site)
            let responder = try site.responder(authenticator: Authenticator { _ in .someone(carer) })
            let app = Application(responder: responder, services: [database, streams], logger: .quiet)
            try await here.running { _ in
                try await there.running { _ in
                    try await app.test(.live) { client in
                        let seen = NIOLockedValueBox("")
                        async let listening: Void = self.listen(try #require(client.port), seen)
                        for number in 1...5 {
                            // Its first bytes say that it has read what there was, and waits.
                            #expect(
                                try await eventually(within: .seconds(60)) {
                                    let text = seen.withLockedValue { $0 }
                                    return number == 1 ? !text.isEmpty : text.contains("-\(number - 1)\n")
                                })
                            try await self.deliver(database, to: carer) { wakeUps.publish($0) }
                        }
                        try await listening
                        #expect(seen.withLockedValue { $0 }.components(separatedBy: "tests.sent").count == 6)
                    }
                }
            }
        }
    }

    private func listen(_ port: Int, _ seen: NIOLockedValueBox<String>) async throws {
        let request = HTTPClientRequest(url: "http://localhost:\(port)/api/v1/events")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(240))
        for try await chunk in response.body {
            let text = String(buffer: chunk)
            let isEnough = seen.withLockedValue { seen in
                seen += text
                return seen.contains("-5\n")
            }
            if isEnough { break }
        }
    }

    @Test func `a message names people by identifiers, and reads back as it was`() {
        let recipients = Set((0..<50).map { _ in Recipient(.any(), in: .any()) })
        let text = WakeUps.text(of: recipients, from: "one")
        #expect(WakeUps.recipients(in: text, besides: "another") == recipients)
        #expect(WakeUps.recipients(in: text, besides: "one").isEmpty)
        #expect(text.utf8.count < 5_000)
    }

    @Test(arguments: ["", " ", "x", "x y", "x y/z", "x 1/2/3", "x /", "\u{0}", String(repeating: "x ", count: 100_000)])
    func `a message that is not ours rings at nobody`(_ text: String) {
        #expect(WakeUps.recipients(in: text, besides: "one").isEmpty)
        let one = "\(Identifier<Organisation>.any())/\(Identifier<Person>.any())"
        #expect(WakeUps.recipients(in: "x \(one) \(text) y", besides: "one").isEmpty)
    }

    @Test func `more people than a message holds are several`() async throws {
        try await TestRedis.running { server in
            let redis = try #require(Redis(server.settings, logger: .quiet))
            let heard = NIOLockedValueBox<Set<Recipient>>([])
            self.wakeUps(redis).listen { recipients in heard.withLockedValue { $0.formUnion(recipients) } }
            try await redis.running { redis in
                let recipients = Set((0..<200).map { _ in Recipient(.any(), in: .any()) })
                self.wakeUps(redis).publish(recipients)
                let isHeard = try await eventually(within: .seconds(60)) { heard.withLockedValue { $0 } == recipients }
                #expect(isHeard)
            }
        }
    }
}
