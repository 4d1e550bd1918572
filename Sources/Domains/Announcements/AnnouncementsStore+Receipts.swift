import FoundationEssentials
import Kernel
import Postgres

/// Who was told, who has seen it and who has confirmed.
extension AnnouncementsStore {
    struct Counts: Sendable {
        var seen = 0
        var confirmed = 0
    }

    /// A receipt, and where it stands in the list of those who have not read it first.
    struct ReceiptRow: Sendable {
        let person: Identifier<Person>
        let toldAt: Date
        let seenAt: Date?
        let confirmedAt: Date?
        let rank: Int
    }

    // MARK: Telling

    /// Writes a chunk of receipts, and how far the telling is by that.
    func tell(
        _ people: [Identifier<Person>], of announcement: Row, isLast: Bool, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO announcements.receipt (tenant_id, announcement_id, person_id, told_at)
            SELECT app.tid(), \(announcement.id.uuid), person, \(now) FROM unnest(\(people.map(\.uuid))) AS person
            """)
        try tx.execute(
            """
            UPDATE announcements.announcement SET chunks = chunks + 1, told = told + \(people.count),
                told_through = coalesce(\(people.last?.uuid), told_through), told_at = \(isLast ? now : nil as Date?)
            WHERE tenant_id = app.tid() AND id = \(announcement.id.uuid)
            """)
    }

    /// The next of those who were told, or only of those who have not confirmed.
    func told(
        _ announcement: Identifier<Announcement>, unconfirmedOnly: Bool, after person: Identifier<Person>?, limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        let following: SQL = person.map { "AND person_id > \($0.uuid)" } ?? ""
        let missing: SQL = unconfirmedOnly ? "AND confirmed_at IS NULL" : ""
        return try tx.execute(
            """
            SELECT person_id FROM announcements.receipt
            WHERE tenant_id = app.tid() AND announcement_id = \(announcement.uuid) \(fragment: following)
                \(fragment: missing)
            ORDER BY person_id LIMIT \(limit)
            """
        ).map { Identifier(try $0.read("person_id")) }
    }

    // MARK: Reading

    /// Whether this is the first time; somebody whom it was not for has no receipt.
    func see(_ decision: Decision<ReadAnnouncement>, at now: Date, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE announcements.receipt SET seen_at = \(now)
            WHERE tenant_id = app.tid() AND announcement_id = \(decision.object.uuid)
                AND person_id = \(decision.person.uuid) AND seen_at IS NULL
            """
        ).affected == 1
    }

    /// Whether this is the first time.
    func confirm(_ decision: Decision<ConfirmAnnouncement>, at now: Date, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE announcements.receipt SET confirmed_at = \(now), seen_at = coalesce(seen_at, \(now))
            WHERE tenant_id = app.tid() AND announcement_id = \(decision.object.uuid)
                AND person_id = \(decision.person.uuid) AND confirmed_at IS NULL
            """
        ).affected == 1
    }

    // MARK: Overseeing

    func counts(
        of announcements: [Identifier<Announcement>], in tx: borrowing Transaction
    ) throws -> [Identifier<Announcement>: Counts] {
        if announcements.isEmpty { return [:] }
        let rows = try tx.execute(
            """
            SELECT announcement_id, count(seen_at) AS seen, count(confirmed_at) AS confirmed
            FROM announcements.receipt
            WHERE tenant_id = app.tid() AND announcement_id = ANY (\(announcements.map(\.uuid)))
            GROUP BY announcement_id
            """)
        var counts: [Identifier<Announcement>: Counts] = [:]
        for row in rows {
            counts[Identifier(try row.read("announcement_id"))] = Counts(
                seen: try row.read("seen"), confirmed: try row.read("confirmed"))
        }
        return counts
    }

    /// Whoever has not seen it first, then whoever has not confirmed.
    func receipts<Act: Permission>(
        _ decision: Decision<Act>, _ filter: ReceiptFilter, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [ReceiptRow] where Act.Object == Announcement {
        let condition: SQL =
            switch filter {
            case .all: "true"
            case .unseen: "seen_at IS NULL"
            case .seen: "seen_at IS NOT NULL"
            case .unconfirmed: "confirmed_at IS NULL"
            case .confirmed: "confirmed_at IS NOT NULL"
            }
        let rank: SQL = "((seen_at IS NOT NULL)::int + (confirmed_at IS NOT NULL)::int)"
        var following: SQL = ""
        if let after {
            guard let before = after.parts.first.flatMap({ Int($0) }),
                let id = after.parts.last.flatMap({ Identifier<Person>($0) })
            else { throw Problem(.badRequest, "This page of the list cannot be found") }
            following = "AND (\(fragment: rank), person_id) > (\(before), \(id.uuid))"
        }
        return try tx.execute(
            """
            SELECT person_id, told_at, seen_at, confirmed_at, \(fragment: rank) AS rank FROM announcements.receipt
            WHERE tenant_id = app.tid() AND announcement_id = \(decision.object.uuid) AND \(fragment: condition)
                \(fragment: following)
            ORDER BY rank, person_id LIMIT \(limit)
            """
        ).map { row in
            ReceiptRow(
                person: Identifier(try row.read("person_id")), toldAt: try row.read("told_at"),
                seenAt: try row.readIfPresent("seen_at"), confirmedAt: try row.readIfPresent("confirmed_at"),
                rank: try row.read("rank"))
        }
    }
}
