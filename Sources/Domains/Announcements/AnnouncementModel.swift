import FoundationEssentials
import Kernel
import People
import Web

/// The list of announcements.
struct AnnouncementListModel {
    let filter: AnnouncementFilter
    let page: Page<Announcement>
    /// Where this page begins; `nil` for the first.
    let after: String?
    let visitor: Visitor
    let now: Date

    var model: Model {
        let principal = self.visitor.principal
        let isManager = principal.may(PrepareAnnouncement.self, principal.membership)
        let path = "\(AnnouncementsPages.path)?show=\(self.filter.rawValue)"
        return [
            "self": path + (self.after.map { "&after=\($0)" } ?? ""), "new": isManager,
            "filters": (isManager ? AnnouncementFilter.allCases : []).map { one -> Model in
                [
                    "text": one == .mine ? "For you" : "Yours to look after",
                    "href": "\(AnnouncementsPages.path)?show=\(one.rawValue)", "isCurrent": one == self.filter,
                ]
            },
            "items": self.page.items.map(self.item),
            "newer": self.after.map { _ in path }.orFalse,
            "older": self.page.next.map { "\(path)&after=\($0)" }.orFalse,
            "nothing": (self.page.items.isEmpty ? self.nothing : nil).orFalse,
        ]
    }

    private var nothing: Model {
        switch self.filter {
        case .mine: ["title": "Nothing has been announced to you", "text": "What is announced to you is shown here."]
        case .overseen:
            ["title": "Nothing has been announced yet", "text": "What is announced in your homes is shown here."]
        }
    }

    private func item(_ one: Announcement) -> Model {
        let time = self.visitor.time(at: self.now, in: one.homeId)
        let isNew = one.receipt.map { $0.seenAt == nil } ?? false
        return [
            "id": one.id.description, "href": AnnouncementsPages.path(one.id), "title": one.title,
            "author": one.author.id == self.visitor.principal.person ? "You" : one.author.name,
            "place": self.visitor.words(for: one.place), "at": time.brief(one.announcedAt),
            "tint": (self.visitor.home(one.homeId)?.tint).orFalse,
            "isNew": isNew && one.withdrawn == nil, "isWaiting": one.waitsForReader,
            "isConfirmed": one.receipt?.confirmedAt != nil, "isWithdrawn": one.withdrawn != nil,
            "readers": (self.filter == .overseen ? one.progress.map { "\($0.seen) of \($0.told) have seen it" } : nil)
                .orFalse,
        ]
    }
}

/// One announcement, with what its reader does with it and what those who answer for it see.
struct AnnouncementModel {
    let announcement: Announcement
    /// For those who may see who has read it.
    let receipts: Page<ReceiptLine>?
    let filter: ReceiptFilter
    /// Where this page begins; `nil` for the first.
    let after: String?
    let problem: Problem?
    let typed: String
    let visitor: Visitor
    let now: Date

    private var path: String { AnnouncementsPages.path(self.announcement.id) }
    private var time: LocalTime { self.visitor.time(at: self.now, in: self.announcement.homeId) }
    private var isManager: Bool { self.receipts != nil }
    private var base: String { "\(self.path)?show=\(self.filter.rawValue)" }

    func model(key: () -> String) -> Model {
        let one = self.announcement, time = self.time
        let isOwn = one.author.id == self.visitor.principal.person
        let roles = one.roles.isEmpty ? "everybody on the staff" : Words.list(one.roles.map { $0.title.lowercased() })
        return [
            "errors": self.problem.map { $0.summary(["/reason": "#reason"]) }.orFalse,
            "self": self.isManager ? self.base + (self.after.map { "&after=\($0)" } ?? "") : self.path,
            "tint": (self.visitor.home(one.homeId)?.tint).orFalse, "title": one.title,
            "place": self.visitor.words(for: one.place), "roles": roles,
            "author": isOwn ? "You" : one.author.name, "role": (isOwn ? nil : one.author.title).orFalse,
            "at": time.brief(one.announcedAt), "paragraphs": one.body.paragraphs,
            "until": one.shownUntil.map { "Shown until \(time.day($0.addingTimeInterval(-1)))" }.orFalse,
            "withdrawn": one.withdrawn.map {
                ["at": time.brief($0.at), "reason": $0.reason] as Model
            }.orFalse,
            "confirm":
                (one.waitsForReader ? ["action": "\(self.path)/confirmation", "key": key()] as Model : nil).orFalse,
            "confirmed": (one.receipt?.confirmedAt).map { time.brief($0) }.orFalse,
            "oversight": self.oversight(key).orFalse,
            "withdrawal":
                (self.isManager && one.withdrawn == nil
                ? [
                    "action": "\(self.path)/withdrawal", "key": key(), "isOpen": self.problem != nil,
                    "fields": [
                        FieldModel(
                            "reason", "Why", hint: "Everybody who has been told sees it.",
                            .area(limit: NewAnnouncement.longestReason), value: self.typed,
                            error: self.problem?.error(at: "/reason"), isRequired: true
                        ).model
                    ],
                ] as Model : nil).orFalse,
        ]
    }

    private func oversight(_ key: () -> String) -> Model? {
        guard let receipts = self.receipts, let progress = self.announcement.progress else { return nil }
        let asks = self.announcement.asksConfirmation
        let filters: [ReceiptFilter] = asks ? [.all, .unseen, .unconfirmed, .confirmed] : [.all, .unseen, .seen]
        return [
            "told": "\(progress.told)", "people": "\(max(progress.people, progress.told))",
            "isTelling": progress.toldAt == nil && self.announcement.withdrawn == nil,
            "isStopped": progress.toldAt == nil && self.announcement.withdrawn != nil,
            "seen": "\(progress.seen) \(progress.seen == 1 ? "has" : "have") seen it",
            "confirmed": (asks ? "\(progress.confirmed) confirmed" : nil).orFalse,
            "unseen": "\(progress.told - progress.seen) not seen yet",
            "filters": filters.map { one -> Model in
                [
                    "text": "\(one.words), \(one.count(progress))", "href": "\(self.path)?show=\(one.rawValue)",
                    "isCurrent": one == self.filter,
                ]
            },
            "caption": self.filter.words, "asks": asks,
            "items": receipts.items.map { self.item($0, asks: asks) },
            "nothing": (receipts.items.isEmpty ? self.filter.nothing : nil).orFalse,
            "first": self.after.map { _ in self.base }.orFalse,
            "next": receipts.next.map { "\(self.base)&after=\($0)" }.orFalse,
            "export": "\(self.path)/export", "reminder": self.reminder(progress, key).orFalse,
            "reminded": self.announcement.remindedAt.map { self.time.brief($0) }.orFalse,
        ]
    }

    /// Offered once there is somebody to remind, and not again within the hour.
    private func reminder(_ progress: Announcement.Progress, _ key: () -> String) -> Model? {
        let missing = progress.told - progress.confirmed
        let last = self.announcement.remindedAt
        guard self.announcement.asksConfirmation, self.announcement.withdrawn == nil, missing > 0,
            last.map({ self.now.timeIntervalSince($0) >= AnnouncementsService.pause }) ?? true
        else { return nil }
        return [
            "action": "\(self.path)/reminder", "key": key(),
            "submit": "Remind \(Words.count(missing, "person", "people"))",
        ]
    }

    private func item(_ line: ReceiptLine, asks: Bool) -> Model {
        let time = self.time
        return [
            "name": line.person.name, "role": line.person.title, "initials": line.person.initials,
            "isDone": asks ? line.confirmedAt != nil : line.seenAt != nil, "isSeen": line.seenAt != nil,
            "told": time.brief(line.toldAt), "seen": line.seenAt.map { time.brief($0) }.orFalse,
            "confirmed": line.confirmedAt.map { time.brief($0) }.orFalse,
        ]
    }
}

extension ReceiptFilter {
    fileprivate var words: String {
        switch self {
        case .all: "Everybody"
        case .unseen: "Not seen"
        case .seen: "Seen"
        case .unconfirmed: "Not confirmed"
        case .confirmed: "Confirmed"
        }
    }

    fileprivate var nothing: String {
        switch self {
        case .all: "Nobody has been told yet."
        case .unseen: "Everybody who was told has seen it."
        case .seen: "Nobody has seen it yet."
        case .unconfirmed: "Everybody who was told has confirmed it."
        case .confirmed: "Nobody has confirmed it yet."
        }
    }

    fileprivate func count(_ progress: Announcement.Progress) -> Int {
        switch self {
        case .all: progress.told
        case .unseen: progress.told - progress.seen
        case .seen: progress.seen
        case .unconfirmed: progress.told - progress.confirmed
        case .confirmed: progress.confirmed
        }
    }
}
