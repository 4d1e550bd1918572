import Foundation
import HTTPTypes
import Kernel
import Messages
import People

/// Confidential matters, and who is in conversations.
extension Sample {
    static let cases: [Sample] = [
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/closing", act: ManageCase.self, status: .ok,
            target: .matter, body: .json { _, _ in #"{"outcome":"Anything"}"# }),
        Sample(
            route: "POST /messages/{conversation}/closing", act: ManageCase.self, status: .seeOther, target: .matter,
            body: .form { _, _ in [("outcome", "Anything")] }),
        Sample(
            route: "POST /api/v1/messages/conversations/{conversation}/denials", act: DenyCase.self, status: .ok,
            target: .matter, body: .json { scene, _ in #"{"person_id":"\#(scene.outsider)"}"# }),
        Sample(
            route: "POST /messages/{conversation}/denials", act: DenyCase.self, status: .seeOther, target: .matter,
            body: .form { scene, _ in [("person", "\(scene.outsider)")] }),
        Sample(
            route: "POST /messages/{conversation}/members/{person}/removal", act: ChangeMembers.self,
            status: .seeOther, target: .conversation, body: .form { _, _ in [] }, variant: "somebody else"),
    ]
}

/// Residents' contacts who are invited to write with the home.
extension Sample {
    static let family: [Sample] = [
        Sample(
            route: "GET /api/v1/accounts/residents/{resident}/invitations", act: ReadContacts.self, status: .ok,
            target: .resident),
        Sample(
            route: "POST /api/v1/accounts/residents/{resident}/contacts/{contact}/invitation", act: InviteContact.self,
            status: .created, target: .resident, by: .manager),
        Sample(
            route: "DELETE /api/v1/accounts/residents/{resident}/contacts/{contact}/invitation",
            act: WithdrawContactInvitation.self, status: .noContent, target: .resident, by: .manager),
        // The page is the answer, because it shows the link.
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/invitation", act: InviteContact.self, status: .ok,
            target: .resident, body: .form { _, _ in [] }, by: .manager),
        Sample(
            route: "POST /residents/{resident}/contacts/{contact}/invitation/withdrawal",
            act: WithdrawContactInvitation.self, status: .seeOther, target: .resident, body: .form { _, _ in [] },
            by: .manager),
    ]
}
