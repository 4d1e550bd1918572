import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
package import Web

/// `/announcements`: the same verbs as the API, as pages and plain forms.
package struct AnnouncementsPages: Sendable {
    let announcements: AnnouncementsService

    package init(_ announcements: AnnouncementsService) { self.announcements = announcements }

    static let path = "/announcements"
    static func path(_ id: Identifier<Announcement>) -> String { "\(Self.path)/\(id)" }

    package func register(on pages: inout PageRoutes) {
        pages.get(
            "announcements", needs: ListAnnouncements.self,
            query: [QueryParameter("show", .oneOf(AnnouncementFilter.self)), QueryParameter("after", .cursor)],
            self.list)
        self.registerWriting(on: &pages)
        pages.get(
            "announcements/{announcement}", needs: ReadAnnouncement.self,
            query: [QueryParameter("show", .oneOf(ReceiptFilter.self)), QueryParameter("after", .cursor)]
        ) { call in try await self.show(call) }
        pages.post(
            "announcements/{announcement}/confirmation", needs: ConfirmAnnouncement.self, fields: ["return"],
            self.confirm)
        pages.post("announcements/{announcement}/reminder", needs: RemindUnconfirmed.self, fields: [], self.remind)
        pages.post(
            "announcements/{announcement}/withdrawal", needs: WithdrawAnnouncement.self,
            fields: [.one("reason", maxLength: NewAnnouncement.longestReason)], self.withdraw)
        pages.get("announcements/{announcement}/export", needs: ExportReceipts.self, counted: .export, self.export)
    }

    // MARK: Looking

    @Sendable func list(_ call: PageCall) async throws -> Response {
        let filter = call.query("show").flatMap { AnnouncementFilter(rawValue: $0) } ?? .mine
        let after = call.query("after")
        let page = try await self.announcements.announcements(
            filter, after: after.map { try Keyset($0, parts: 2) }, for: call.principal)
        let model = AnnouncementListModel(
            filter: filter, page: page, after: after, visitor: call.visitor, now: call.now)
        return try await call.page("announcements/list", model.model, title: "Announcements", nav: .messages)
    }

    func show(_ call: PageCall, problem: Problem? = nil) async throws -> Response {
        let id: Identifier<Announcement> = try call.identifier("announcement")
        let announcement = try await self.announcements.open(id, by: call.principal)
        let filter = call.query("show").flatMap { ReceiptFilter(rawValue: $0) } ?? .all
        let receipts: Page<ReceiptLine>? =
            announcement.progress == nil
            ? nil
            : try await self.announcements.receipts(
                of: id, filter, after: call.query("after").map { try Keyset($0, parts: 2) }, for: call.principal)
        // There is nothing to mend in what somebody may not send at all.
        guard problem == nil || receipts != nil else { throw Problem.notAllowed }
        let model = AnnouncementModel(
            announcement: announcement, receipts: receipts, filter: filter, after: call.query("after"),
            problem: problem, typed: call.form.text("reason"), visitor: call.visitor, now: call.now)
        return try await call.page(
            "announcements/announcement", model.model(key: call.newKey), title: "\(announcement.title) · Announcements",
            nav: .messages, home: call.visitor.home(announcement.homeId),
            status: problem == nil ? .ok : .unprocessableContent)
    }

    @Sendable func export(_ call: PageCall) async throws -> Response {
        let export = try await self.announcements.export(call.identifier("announcement"), for: call.principal)
        let time = call.visitor.time(at: call.now, in: export.place.home)
        return try await .table("announcement", columns: ["Name", "Work", "Told", "Seen", "Confirmed"]) {
            try await export.page(after: $0)
        } line: {
            Self.line($0, time)
        }
    }

    private static func line(_ line: ReceiptLine, _ time: LocalTime) -> [String] {
        func text(_ date: Date?) -> String { date.map { "\(time.date($0)?.description ?? "") \(time.time($0))" } ?? "" }
        return [
            line.person.name, line.person.title, text(line.toldAt), text(line.seenAt), text(line.confirmedAt),
        ]
    }

    // MARK: What forms do

    @Sendable func confirm(_ call: PageCall) async throws -> Response {
        let id: Identifier<Announcement> = try call.identifier("announcement")
        _ = try await self.announcements.confirm(id, by: call.principal, once: call.once)
        return call.redirect(call.form.optional("return") ?? Self.path(id))
    }

    @Sendable func remind(_ call: PageCall) async throws -> Response {
        let id: Identifier<Announcement> = try call.identifier("announcement")
        _ = try await self.announcements.remind(id, by: call.principal, once: call.once)
        return call.redirect("\(Self.path(id))?show=unconfirmed")
    }

    @Sendable func withdraw(_ call: PageCall) async throws -> Response {
        let id: Identifier<Announcement> = try call.identifier("announcement")
        do {
            _ = try await self.announcements.withdraw(
                id, for: WithdrawalReason(call.form.text("reason")), by: call.principal, once: call.once)
            return call.redirect(Self.path(id))
        } catch let error as AnnouncementsError {
            guard case .invalid = error else { throw error }
            return try await self.show(call, problem: error.problem)
        }
    }
}
