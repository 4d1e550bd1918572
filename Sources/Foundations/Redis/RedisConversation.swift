import NIOCore

/// One command on its way, and who waits for the answer.
struct RedisQuestion: Sendable {
    let words: [String]
    let limit: TimeAmount
    let answer: EventLoopPromise<RedisValue>
}

/// Asks and answers in order on one connection, and ends it at the first thing that is not as it should be.
///
/// Redis answers commands in the order they came, so an answer that is late, missing or too many would be given to the
/// wrong one for ever after.
final class RedisConversation: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = RedisQuestion
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let answer: EventLoopPromise<RedisValue>
        let deadline: NIODeadline
    }

    private let reader: ReplyReader
    private let most: Int
    /// Given what is published; without it the connection is for commands.
    private let receive: (@Sendable (String) -> Void)?
    private let heartbeat: TimeAmount
    private var waiting = CircularBuffer<Waiting>()
    private var watch: (until: NIODeadline, task: Scheduled<Void>)?
    private var pulse: Scheduled<Void>?
    private var heardAt = NIODeadline.now()
    private var isOver = false

    init(most: Int, heartbeat: Duration, receive: (@Sendable (String) -> Void)?) throws(RedisError) {
        self.reader = try ReplyReader()
        self.most = most
        self.heartbeat = TimeAmount(heartbeat)
        self.receive = receive
    }

    // MARK: Asking

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let question = self.unwrapOutboundIn(data)
        guard !self.isOver else { return question.answer.fail(RedisError.away) }
        guard self.waiting.count < self.most else { return question.answer.fail(RedisError.crowded) }
        let deadline = NIODeadline.now() + question.limit
        self.waiting.append(Waiting(answer: question.answer, deadline: deadline))
        // The greeting is waited for longer, and its watch would let a command wait as long.
        if self.watch.map({ deadline < $0.until }) ?? true { self.watchOldest(context) }
        context.write(self.wrapOutboundOut(Self.bytes(question.words, context.channel.allocator)), promise: promise)
    }

    /// A command is a list of texts (RESP 2).
    private static func bytes(_ words: [String], _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: 32 + words.reduce(0) { $0 + $1.utf8.count + 8 })
        buffer.writeString("*\(words.count)\r\n")
        for word in words { buffer.writeString("$\(word.utf8.count)\r\n\(word)\r\n") }
        return buffer
    }

    private func watchOldest(_ context: ChannelHandlerContext) {
        self.watch?.task.cancel()
        guard let oldest = self.waiting.first else { return self.watch = nil }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: oldest.deadline) {
            guard let oldest = self.waiting.first, oldest.deadline <= .now() else { return self.watchOldest(context) }
            self.end(.late, context)
        }
        self.watch = (oldest.deadline, task)
    }

    // MARK: Being answered

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        self.heardAt = .now()
        do {
            try self.unwrapInboundIn(data).withUnsafeReadableBytes { bytes throws(RedisError) in
                try self.reader.feed(bytes)
            }
            while let value = try self.reader.next() { try self.take(value) }
        } catch {
            self.end(error, context)
        }
    }

    private func take(_ value: RedisValue) throws(RedisError) {
        if let receive, case .list(let parts) = value, case .text(let kind)? = parts.first {
            if kind == "message", parts.count == 3, case .text(let text)? = parts.last { return receive(text) }
            if kind == "pong" { return }
        }
        guard let first = self.waiting.popFirst() else { throw .broken }
        first.answer.succeed(value)
    }

    // MARK: Beginning and ending

    func channelActive(context: ChannelHandlerContext) {
        self.heardAt = .now()
        if self.receive != nil { self.beat(context) }
        context.fireChannelActive()
    }

    /// Nobody waits for an answer here, so that a connection which is dead would look like one on which nothing happens.
    private func beat(_ context: ChannelHandlerContext) {
        self.pulse = context.eventLoop.assumeIsolated().scheduleTask(in: self.heartbeat) {
            if self.heardAt + self.heartbeat * 2 < .now() { return self.end(.late, context) }
            context.writeAndFlush(self.wrapOutboundOut(Self.bytes(["PING"], context.channel.allocator)), promise: nil)
            self.beat(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(.away, context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { self.end(.away, context) }

    func handlerRemoved(context: ChannelHandlerContext) { self.end(.away, context) }

    private func end(_ error: RedisError, _ context: ChannelHandlerContext) {
        guard !self.isOver else { return }
        self.isOver = true
        self.watch?.task.cancel()
        self.pulse?.cancel()
        while let next = self.waiting.popFirst() { next.answer.fail(error) }
        context.close(promise: nil)
    }
}
