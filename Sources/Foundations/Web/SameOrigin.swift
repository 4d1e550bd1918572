import HTTPTypes
package import Hummingbird
import Kernel

/// Refuses a request to change something that another site's page has made a browser send.
///
/// A browser says where a request comes from, and a page cannot make it lie. A program without a cookie of ours is no
/// browser that somebody is signed in with, and need not say.
package struct SameOrigin: RouterMiddleware {
    package typealias Context = SiteContext
    let origin: String?

    /// - Parameter origin: The address that people see; `nil` takes the request's `Host` at its word.
    package init(origin: String?) { self.origin = origin }

    package func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        if request.method.isUnsafe, !self.isOwn(request) {
            throw Problem(
                .forbidden, "This was sent from another site", detail: "Open the page here, and send it again.")
        }
        if request.headers[.authorization] != nil, request.signInSecret != nil {
            throw Problem(.badRequest, "Two ways of saying who you are", detail: "Send the cookie or the header.")
        }
        return try await next(request, context)
    }

    private func isOwn(_ request: Request) -> Bool {
        if let site = request.headers[.fetchSite] { return site == "same-origin" }
        if let origin = request.headers[.origin] { return self.isOurs(origin, request) }
        return request.isForAPI && request.headers[.cookie] == nil
    }

    private func isOurs(_ given: String, _ request: Request) -> Bool {
        if let origin { return given == origin }
        guard let host = request.head.authority else { return false }
        return given == "http://\(host)" || given == "https://\(host)"
    }
}

extension Request {
    /// Whether a program asks, and wants JSON even for an error.
    var isForAPI: Bool { self.uri.path.hasPrefix("/api/") }
}
