import AsyncHTTPClient
import Foundation
import NIOCore

/// Messages into one conversation, from several people at once, while others listen.
struct Sending: Sendable {
    let port: Int
    let cookies: [String]
    let conversation: String

    private struct Sent: Sendable {
        let seq: Int
        let start: ContinuousClock.Instant
        let took: Duration
    }
    private struct Refused: Error { let status: UInt }
    private struct Answer: Decodable { let seq: Int }

    /// The first people listen, the next ones send.
    func measure(listeners: Int, senders: Int, seconds: Int) async throws -> [String: Int] {
        let streams = try await Streams.open(
            listeners, port: self.port, cookies: self.cookies, counting: "messages.sent")
        let began = ContinuousClock.now, end = began + .seconds(seconds)
        let sent = try await withThrowingTaskGroup(of: [Sent].self) { group in
            for sender in 0..<senders {
                let cookie = self.cookies[(listeners + sender) % self.cookies.count]
                group.addTask {
                    var sent: [Sent] = []
                    while ContinuousClock.now < end { sent.append(try await self.send(as: cookie)) }
                    return sent
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let took = ContinuousClock.now - began
        let first = sent.map(\.seq).min() ?? 0
        let starts = Dictionary(uniqueKeysWithValues: sent.map { ($0.seq - first, $0.start) })
        var delays: [Duration] = []
        let patience = ContinuousClock.now + .seconds(10)
        for arrivals in streams.arrivals {
            while arrivals.all.count < sent.count, ContinuousClock.now < patience {
                try await Task.sleep(for: .milliseconds(10))
            }
            for (number, at) in arrivals.all.enumerated() {
                if let start = starts[number] { delays.append(at - start) }
            }
        }
        await streams.close()
        return [
            "messages": sent.count, "deliveries": delays.count, "milliseconds": Int(took / .milliseconds(1)),
            "send_p50_us": sent.map(\.took).percentile(0.5), "send_p99_us": sent.map(\.took).percentile(0.99),
            "delivery_p50_us": delays.percentile(0.5), "delivery_p99_us": delays.percentile(0.99),
        ]
    }

    private func send(as cookie: String) async throws -> Sent {
        var request = HTTPClientRequest(
            url: "http://127.0.0.1:\(self.port)/api/v1/messages/conversations/\(self.conversation)/messages")
        request.method = .POST
        request.headers.add(name: "Cookie", value: cookie)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: UUID().uuidString)
        request.headers.add(name: "Sec-Fetch-Site", value: "same-origin")
        request.body = .bytes(
            ByteBuffer(string: #"{"body":"She has had her lunch and a cup of tea.","urgency":"routine"}"#))
        let start = ContinuousClock.now
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 65_536)
        guard response.status == .created else { throw Refused(status: response.status.code) }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
        return Sent(seq: answer.seq, start: start, took: ContinuousClock.now - start)
    }
}
