import Accounts
import Foundation
import HTTPTypes
import Kernel
import People

/// Passwords that are changed, asked for anew, and set again by a link.
extension Sample {
    private static func ofStaff(
        _ route: String, _ act: any Permission.Type, _ status: HTTPResponse.Status, _ body: Body = .none
    ) -> Sample {
        Sample(
            route: route, act: act, status: status, target: .staff, body: body, state: "care_assistant", by: .manager)
    }

    static let passwords: [Sample] = [
        Sample(route: "GET /password", act: ChangePassword.self, status: .ok, audit: []),
        // One that is too short: a good one would end every sign-in of whoever asks, which has tests of its own.
        Sample(
            route: "POST /password", act: ChangePassword.self, status: .unprocessableContent,
            body: .form { _, _ in [("present", "nothing"), ("password", "short")] }, audit: []),
        Sample(
            route: "POST /api/v1/accounts/password", act: ChangePassword.self, status: .unprocessableContent,
            body: .json { _, _ in #"{"present":"nothing","password":"short"}"# }, audit: []),
        Self.ofStaff(
            "POST /api/v1/accounts/staff/{person}/password-change", RequirePasswordChange.self, .ok),
        Self.ofStaff(
            "POST /staff/{person}/password-change", RequirePasswordChange.self, .seeOther, .form { _, _ in [] }),
        Self.ofStaff("POST /api/v1/accounts/staff/{person}/password-reset", ResetPassword.self, .created),
        // The page is the answer, because it shows the link.
        Self.ofStaff("POST /staff/{person}/password-reset", ResetPassword.self, .ok, .form { _, _ in [] }),
        Sample(
            route: "POST /api/v1/accounts/residents/{resident}/contacts/{contact}/password-reset",
            act: ResetContactPassword.self, status: .created, target: .resident, by: .manager),
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/password-reset", act: ResetContactPassword.self,
            status: .ok, target: .resident, body: .form { _, _ in [] }, by: .manager),
        Sample(
            route: "POST /api/v1/accounts/password-reset", act: nil, status: .notFound,
            body: .json { _, _ in #"{"secret":"nothing","password":"nothing at all"}"# }, audit: []),
        Sample(route: "GET /reset/{secret}", act: nil, status: .notFound, audit: []),
        Sample(route: "POST /reset/{secret}", act: nil, status: .forbidden, body: .form { _, _ in [] }, audit: []),
    ]
}
