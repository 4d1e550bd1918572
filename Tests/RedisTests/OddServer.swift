import NIOCore
import NIOPosix

/// Something at the other end that greets like Redis, and is none.
struct OddServer: Sendable {
    enum Oddity: String, CaseIterable, Sendable {
        case short, wrongType, hugeText, hugeList, endlessLine, deep, twice, unasked, closes, hangs
    }

    let port: Int
    private let channel: any Channel

    /// Runs while `body` runs; it answers the first command as it should, if it `greets`.
    static func running<Value: Sendable>(
        _ oddity: Oddity, greets: Bool = true, _ body: (OddServer) async throws -> Value
    ) async throws -> Value {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OddHandler(oddity, greets: greets))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = OddServer(port: channel.localAddress?.port ?? 0, channel: channel)
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }
}

private final class OddHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let oddity: OddServer.Oddity
    private let greets: Bool

    init(_ oddity: OddServer.Oddity, greets: Bool) {
        self.oddity = oddity
        self.greets = greets
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let asked = String(buffer: self.unwrapInboundIn(data))
        if asked.contains("PING") {
            if self.greets { self.say("+PONG\r\n" + (self.oddity == .unasked ? "+AND\r\n" : ""), context) }
            return
        }
        switch self.oddity {
        case .short: self.say("$10\r\nonly", context)
        case .wrongType: self.say("?what\r\n", context)
        case .hugeText: self.say("$999999999999\r\nand so on", context)
        case .hugeList: self.say("*2000000000\r\n", context)
        case .endlessLine: self.say("+" + String(repeating: "x", count: 2_000_000), context)
        case .deep: self.say(String(repeating: "*1\r\n", count: 40), context)
        case .twice: self.say("+ONE\r\n+TWO\r\n", context)
        case .unasked, .hangs: break
        case .closes: context.close(promise: nil)
        }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
