import HTTPTypes
package import Hummingbird

/// Lets the pages of named other sites read what the API answers (Fetch, 3.2).
///
/// Exactly these origins, as a browser writes them, and never with cookies: such a page shows a token of its own. Without
/// a list nothing is said to anybody, and browsers keep the answers from every other site.
package struct CrossOrigin: RouterMiddleware {
    package typealias Context = SiteContext
    let origins: Set<String>

    package init(origins: Set<String>) { self.origins = origins }

    private static let methods = "GET, POST, PUT, PATCH, DELETE"
    private static let asked = "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID"
    private static let shown =
        "ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"

    package func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        guard request.isForAPI, !self.origins.isEmpty else { return try await next(request, context) }
        let origin = self.origin(of: request)
        var response: Response
        if let origin, request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            response = Response(
                status: .noContent,
                headers: [
                    .accessControlAllowOrigin: origin, .accessControlAllowMethods: Self.methods,
                    .accessControlAllowHeaders: Self.asked, .accessControlMaxAge: "600",
                ])
        } else {
            response = try await next(request, context)
            if let origin {
                response.headers[.accessControlAllowOrigin] = origin
                response.headers[.accessControlExposeHeaders] = Self.shown
            }
        }
        // Also for those to whom nothing is said, so that no cache gives them what was for others.
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        return response
    }

    /// Where a request comes from, if that is one of these; said twice it is nowhere.
    private func origin(of request: Request) -> String? {
        let given = request.headers[values: .origin]
        guard given.count == 1, let origin = given.first, self.origins.contains(origin) else { return nil }
        return origin
    }
}
