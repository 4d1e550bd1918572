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
    /// Whose pages may ask the API, with a token and never with a cookie.
    let others: Set<String>

    /// - Parameters:
    ///   - origin: The address that people see; `nil` takes the request's `Host` at its word.
    ///   - others: See ``CrossOrigin``.
    package init(origin: String?, others: Set<String> = []) {
        self.origin = origin
        self.others = others
    }

    package func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        if request.method.isUnsafe, !self.isOwn(request) {
            throw Problem(
                .forbidden, "This was sent from another site", detail: "Open the page here, and send it again.")
        }
        // Nor does another site's page read anything by a cookie of ours.
        if request.isForAPI, request.cookies[Cookie.signInName] != nil, let origin = request.headers[.origin],
            request.headers[.fetchSite] != "same-origin", !self.isOurs(origin, request)
        {
            throw Problem(.forbidden, "This was sent from another site")
        }
        if request.headers[.authorization] != nil, request.cookies[Cookie.signInName] != nil {
            throw Problem(.badRequest, "Two ways of saying who you are", detail: "Send the cookie or the header.")
        }
        return try await next(request, context)
    }

    private func isOwn(_ request: Request) -> Bool {
        if request.isForAPI, request.headers[.cookie] == nil, let origin = request.headers[.origin],
            self.others.contains(origin)
        {
            return true
        }
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
