import HTTPTypes
package import Hummingbird

/// What every answer tells the browser not to do, whatever the answer is.
package struct SecurityHeaders: RouterMiddleware {
    package typealias Context = SiteContext
    private let fields: HTTPFields

    /// - Parameter isSecure: Whether people reach us by HTTPS, and so are told never to do otherwise.
    package init(isSecure: Bool) {
        var fields: HTTPFields = [
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "same-origin",
            .openerPolicy: "same-origin",
            .resourcePolicy: "same-origin",
            .permissionsPolicy: "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            .contentSecurityPolicy: Self.closed,
        ]
        if isSecure { fields[.strictTransportSecurity] = "max-age=63072000; includeSubDomains" }
        self.fields = fields
    }

    /// For everything that is no page, should a browser take it for one.
    static let closed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// For the service worker, which fetches under its own policy and not under that of the page.
    static let worker = "\(closed); connect-src 'self'"

    /// For one page: only scripts that carry its nonce run, and nothing is fetched from elsewhere.
    static func policy(nonce: String, imageSources: String) -> String {
        """
        default-src 'none'; script-src 'nonce-\(nonce)' 'strict-dynamic'; style-src 'self'; img-src \(imageSources); \
        font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'; object-src 'none'
        """
    }

    package func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        self.complete(&response.headers)
        return response
    }

    /// Adds what an answer does not say for itself.
    func complete(_ headers: inout HTTPFields) {
        for field in self.fields where headers[field.name] == nil { headers.append(field) }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}
