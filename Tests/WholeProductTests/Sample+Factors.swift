import Accounts
import Foundation
import HTTPTypes

/// Second factors; nobody of the world has one, so what needs one is answered with a conflict.
extension Sample {
    private static let own = "/api/v1/accounts/second-factor"
    private static let none: @Sendable (Scene, Someone?) -> [(String, String)] = { _, _ in [] }
    private static let code: @Sendable (Scene, Someone?) -> String = { _, _ in #"{"code":"no code"}"# }

    static let factors: [Sample] = [
        Sample(route: "GET /sign-in/code", act: nil, status: .seeOther, audit: []),
        // Without a form's token, which only a browser that has loaded the page has.
        Sample(
            route: "POST /sign-in/code", act: nil, status: .forbidden, body: .form { _, _ in [("code", "123456")] },
            audit: []),
        Sample(route: "POST /sign-in/stop", act: nil, status: .forbidden, body: .form(Self.none), audit: []),
        Sample(
            route: "POST /api/v1/accounts/sign-in/code", act: nil, status: .unauthorized, body: .json(Self.code),
            audit: []),
        Sample(route: "POST /api/v1/accounts/sign-in/stop", act: nil, status: .noContent, audit: []),
        Sample(route: "GET \(own)", act: ReadFactor.self, status: .ok),
        Sample(route: "POST \(own)", act: SetUpFactor.self, status: .created),
        Sample(
            route: "POST \(own)/confirmation", act: ConfirmFactor.self, status: .unprocessableContent,
            body: .json(Self.code), audit: []),
        Sample(route: "POST \(own)/recovery-codes", act: RenewRecoveryCodes.self, status: .conflict, audit: []),
        Sample(route: "DELETE \(own)", act: RemoveFactor.self, status: .conflict, audit: []),
        Sample(route: "POST \(own)/check", act: StepUp.self, status: .conflict, body: .json(Self.code), audit: []),
        Sample(
            route: "DELETE /api/v1/accounts/staff/{person}/second-factor", act: RemoveFactorOf.self, status: .ok,
            target: .staff, state: "care_assistant", by: .manager),
        Sample(route: "GET \(own)-policy", act: ReadFactorPolicy.self, status: .ok),
        Sample(
            route: "PUT \(own)-policy", act: ChangeFactorPolicy.self, status: .ok,
            body: .json { _, _ in #"{"roles":[]}"# }, by: .director),
        Sample(route: "GET /second-factor", act: ReadFactor.self, status: .ok),
        Sample(
            route: "POST /second-factor/begin", act: SetUpFactor.self, status: .seeOther, body: .form(Self.none)),
        Sample(
            route: "POST /second-factor/confirm", act: ConfirmFactor.self, status: .unprocessableContent,
            body: .form { _, _ in [("code", "no code")] }, audit: ["accounts.read_factor"]),
        Sample(
            route: "POST /second-factor/recovery-codes", act: RenewRecoveryCodes.self, status: .conflict,
            body: .form(Self.none), audit: ["accounts.read_factor"]),
        Sample(
            route: "POST /second-factor/removal", act: RemoveFactor.self, status: .conflict, body: .form(Self.none),
            audit: ["accounts.read_factor"]),
        Sample(
            route: "POST /second-factor/check", act: StepUp.self, status: .seeOther, body: .form(Self.none), audit: []),
        Sample(
            route: "POST /staff/{person}/second-factor/removal", act: RemoveFactorOf.self, status: .seeOther,
            target: .staff, body: .form(Self.none), state: "care_assistant", by: .manager),
        Sample(route: "GET /second-factor/policy", act: ReadFactorPolicy.self, status: .ok),
        // Without the version that was seen: the page is shown again.
        Sample(
            route: "POST /second-factor/policy", act: ChangeFactorPolicy.self, status: .preconditionFailed,
            body: .form { _, _ in [("version", "999999")] }, by: .director, audit: ["accounts.read_factor_policy"]),
    ]
}
