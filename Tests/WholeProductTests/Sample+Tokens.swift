import Foundation
import HTTPTypes

/// Programs that sign in; none of these can, so nothing is left behind.
extension Sample {
    private static let token: @Sendable (Scene, Someone?) -> String = { _, _ in #"{"refresh_token":"no token"}"# }

    static let tokens: [Sample] = [
        Sample(
            route: "POST /api/v1/token", act: nil, status: .unauthorized,
            body: .json { _, _ in #"{"username":"nobody.\#(UUID())","password":"nothing at all"}"# }, audit: []),
        Sample(
            route: "POST /api/v1/token/refresh", act: nil, status: .unauthorized, body: .json(Self.token), audit: []),
        Sample(
            route: "POST /api/v1/token/revoke", act: nil, status: .unauthorized, body: .json(Self.token), audit: []),
    ]
}
