import Announcements
import Foundation
import HTTPTypes

/// Announcing to a home, reading it, and seeing who has.
extension Sample {
    private static let new: @Sendable (Scene, Someone?) -> String = { scene, _ in
        #"{"title":"Anything","body":"Anything","home_id":"\#(scene.home)","asks_confirmation":true}"#
    }
    private static let form: @Sendable (Scene, Someone?) -> [(String, String)] = { scene, _ in
        [
            ("title", "Anything"), ("body", "Anything"), ("place", "\(scene.home)"), ("roles", "care_assistant"),
            ("confirm", "yes"), ("shown_until", ""),
        ]
    }
    private static let one = "/api/v1/announcements/{announcement}"

    static let announcements: [Sample] = [
        Sample(route: "GET /api/v1/announcements", act: ListAnnouncements.self, status: .ok),
        Sample(
            route: "GET /api/v1/announcements", act: ListAnnouncements.self, status: .ok, query: "?show=overseen",
            by: .manager, variant: "those to look after"),
        Sample(
            route: "POST /api/v1/announcements", act: Announce.self, status: .created, target: .home,
            body: .json(Self.new), by: .manager),
        Sample(
            route: "POST /api/v1/announcements/audience/count", act: PreviewAudience.self, status: .ok, target: .home,
            body: .json { scene, _ in #"{"home_id":"\#(scene.home)","roles":["care_assistant"]}"# }, by: .manager),
        Sample(route: "GET \(Self.one)", act: ReadAnnouncement.self, status: .ok, target: .announcement),
        Sample(
            route: "POST \(Self.one)/confirmation", act: ConfirmAnnouncement.self, status: .ok,
            target: .announcement),
        Sample(
            route: "GET \(Self.one)/receipts", act: ReadReceipts.self, status: .ok, target: .announcement,
            query: "?show=unseen", by: .manager),
        Sample(
            route: "POST \(Self.one)/reminder", act: RemindUnconfirmed.self, status: .ok, target: .announcement,
            by: .manager),
        Sample(
            route: "POST \(Self.one)/withdrawal", act: WithdrawAnnouncement.self, status: .ok, target: .announcement,
            body: .json { _, _ in #"{"reason":"Anything"}"# }, by: .manager),
    ]

    static let announcementPages: [Sample] = [
        Sample(route: "GET /announcements", act: ListAnnouncements.self, status: .ok),
        Sample(
            route: "GET /announcements", act: ListAnnouncements.self, status: .ok, query: "?show=overseen",
            by: .manager, variant: "those to look after"),
        // Nothing about anybody is on it.
        Sample(
            route: "GET /announcements/new", act: PrepareAnnouncement.self, status: .ok, by: .manager, audit: []),
        Sample(
            route: "POST /announcements/check", act: PreviewAudience.self, status: .ok, target: .home,
            body: .form(Self.form), by: .manager),
        Sample(
            route: "POST /announcements/new", act: Announce.self, status: .seeOther, target: .home,
            body: .form(Self.form), by: .manager),
        Sample(
            route: "GET /announcements/{announcement}", act: ReadAnnouncement.self, status: .ok,
            target: .announcement),
        Sample(
            route: "GET /announcements/{announcement}", act: ReadAnnouncement.self, status: .ok,
            target: .announcement, by: .manager, audit: ["announcements.read", "announcements.read_receipts"],
            variant: "as its author"),
        Sample(
            route: "POST /announcements/{announcement}/confirmation", act: ConfirmAnnouncement.self,
            status: .seeOther, target: .announcement, body: .form { _, _ in [("return", "/today")] }),
        Sample(
            route: "POST /announcements/{announcement}/reminder", act: RemindUnconfirmed.self, status: .seeOther,
            target: .announcement, body: .form { _, _ in [] }, by: .manager),
        Sample(
            route: "POST /announcements/{announcement}/withdrawal", act: WithdrawAnnouncement.self,
            status: .seeOther, target: .announcement, body: .form { _, _ in [("reason", "Anything")] }, by: .manager),
        Sample(
            route: "GET /announcements/{announcement}/export", act: ExportReceipts.self, status: .ok,
            target: .announcement, by: .manager),
    ]
}
