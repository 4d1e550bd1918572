import Accounts
import Foundation
import HTTPTypes
import Kernel

/// Who works here, in which roles, who is invited, and where somebody is signed in.
extension Sample {
    private static let person = "/api/v1/accounts/staff/{person}", page = "/staff/{person}"

    private static func staff(
        _ route: String, _ act: any Permission.Type, _ status: HTTPResponse.Status, state: String = "care_assistant",
        _ body: Body = .none
    ) -> Sample {
        Sample(route: route, act: act, status: status, target: .staff, body: body, state: state, by: .manager)
    }

    static let staff: [Sample] = [
        Sample(route: "GET /api/v1/accounts/staff", act: ListStaffRoles.self, status: .ok),
        Sample(
            route: "GET /api/v1/accounts/staff", act: ListStaffRoles.self, status: .ok,
            query: "?q=Ottoline&role=care_assistant", variant: "searched"),
        Sample(route: "GET \(Self.person)", act: ReadStaffMember.self, status: .ok, target: .staff),
        Self.staff(
            "POST \(Self.person)/roles", GrantRole.self, .created, state: "catering",
            .json { scene, _ in #"{"role":"catering","scope":"home","home_id":"\#(scene.home)"}"# }),
        Self.staff(
            "PUT \(Self.person)/roles/{role}", ChangeRole.self, .ok,
            .json { _, _ in #"{"until":"2099-01-01T00:00:00Z"}"# }),
        Self.staff("DELETE \(Self.person)/roles/{role}", RevokeRole.self, .ok),
        Self.staff("POST \(Self.person)/close", CloseAccount.self, .ok),
        Self.staff("POST \(Self.person)/reopen", ReopenAccount.self, .ok),
        Self.staff("POST \(Self.person)/sign-ins/end", EndSignInsOf.self, .ok),

        Sample(route: "GET /staff", act: ListStaffRoles.self, status: .ok),
        Sample(
            route: "GET /staff", act: ListStaffRoles.self, status: .ok, query: "?q=Ottoline&account=open", by: .manager,
            variant: "searched"),
        Sample(route: "GET \(Self.page)", act: ReadStaffMember.self, status: .ok, target: .staff),
        Self.staff(
            "POST \(Self.page)/roles", GrantRole.self, .seeOther, state: "catering",
            .form { scene, _ in [("role", "catering"), ("place", "\(scene.home)"), ("from", ""), ("until", "")] }),
        Self.staff(
            "POST \(Self.page)/roles/{role}/end", ChangeRole.self, .seeOther,
            .form { _, _ in [("until", "2099-01-01"), ("version", "1")] }),
        Self.staff(
            "POST \(Self.page)/roles/{role}/removal", RevokeRole.self, .seeOther,
            .form { _, _ in [("version", "1")] }),
        Self.staff("POST \(Self.page)/close", CloseAccount.self, .seeOther, .form { _, _ in [] }),
        Self.staff("POST \(Self.page)/reopen", ReopenAccount.self, .seeOther, .form { _, _ in [] }),
        Self.staff("POST \(Self.page)/sign-ins/end", EndSignInsOf.self, .seeOther, .form { _, _ in [] }),
    ]

    private static let invitation = "invitations/{invitation}"

    private static func ofInvitation(
        _ route: String, _ act: any Permission.Type, _ status: HTTPResponse.Status, _ body: Body = .none
    ) -> Sample {
        Sample(
            route: route, act: act, status: status, target: .invitation, body: body, state: "care_assistant",
            by: .manager)
    }

    static let invitations: [Sample] = [
        Sample(
            route: "GET /api/v1/accounts/invitations", act: ListInvitations.self, status: .ok, by: .manager),
        Sample(
            route: "POST /api/v1/accounts/invitations", act: InviteColleague.self, status: .created, target: .place,
            body: .json { scene, someone in
                let home = someone?.part.isElsewhere == true ? scene.otherHome : scene.home
                return #"{"name":"Anybody","role":"care_assistant","scope":"home","home_id":"\#(home)"}"#
            }, state: "care_assistant", by: .manager),
        Self.ofInvitation("POST /api/v1/accounts/\(Self.invitation)/renewal", RenewInvitation.self, .ok),
        Self.ofInvitation("POST /api/v1/accounts/\(Self.invitation)/withdrawal", WithdrawInvitation.self, .noContent),
        Sample(
            route: "POST /api/v1/accounts/invitation", act: nil, status: .notFound,
            body: .json { _, _ in #"{"secret":"nothing","username":"anybody","password":"nothing at all"}"# },
            audit: []),
        Sample(route: "GET /staff/invitations", act: ListInvitations.self, status: .ok, by: .manager),
        Sample(
            route: "GET /staff/invite", act: InviteColleague.self, status: .ok, target: .place, state: "care_assistant",
            by: .manager, audit: []),
        Sample(
            route: "POST /staff/invite", act: InviteColleague.self, status: .ok, target: .place,
            body: .form { scene, someone in
                let home = someone?.part.isElsewhere == true ? scene.otherHome : scene.home
                return [("name", "Anybody"), ("role", "care_assistant"), ("place", "\(home)"), ("until", "")]
            }, state: "care_assistant", by: .manager),
        Self.ofInvitation("POST /staff/\(Self.invitation)/renewal", RenewInvitation.self, .ok, .form { _, _ in [] }),
        Self.ofInvitation(
            "POST /staff/\(Self.invitation)/withdrawal", WithdrawInvitation.self, .seeOther, .form { _, _ in [] }),
        Sample(route: "GET /invitation/{secret}", act: nil, status: .notFound, audit: []),
        Sample(
            route: "POST /invitation/{secret}", act: nil, status: .forbidden, body: .form { _, _ in [] }, audit: []),
    ]

    static let signIns: [Sample] = [
        Sample(route: "GET /api/v1/accounts/sign-ins", act: ListSignIns.self, status: .ok),
        Sample(
            route: "POST /api/v1/accounts/sign-ins/{sign_in}/end", act: EndSignIn.self, status: .noContent,
            endsSignIn: true),
        Sample(
            route: "POST /api/v1/accounts/sign-ins/end-others", act: EndOtherSignIns.self, status: .noContent),
        // Whether they are shown to colleagues is there, too.
        Sample(
            route: "GET /sign-ins", act: ListSignIns.self, status: .ok,
            audit: ["accounts.list_sign_ins", "accounts.read_presence_choice"]),
        Sample(
            route: "POST /sign-ins/{sign_in}/end", act: EndSignIn.self, status: .seeOther, body: .form { _, _ in [] },
            endsSignIn: true),
        Sample(
            route: "POST /sign-ins/end-others", act: EndOtherSignIns.self, status: .seeOther,
            body: .form { _, _ in [] }),
    ]
}
