import HTTPTypes
package import Hummingbird
import Kernel
package import Web

extension AccountsService {
    /// Whoever sends a request, by its token or its cookie: what the composition root gives to `Authenticator`.
    package func visitor(for request: Request) async throws -> Visitor? {
        // Nobody for one that does not count, as for such a cookie: then they are counted by their address.
        if request.showsToken {
            guard let token = request.bearerToken else { return nil }
            do { return try await self.visitor(bearing: token) } catch TokenError.dead { return nil }
        }
        guard let secret = request.signInSecret else { return nil }
        return try await self.visitor(of: secret, isActing: request.isAct, on: request.tabletSecret)
    }
}

extension Request {
    /// Whether somebody asked for this, rather than a page that asks by itself.
    ///
    /// Saying so can only shorten a sign-in, so a client may be believed.
    fileprivate var isAct: Bool {
        self.headers[.background] == nil && !["/events", "/api/v1/events"].contains(self.uri.path)
    }
}
