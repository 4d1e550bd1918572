import HTTPTypes
import Kernel
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Stands at a connection's door: refuses what is too large, too slow or no HTTP, and lets no answer out without the
/// headers that every answer has.
///
/// It is here, and not in a middleware, because a handler that never reads a body cannot know that it is endless, and
/// because what the framework answers by itself passes no middleware.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ServerLimits
    private let headers: SecurityHeaders
    private let source: Source
    private let logger: Logger

    private var arrival: Arrival?
    private var unanswered = 0
    private var isAnswering = false
    private var closesAfterAnswer = false
    /// Once true, nothing that comes in counts and nothing more goes out.
    private var isOver = false
    /// Whether the next byte is the client's to send; otherwise it waits for us.
    private var isReading = false
    private var check: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    init(limits: ServerLimits, headers: SecurityHeaders, source: Source, logger: Logger) {
        self.limits = limits
        self.headers = headers
        self.source = source
        self.logger = logger
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.check?.cancel()
        self.stall?.cancel()
    }

    // MARK: What comes in

    func read(context: ChannelHandlerContext) {
        self.isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.unanswered += 1
            let most = self.limits.body(of: head)
            self.arrival = Arrival(most: most.bytes, receive: most.receive)
            if let announced = head.headerFields[.contentLength].flatMap({ Int($0) }), announced > most.bytes {
                return self.refuse(.tooLarge(most.bytes), context)
            }
            if head.headerFields[.expect]?.lowercased() == "100-continue", self.unanswered == 1 {
                context.writeAndFlush(self.wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let chunk):
            self.arrival?.bytes += chunk.readableBytes
            if let arrival, arrival.bytes > arrival.most { return self.refuse(.tooLarge(arrival.most), context) }
        case .end:
            self.arrival = nil
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        // Most requests are whole by now, and no clock was started for them.
        if self.arrival != nil, self.check == nil, !self.isOver { self.watch(context) }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Whoever has read the refusal and hangs up need not be waited for.
        if self.isOver, event as? ChannelEvent == .inputClosed { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !self.isOver, !(error is IOError), !(error is ChannelError) {
            let isOverflow = error as? HTTPParserError == .headerOverflow
            self.refuse(
                isOverflow
                    ? Problem(.headersTooLarge, "The header is too large")
                    : Problem(.badRequest, "This is not HTTP as this server takes it"), context)
        }
        context.fireErrorCaught(error)
    }

    private func watch(_ context: ChannelHandlerContext) {
        self.check = context.eventLoop.assumeIsolated().scheduleTask(in: .init(self.limits.grace)) {
            self.check = nil
            guard let arrival = self.arrival, !self.isOver else { return }
            // While we do not read, it is not the client that is slow.
            if self.isReading, arrival.isTooSlow(for: self.limits) {
                return self.refuse(Problem(.timeout, "The request took too long to arrive"), context)
            }
            self.watch(context)
        }
    }

    // MARK: What goes out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.isOver else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch self.unwrapOutboundIn(data) {
        case .head(var head):
            self.isAnswering = true
            self.closesAfterAnswer = head.headerFields[.connection] == "close"
            self.headers.complete(&head.headerFields)
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            self.isAnswering = false
            self.unanswered = max(0, self.unanswered - 1)
            guard self.closesAfterAnswer else { return context.write(data, promise: promise) }
            self.isOver = true
            context.writeAndFlush(data, promise: promise)
            self.hangUp(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.stall?.cancel()
        self.stall = nil
        if !context.channel.isWritable { self.watchReader(context, waiting: self.buffered(context)) }
        context.fireChannelWritabilityChanged()
    }

    /// Closes the connection of a reader that has taken nothing for a while; one that is only slow may go on.
    private func watchReader(_ context: ChannelHandlerContext, waiting: Int) {
        self.stall = context.eventLoop.assumeIsolated().scheduleTask(in: .init(self.limits.write)) {
            let left = self.buffered(context)
            if left >= waiting { return context.close(promise: nil) }
            self.watchReader(context, waiting: left)
        }
    }

    private func buffered(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        // Its answer went out before its end came in.
        let isAnswered = self.arrival != nil && self.unanswered == 0
        self.isOver = true
        self.arrival = nil
        let id = self.source.identifier(ConnectionGuard.self).description
        self.logger.info("request refused", metadata: ["request.id": "\(id)", "status": "\(problem.kind.status)"])
        // An answer to another request is under way, and this one would be taken for a part of it.
        if isAnswered || self.isAnswering || self.unanswered > 1 { return context.close(promise: nil) }
        let body = (try? problem.json(requestID: id)) ?? ByteBuffer()
        var head = HTTPResponse(status: .init(code: problem.kind.status))
        head.headerFields = [
            .contentType: "application/problem+json", .contentLength: "\(body.readableBytes)", .connection: "close",
            .requestID: id,
        ]
        self.headers.complete(&head.headerFields)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        self.hangUp(context)
    }

    /// Closes our half, and the other when the client has had time to read.
    ///
    /// A connection that is closed with bytes unread takes the answer with it.
    private func hangUp(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .init(self.limits.linger)) {
            context.close(promise: nil)
        }
    }
}

/// A request whose end has not come yet.
private struct Arrival {
    let since = ContinuousClock.now
    let most: Int
    let receive: Duration
    var bytes = 0

    func isTooSlow(for limits: ServerLimits) -> Bool {
        let elapsed = ContinuousClock.now - self.since
        if elapsed >= self.receive { return true }
        return elapsed >= limits.grace && Double(self.bytes) < Double(limits.slowest) * (elapsed / .seconds(1))
    }
}
