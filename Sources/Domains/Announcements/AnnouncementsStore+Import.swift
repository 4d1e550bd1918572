import FoundationEssentials
import Kernel
package import Postgres

/// Brings announcements in that were made elsewhere, or never: the demonstration's.
///
/// It asks no policy and tells nobody, because nobody is signed in yet.
package struct AnnouncementImport: Sendable {
    package init() {}

    package func bringIn(_ archive: AnnouncementArchive, in tx: borrowing Transaction) throws {
        // In the order in which the telling goes, which ends with the last of them.
        let receipts = archive.receipts.sorted { $0.person.description < $1.person.description }
        try tx.execute(
            """
            INSERT INTO announcements.announcement (tenant_id, id, author_id, home_id, unit_id, title, body,
                asks_confirmation, announced_at, people, chunks, told, told_through, told_at)
            VALUES (app.tid(), \(archive.id.uuid), \(archive.author.uuid), \(archive.place.home?.uuid),
                \(archive.place.unit?.uuid), \(archive.title), \(archive.body), \(archive.asksConfirmation),
                \(archive.announcedAt), \(receipts.count), 1, \(receipts.count), \(receipts.last?.person.uuid),
                \(archive.announcedAt))
            """)
        try tx.execute(
            """
            INSERT INTO announcements.receipt (tenant_id, announcement_id, person_id, told_at, seen_at, confirmed_at)
            SELECT app.tid(), \(archive.id.uuid), person, \(archive.announcedAt), nullif(seen_at, 'epoch'),
                nullif(confirmed_at, 'epoch')
            FROM unnest(\(receipts.map(\.person.uuid)),
                \(receipts.map { $0.seenAt ?? Date(timeIntervalSince1970: 0) }),
                \(receipts.map { $0.confirmedAt ?? Date(timeIntervalSince1970: 0) }))
                AS new (person, seen_at, confirmed_at)
            """)
    }
}
