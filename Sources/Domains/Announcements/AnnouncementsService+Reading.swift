import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
import Web

/// What can be asked.
extension AnnouncementsService {
    package func announcements(
        _ filter: AnnouncementFilter = .mine, after: Keyset? = nil, limit: Int = 20, for principal: Principal
    ) async throws -> Page<Announcement> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListAnnouncements.self, principal.membership)
            self.audit.record(decision, in: tx)
            switch filter {
            case .mine:
                let found = try self.store.mine(decision, after: after, limit: limit + 1, at: now, in: tx)
                let page = Page(found, limit: limit) { Keyset($0.isNew ? "new" : "old", $0.row.id.description) }
                return Page(
                    items: try self.announcements(page.items.map(\.row), for: principal, in: tx), next: page.next)
            case .overseen:
                let found = try self.store.overseen(decision, after: after, limit: limit + 1, in: tx)
                let page = Page(found, limit: limit) { Keyset("at", $0.id.description) }
                return Page(items: try self.announcements(page.items, for: principal, in: tx), next: page.next)
            }
        }
    }

    /// What needs a look or a confirmation from somebody now.
    package func waiting(for principal: Principal, limit: Int = 5) async throws -> [Announcement] {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListAnnouncements.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.announcements(
                self.store.waiting(decision, limit: limit, at: now, in: tx), for: principal, in: tx)
        }
    }

    /// Shows it; whoever it is for has seen it by that.
    package func open(_ announcement: Identifier<Announcement>, by principal: Principal) async throws -> Announcement {
        try await self.database.transaction(as: principal) { tx in
            let found = try self.store.row(announcement, for: principal.person, in: tx)
            let decision = try principal.decide(ReadAnnouncement.self, found?.standing(of: principal.person))
            guard let found else { throw AnnouncementsError.notFound }
            self.audit.record(decision, in: tx)
            var row = found
            if found.receipt != nil, found.receipt?.seenAt == nil {
                if try self.store.see(decision, at: self.source.now(), in: tx) {
                    self.inbox.deliver(
                        Notice("announcements.changed", announcement), to: [found.author],
                        in: principal.organisation, at: tx)
                }
                row = try self.store.row(announcement, for: principal.person, in: tx) ?? found
            }
            return try self.announcement(row, for: principal, in: tx)
        }
    }

    /// Who was told, and what became of it: whoever has not seen it first.
    package func receipts(
        of announcement: Identifier<Announcement>, _ filter: ReceiptFilter = .all, after: Keyset? = nil,
        limit: Int = 100, for principal: Principal
    ) async throws -> Page<ReceiptLine> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadReceipts.self,
                self.store.row(announcement, for: principal.person, in: tx)?.standing(of: principal.person))
            self.audit.record(decision, in: tx)
            return try self.page(decision, filter, after: after, limit: limit, in: tx)
        }
    }

    /// The list of who has read it, to take away.
    ///
    /// It is on record before the first line leaves.
    package func export(
        _ announcement: Identifier<Announcement>, for principal: Principal
    ) async throws -> ReceiptsExport {
        try await self.database.transaction(as: principal) { tx in
            let row = try self.store.row(announcement, for: principal.person, in: tx)
            let decision = try principal.decide(ExportReceipts.self, row?.standing(of: principal.person))
            guard let row else { throw AnnouncementsError.notFound }
            self.audit.record(decision, in: tx)
            return ReceiptsExport(service: self, decision: decision, place: row.place)
        }
    }

    fileprivate func page<Act: Permission>(
        _ decision: Decision<Act>, _ filter: ReceiptFilter, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> Page<ReceiptLine> where Act.Object == Announcement {
        let found = try self.store.receipts(decision, filter, after: after, limit: limit + 1, in: tx)
        let page = Page(found, limit: limit) { Keyset("\($0.rank)", $0.person.description) }
        let known = try self.people.summaries(of: Set(page.items.map(\.person)), in: tx)
        let lines = page.items.map { row in
            (
                row.rank,
                ReceiptLine(
                    person: known.summary(row.person), toldAt: row.toldAt, seenAt: row.seenAt,
                    confirmedAt: row.confirmedAt)
            )
        }
        // Pages are cut by identifier, which stays; within one, people look for names.
        return Page(
            items: lines.sorted { ($0.0, $0.1.person.name) < ($1.0, $1.1.person.name) }.map(\.1), next: page.next)
    }
}

/// A list that is taken away page by page, so that it never is in memory as a whole.
package struct ReceiptsExport: Sendable {
    let service: AnnouncementsService
    let decision: Decision<ExportReceipts>
    package let place: Place

    /// The next lines, and where it goes on.
    package func page(after: String?) async throws -> Page<ReceiptLine> {
        let after = try after.map { try Keyset($0, parts: 2) }
        return try await self.service.database.read(as: self.decision.principal) { tx in
            try self.service.page(self.decision, .all, after: after, limit: 1_000, in: tx)
        }
    }
}
