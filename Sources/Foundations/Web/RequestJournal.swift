import HTTPTypes
package import Hummingbird
package import Kernel
import Logging

/// Gives every request a name and a place in a trace, and writes one line about it when it is answered.
///
/// The name is ours: a caller could choose one to hide among, so theirs is only noted beside it. The line has the
/// route's template and never the address, which may name people.
package struct RequestJournal: RouterMiddleware {
    package typealias Context = SiteContext
    let source: Source

    package init(source: Source) { self.source = source }

    package func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        let id = self.source.identifier(RequestJournal.self).description
        let caller = request.headers[.traceParent].flatMap { TraceContext(traceparent: $0) }
        let trace = caller?.child(from: self.source) ?? .root(from: self.source)
        context.state.value.id = id
        var logger = context.logger
        // Hummingbird's name for it, which is also read where a transaction is marked with its request.
        logger[metadataKey: "hb.request.id"] = "\(id)"
        logger[metadataKey: "trace.id"] = "\(trace.traceID)"
        if let theirs = request.headers[.requestID], Self.isHarmless(theirs) {
            logger[metadataKey: "caller.request.id"] = "\(theirs)"
        }
        return try await withLogger(logger) { logger in
            var context = context
            context.logger = logger
            var response = try await next(request, context)
            response.headers[.requestID] = id
            response.headers[.traceResponse] = trace.traceparent
            self.write(request, context, response)
            return response
        }
    }

    private func write(_ request: Request, _ context: SiteContext, _ response: Response) {
        let state = context.state.value
        var metadata: Logger.Metadata = [
            "method": "\(Self.known.contains(request.method) ? request.method.rawValue : "OTHER")",
            "route": "\(context.endpointPath ?? "none")",
            "status": "\(response.status.code)",
            "duration": "\((ContinuousClock.now - state.started).milliseconds)",
        ]
        if let length = response.body.contentLength { metadata["bytes.sent"] = "\(length)" }
        if let visitor = state.visitor { metadata["person.id"] = "\(visitor.principal.person)" }
        context.logger.info("request answered", metadata: metadata)
    }

    private static let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    private static func isHarmless(_ id: String) -> Bool {
        (16...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x5F
            }
    }
}
