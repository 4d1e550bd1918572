import FoundationEssentials
import Kernel
import Postgres

/// Every statement about announcements; what is about their readers is in `AnnouncementsStore+Receipts`.
struct AnnouncementsStore: Sendable {
    /// An announcement as it is stored, with what one person has done with it.
    struct Row: Sendable {
        let id: Identifier<Announcement>
        let author: Identifier<Person>
        let place: Place
        let roles: [Role]
        let title: String
        let body: String
        let asksConfirmation: Bool
        let announcedAt: Date
        let shownUntil: Date?
        let people: Int
        let chunks: Int
        let told: Int
        let toldThrough: Identifier<Person>?
        let toldAt: Date?
        let reminders: Int
        let remindedAt: Date?
        let state: String
        let withdrawn: Announcement.Withdrawal?
        let receipt: Announcement.OwnReceipt?

        /// How whoever was looked for stands to it.
        func standing(of person: Identifier<Person>) -> Standing<Announcement> {
            var relations: Set<Relation> = self.receipt == nil ? [] : [.member]
            if self.author == person { relations.insert(.own) }
            return Standing(self.id, relations, at: self.place, state: self.state)
        }
    }

    private static let columns: SQL = """
        announcement.id, author_id, home_id, unit_id, array_to_string(roles, ' ') AS roles, title, body,
        asks_confirmation, announced_at, shown_until, people, chunks, told, told_through, announcement.told_at,
        reminders, reminded_at, state, withdrawn_at, withdrawal, receipt.told_at AS own_told_at, receipt.seen_at,
        receipt.confirmed_at
        """

    func insert(
        _ new: NewAnnouncement, id: Identifier<Announcement>, people: Int, at now: Date, _ decision: Decision<Announce>,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO announcements.announcement (tenant_id, id, author_id, home_id, unit_id, roles, title, body,
                asks_confirmation, announced_at, shown_until, people)
            VALUES (app.tid(), \(id.uuid), \(decision.person.uuid), \(new.homeId?.uuid), \(new.unitId?.uuid),
                \((new.roles ?? []).map(\.rawValue)), \(new.title), \(new.body), \(new.asksConfirmation), \(now),
                \(new.shownUntil), \(people))
            """)
    }

    /// One announcement, and what this person has done with it; with `holding`, it stays as it is until the commit.
    func row(
        _ id: Identifier<Announcement>, for person: Identifier<Person>?, holding: Bool = false,
        in tx: borrowing Transaction
    ) throws -> Row? {
        let lock: SQL = holding ? "FOR UPDATE OF announcement" : ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM announcements.announcement
            LEFT JOIN announcements.receipt ON receipt.tenant_id = app.tid()
                AND receipt.announcement_id = announcement.id AND receipt.person_id = \(person?.uuid)
            WHERE announcement.tenant_id = app.tid() AND announcement.id = \(id.uuid) \(fragment: lock)
            """
        ).first.map(self.row)
    }

    /// What was for somebody: what they have not seen first, then the newest.
    func mine(
        _ decision: Decision<ListAnnouncements>, after: Keyset?, limit: Int, at now: Date, in tx: borrowing Transaction
    ) throws -> [(row: Row, isNew: Bool)] {
        let isNew: SQL = """
            (receipt.seen_at IS NULL AND state = 'current' AND (shown_until IS NULL OR shown_until > \(now)))
            """
        var following: SQL = ""
        if let after {
            let key = try Self.key(after)
            following = "AND (\(fragment: isNew), announcement.id) < (\(after.parts.first == "new"), \(key.uuid))"
        }
        return try tx.execute(
            """
            SELECT \(fragment: Self.columns), \(fragment: isNew) AS is_new FROM announcements.receipt
            JOIN announcements.announcement ON announcement.tenant_id = app.tid()
                AND announcement.id = receipt.announcement_id
            WHERE receipt.tenant_id = app.tid() AND receipt.person_id = \(decision.person.uuid) \(fragment: following)
            ORDER BY is_new DESC, announcement.id DESC LIMIT \(limit)
            """
        ).map { (try self.row($0), try $0.read("is_new")) }
    }

    /// What somebody may see the receipts of: the table of ``ReadReceipts``, as SQL.
    func overseen(
        _ decision: Decision<ListAnnouncements>, after: Keyset?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Row] {
        let visible = ReadReceipts.predicate(for: decision.principal, state: "state") { reach in
            switch reach {
            case .organisation: "true"
            case .home(let home): "home_id = \(home.uuid)"
            case .unit(let unit): "unit_id = \(unit.uuid)"
            }
        } relation: { relation in
            switch relation {
            case .own: "author_id = \(decision.person.uuid)"
            case .member, .careTeam, .passedOn, .place, .emergency: "false"
            }
        }
        let following: SQL = try after.map { "AND announcement.id < \(try Self.key($0).uuid)" } ?? ""
        return try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM announcements.announcement
            LEFT JOIN announcements.receipt ON receipt.tenant_id = app.tid()
                AND receipt.announcement_id = announcement.id AND receipt.person_id = \(decision.person.uuid)
            WHERE announcement.tenant_id = app.tid() AND \(fragment: visible) \(fragment: following)
            ORDER BY announcement.id DESC LIMIT \(limit)
            """
        ).map(self.row)
    }

    /// What needs a look or a confirmation from somebody, while it is shown; the newest first.
    func waiting(
        _ decision: Decision<ListAnnouncements>, limit: Int, at now: Date, in tx: borrowing Transaction
    ) throws -> [Row] {
        try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM announcements.receipt
            JOIN announcements.announcement ON announcement.tenant_id = app.tid()
                AND announcement.id = receipt.announcement_id
            WHERE receipt.tenant_id = app.tid() AND receipt.person_id = \(decision.person.uuid)
                AND receipt.confirmed_at IS NULL AND (receipt.seen_at IS NULL OR asks_confirmation)
                AND state = 'current' AND (shown_until IS NULL OR shown_until > \(now))
            ORDER BY asks_confirmation DESC, announcement.id DESC LIMIT \(limit)
            """
        ).map(self.row)
    }

    func withdraw(
        _ decision: Decision<WithdrawAnnouncement>, for reason: String, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE announcements.announcement SET state = 'withdrawn', withdrawn_at = \(now), withdrawal = \(reason)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    func noteReminder(_ decision: Decision<RemindUnconfirmed>, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE announcements.announcement SET reminders = reminders + 1, reminded_at = \(now)
            WHERE tenant_id = app.tid() AND id = \(decision.object.uuid)
            """)
    }

    // MARK: Parts

    private static func key(_ keyset: Keyset) throws -> Identifier<Announcement> {
        guard let id = keyset.parts.last.flatMap({ Identifier<Announcement>($0) }) else {
            throw Problem(.badRequest, "This page of the list cannot be found")
        }
        return id
    }

    private func row(_ row: PostgresRow) throws -> Row {
        let withdrawnAt = try row.readIfPresent("withdrawn_at", as: Date.self)
        let ownToldAt = try row.readIfPresent("own_told_at", as: Date.self)
        return Row(
            id: Identifier(try row.read("id")), author: Identifier(try row.read("author_id")),
            place: Place(
                home: try row.readIfPresent("home_id", as: UUID.self).map { Identifier($0) },
                unit: try row.readIfPresent("unit_id", as: UUID.self).map { Identifier($0) }),
            roles: try row.read("roles", as: String.self).split(separator: " ").compactMap { Role(rawValue: "\($0)") },
            title: try row.read("title"), body: try row.read("body"),
            asksConfirmation: try row.read("asks_confirmation"), announcedAt: try row.read("announced_at"),
            shownUntil: try row.readIfPresent("shown_until"), people: try row.read("people"),
            chunks: try row.read("chunks"), told: try row.read("told"),
            toldThrough: try row.readIfPresent("told_through", as: UUID.self).map { Identifier($0) },
            toldAt: try row.readIfPresent("told_at"), reminders: try row.read("reminders"),
            remindedAt: try row.readIfPresent("reminded_at"), state: try row.read("state"),
            withdrawn: try withdrawnAt.map {
                Announcement.Withdrawal(at: $0, reason: try row.read("withdrawal"))
            },
            receipt: try ownToldAt.map {
                Announcement.OwnReceipt(
                    toldAt: $0, seenAt: try row.readIfPresent("seen_at"),
                    confirmedAt: try row.readIfPresent("confirmed_at"))
            })
    }
}
