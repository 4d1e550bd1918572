import NIOCore
import NIOPosix

/// The other end of a connection, which sends what a well-behaved client never would.
struct RawConnection {
    /// What sends, for a task that does nothing else.
    struct Sender: Sendable {
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        func send(_ text: String) async throws { try await self.outbound.write(ByteBuffer(string: text)) }
    }
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let channel: any Channel
    private(set) var received = ""

    static func open<Value: Sendable>(
        _ port: Int?, _ body: @escaping @Sendable (inout RawConnection) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "localhost", port: port ?? 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(
                outbound: outbound, inbound: inbound.makeAsyncIterator(), channel: channel.channel)
            return try await body(&connection)
        }
    }

    var sender: Sender { Sender(outbound: self.outbound) }
    func send(_ text: String) async throws { try await self.sender.send(text) }
    func send(_ bytes: [UInt8]) async throws { try await self.outbound.write(ByteBuffer(bytes: bytes)) }

    /// Says that nothing more will be sent.
    func finish() { self.outbound.finish() }
    /// Is gone, without a word.
    func abort() async { try? await self.channel.close() }

    /// Reads until `isEnough`, or until the server hangs up.
    mutating func read(until isEnough: (String) -> Bool = { _ in false }) async throws -> String {
        while !isEnough(self.received) {
            do {
                guard let chunk = try await self.inbound.next() else { break }
                self.received += String(buffer: chunk)
            } catch let error as IOError where error.errnoCode == 104 {
                break
            }
        }
        return self.received
    }

    /// A connection that stays open would keep a test waiting for ever.
    mutating func readToEnd() async throws -> String { try await self.read() }
}
