import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Live streams held open, and when something came through each.
struct Streams: Sendable {
    /// When each notice arrived, in order; one list a stream.
    final class Arrivals: Sendable {
        private let times = NIOLockedValueBox<[ContinuousClock.Instant]>([])
        func note(_ count: Int) {
            let now = ContinuousClock.now
            self.times.withLockedValue { $0.append(contentsOf: repeatElement(now, count: count)) }
        }
        var all: [ContinuousClock.Instant] { self.times.withLockedValue { $0 } }
    }

    /// Counts the notices that come through, whatever packets they come in.
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let mark: [UInt8]
        private let arrivals: Arrivals
        private let isOpen: EventLoopPromise<Void>
        private var matched = 0
        private var hasBegun = false

        init(_ arrivals: Arrivals, counting kind: String, isOpen: EventLoopPromise<Void>) {
            self.mark = Array("\nevent: \(kind)".utf8)
            self.arrivals = arrivals
            self.isOpen = isOpen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = self.unwrapInboundIn(data)
            var found = 0
            for byte in buffer.readableBytesView {
                self.matched = byte == self.mark[self.matched] ? self.matched + 1 : byte == self.mark[0] ? 1 : 0
                if self.matched == self.mark.count {
                    found += 1
                    self.matched = 0
                }
            }
            if found > 0 { self.arrivals.note(found) }
            if !self.hasBegun {
                self.hasBegun = true
                self.isOpen.succeed()
            }
        }

        func channelInactive(context: ChannelHandlerContext) { self.isOpen.fail(ChannelError.eof) }
    }

    private let channels: [any Channel]
    let arrivals: [Arrivals]
    var count: Int { self.channels.count }

    /// Opens them, evenly over so long or as fast as it goes, and counts the notices whose kind begins so.
    static func open(
        _ count: Int, over length: Duration = .zero, port: Int, cookies: [String], counting kind: String = ""
    ) async throws -> Streams {
        var channels: [any Channel] = [], arrivals: [Arrivals] = []
        let start = ContinuousClock.now
        for number in 0..<count {
            try await Task.sleep(until: start + length * number / count, clock: .continuous)
            let noted = Arrivals()
            // A few at a time, as browsers would come.
            let isOpen = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Reader(noted, counting: kind, isOpen: isOpen))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            let request = """
                GET /api/v1/events HTTP/1.1\r\nHost: localhost:\(port)\r\nCookie: \(cookies[number % cookies.count])\r\n\r\n
                """
            try await channel.writeAndFlush(ByteBuffer(string: request))
            try await isOpen.futureResult.get()
            channels.append(channel)
            arrivals.append(noted)
        }
        return Streams(channels: channels, arrivals: arrivals)
    }

    /// How many were told something since then, and when the last of them first was.
    func reached(since start: ContinuousClock.Instant) -> [String: Int] {
        let delays = self.arrivals.compactMap { $0.all.first { $0 >= start }.map { $0 - start } }
        return ["reached": delays.count, "milliseconds": Int((delays.max() ?? .zero) / .milliseconds(1))]
    }

    /// Those that the server has ended meanwhile are closed already.
    func close(over length: Duration = .zero) async {
        let start = ContinuousClock.now
        for (number, channel) in self.channels.enumerated() {
            try? await Task.sleep(until: start + length * number / self.count, clock: .continuous)
            try? await channel.close()
        }
    }
}
