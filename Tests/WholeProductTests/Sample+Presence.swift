import Accounts
import Foundation
import HTTPTypes

/// Whether colleagues are shown that somebody is here.
extension Sample {
    static let presence: [Sample] = [
        Sample(route: "GET /api/v1/accounts/presence", act: ReadPresenceChoice.self, status: .ok),
        Sample(
            route: "PUT /api/v1/accounts/presence", act: ChoosePresence.self, status: .ok,
            body: .json { _, _ in #"{"is_shown":true}"# }),
        Sample(
            route: "POST /sign-ins/presence", act: ChoosePresence.self, status: .seeOther,
            body: .form { _, _ in [("shown", "true")] }),
    ]
}
