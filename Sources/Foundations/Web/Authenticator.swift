package import Hummingbird
import Kernel
import Logging

/// Finds out who is asking.
///
/// The composition root supplies the lookup. What is the same for everybody is not looked up for.
package struct Authenticator: RouterMiddleware {
    package typealias Context = SiteContext
    let resolve: @Sendable (Request) async throws -> Visitor?

    package init(resolve: @escaping @Sendable (Request) async throws -> Visitor?) { self.resolve = resolve }

    private static let impersonal = [
        "/assets/", "/health", "/offline", "/service-worker.js", "/openapi.json", "/.well-known/",
    ]

    package func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        guard !Self.impersonal.contains(where: request.uri.path.hasPrefix),
            let visitor = try await self.resolve(request)
        else { return try await next(request, context) }
        context.state.value.visitor = visitor
        var logger = context.logger
        logger[metadataKey: "person.id"] = "\(visitor.principal.person)"
        if let signIn = visitor.principal.signIn { logger[metadataKey: "sign_in.id"] = "\(signIn)" }
        // Both the request's logger and `Logger.current` learn who it is.
        return try await withLogger(logger) { logger in
            var context = context
            context.logger = logger
            if let answer = try visitor.duty?.answer(to: request) { return answer }
            return try await next(request, context)
        }
    }
}
