import HTTPTypes
import Kernel
package import Web

/// `/api/v1/announcements`.
package struct AnnouncementsRoutes: Sendable {
    let announcements: AnnouncementsService

    package init(_ announcements: AnnouncementsService) { self.announcements = announcements }

    package func register(on api: inout APIRoutes) {
        api.add(self.list, in: "announcements")
        api.add(self.announce, in: "announcements")
        api.add(self.audience, in: "announcements")
        api.add(self.open, in: "announcements")
        api.add(self.confirm, in: "announcements")
        api.add(self.receipts, in: "announcements")
        api.add(self.remind, in: "announcements")
        api.add(self.withdraw, in: "announcements")
    }

    var list: Endpoint<Nothing, Page<Announcement>> {
        Endpoint(
            .get, "", "List announcements", needs: ListAnnouncements.self,
            query: [
                QueryParameter("show", .oneOf(AnnouncementFilter.self), "Yours, unless you say `overseen`"),
                QueryParameter("after", .cursor, "The `next` of the page before"),
            ], details: "What you have not seen first, then the newest. `overseen` lists those you answer for."
        ) { call in
            .init(
                try await self.announcements.announcements(
                    call.query("show").flatMap { AnnouncementFilter(rawValue: $0) } ?? .mine,
                    after: call.query("after").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var announce: Endpoint<NewAnnouncement, Announcement> {
        Endpoint(
            .post, "", "Announce something to a unit, a home or the organisation", needs: Announce.self,
            status: .created, errors: [.notFound],
            details: """
                It is accepted at once, and everybody is told by and by; `progress` says how far that is. It is for \
                whoever works there when it is accepted, and not for whoever comes later.
                """
        ) { call in
            let announced = try await self.announcements.announce(call.input, by: call.principal, once: call.once)
            return .init(announced.value, isReplay: announced.isReplay)
        }
    }

    var audience: Endpoint<AudienceQuestion, AudienceSize> {
        Endpoint(
            .post, "audience/count", "See how many people an announcement would reach", needs: PreviewAudience.self,
            errors: [.notFound], details: "It changes nothing, so a key changes nothing about it."
        ) { call in .init(try await self.announcements.size(of: call.input, for: call.principal)) }
    }

    var open: Endpoint<Nothing, Announcement> {
        Endpoint(
            .get, "{announcement}", "Read an announcement", needs: ReadAnnouncement.self, errors: [.notFound],
            details: "If it is for you, you have seen it by that."
        ) { call in
            .init(try await self.announcements.open(call.identifier("announcement"), by: call.principal))
        }
    }

    var confirm: Endpoint<Nothing, Confirmation> {
        Endpoint(
            .post, "{announcement}/confirmation", "Confirm that you have read an announcement",
            needs: ConfirmAnnouncement.self, errors: [.notFound, .conflict],
            details: "A second time changes nothing, and answers with the first."
        ) { call in
            let confirmed = try await self.announcements.confirm(
                call.identifier("announcement"), by: call.principal, once: call.once)
            return .init(confirmed.value, isReplay: confirmed.isReplay)
        }
    }

    var receipts: Endpoint<Nothing, Page<ReceiptLine>> {
        Endpoint(
            .get, "{announcement}/receipts", "See who has been told, has seen and has confirmed it",
            needs: ReadReceipts.self,
            query: [
                QueryParameter("show", .oneOf(ReceiptFilter.self), "Which of them, all unless you say"),
                QueryParameter("after", .cursor, "The `next` of the page before"),
            ], errors: [.notFound], details: "Whoever has not seen it first."
        ) { call in
            .init(
                try await self.announcements.receipts(
                    of: call.identifier("announcement"),
                    call.query("show").flatMap { ReceiptFilter(rawValue: $0) } ?? .all,
                    after: call.query("after").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var remind: Endpoint<Nothing, Reminder> {
        Endpoint(
            .post, "{announcement}/reminder", "Remind those who have not confirmed", needs: RemindUnconfirmed.self,
            errors: [.notFound, .conflict], details: "Not more than once an hour."
        ) { call in
            let reminder = try await self.announcements.remind(
                call.identifier("announcement"), by: call.principal, once: call.once)
            return .init(reminder.value, isReplay: reminder.isReplay)
        }
    }

    var withdraw: Endpoint<WithdrawalReason, Announcement> {
        Endpoint(
            .post, "{announcement}/withdrawal", "Withdraw an announcement", needs: WithdrawAnnouncement.self,
            errors: [.notFound, .conflict],
            details: "Those who were told go on seeing it, as withdrawn and with the reason; nobody else is told."
        ) { call in
            let withdrawn = try await self.announcements.withdraw(
                call.identifier("announcement"), for: call.input, by: call.principal, once: call.once)
            return .init(withdrawn.value, isReplay: withdrawn.isReplay)
        }
    }
}
