import FoundationEssentials
import Kernel
import People
import Web

/// The form that one searches with, and what it found.
struct SearchModel {
    /// What was typed, and what came of it.
    struct Asked {
        let search: MessageSearch
        let problem: Problem?
        let notice: String?
        let found: Page<FoundMessage>?
        /// Where this search is, without the page of it.
        let address: String

        init(
            _ search: MessageSearch, problem: Problem? = nil, notice: String? = nil, found: Page<FoundMessage>? = nil,
            address: String = MessagesPages.searchPath
        ) {
            self.search = search
            self.problem = problem
            self.notice = notice
            self.found = found
            self.address = address
        }
    }

    let asked: Asked
    let visitor: Visitor
    let now: Date
    /// The only one to look in.
    let conversation: ConversationDetail?
    let residents: [Resident]
    let staff: [PersonSummary]

    private var search: MessageSearch { self.asked.search }
    private static let fields = ["/text": "#text", "/from": "#from", "/to": "#to"]

    func model(key: String) -> Model {
        [
            "key": key, "errors": self.asked.problem.map { $0.summary(Self.fields) }.orFalse,
            "notice": self.asked.notice.orFalse,
            "text": ["value": self.search.text, "error": self.error("/text").orFalse] as Model,
            "conversation": self.conversation.map(self.place).orFalse,
            "residents": self.residentGroups, "authors": self.authors,
            "from": self.day("/from", self.search.from), "to": self.day("/to", self.search.to),
            "isUnanswered": self.search.isUnanswered == true, "isNarrowed": self.isNarrowed,
            "found": self.asked.found.map(self.sentence).orFalse,
            "items": (self.asked.found?.items ?? []).map(FoundRows(visitor: self.visitor, now: self.now).found),
            "nothing":
                (self.asked.found?.items.isEmpty == true && self.search.before == nil ? self.nothing : nil).orFalse,
            "newest": (self.search.before == nil ? nil : self.asked.address).orFalse,
            "older": (self.asked.found?.next).map { "\(self.asked.address)&before=\($0)" }.orFalse,
        ]
    }

    private func error(_ pointer: String) -> String? {
        self.asked.problem?.violations.first { $0.pointer == pointer }?.detail
    }

    private func day(_ pointer: String, _ day: LocalDate?) -> Model {
        ["value": day?.description ?? "", "error": self.error(pointer).orFalse]
    }

    private var isNarrowed: Bool {
        self.search.residentId != nil || self.search.authorId != nil || self.search.from != nil
            || self.search.to != nil || self.search.isUnanswered == true || self.error("/from") != nil
            || self.error("/to") != nil
    }

    private func place(_ detail: ConversationDetail) -> Model {
        let others = detail.members.map(\.person).filter { $0.id != self.visitor.principal.person }
        let title = ConversationRows(for: self.visitor, at: self.now)
            .title(detail.conversation, detail.resident, others)
        return [
            "id": detail.conversation.id.description, "title": title,
            "href": MessagesPaths.conversation(detail.conversation.id),
        ]
    }

    private var residentGroups: [Model] {
        self.visitor.homes.map { home -> Model in
            [
                "text": home.name,
                "options": self.residents.filter { $0.homeId == home.id }.map { resident -> Model in
                    [
                        "value": resident.id.description, "text": "\(resident.fullName), Room \(resident.room)",
                        "isSelected": resident.id == self.search.residentId,
                    ]
                },
            ]
        }.filter { !($0["options"] as? [Model] ?? []).isEmpty }
    }

    private var authors: [Model] {
        let me = self.visitor.principal.person
        let others = self.staff.filter { $0.id != me }.map { ($0.id, "\($0.name), \($0.title)") }
        return self.staff.isEmpty
            ? []
            : ([(me, "Me")] + others).map { id, text in
                ["value": id.description, "text": text, "isSelected": id == self.search.authorId]
            }
    }

    private func sentence(_ found: Page<FoundMessage>) -> String {
        let count = found.items.count, places = Set(found.items.map(\.conversation.id)).count
        if count == 0 { return "No messages" }
        let messages = "\(count) message\(count == 1 ? "" : "s")"
        if found.next != nil || self.search.before != nil { return "\(messages) on this page" }
        return "\(messages) in \(places) conversation\(places == 1 ? "" : "s")"
    }

    private var nothing: Model {
        [
            "title": "No message has these words",
            "text": self.isNarrowed || self.conversation != nil
                ? "Try fewer words, or look in more places. You find only messages that you may read."
                : "Try fewer words, or another form of them. You find only messages that you may read.",
        ]
    }
}

/// Messages in lists that go across conversations.
struct FoundRows {
    let visitor: Visitor
    let now: Date

    /// A part of what was said, with what was looked for marked.
    func found(_ found: FoundMessage) -> Model {
        let rows = ConversationRows(for: self.visitor, at: self.now)
        var model = self.common(found)
        model["title"] = rows.title(found.conversation, found.resident, found.others)
        model["subject"] = (found.resident == nil ? nil : found.conversation.subject).orFalse
        model["initials"] = rows.initials(found.conversation, found.resident, found.others)
        model["isResident"] = found.resident != nil
        model["tint"] = rows.tint(found.conversation).orFalse
        model["pieces"] = found.pieces.map { ["text": $0.text, "isMatch": $0.isMatch] as Model }
        return model
    }

    /// All of what was said, in a list about one resident.
    func whole(_ found: FoundMessage) -> Model {
        var model = self.common(found)
        model["title"] = found.conversation.subject ?? found.conversation.kind.words
        model["initials"] = found.author.initials
        model["isOutside"] = !found.author.isStaff
        model["paragraphs"] = MessageViews.paragraphs(found.pieces.map(\.text).joined())
        return model
    }

    private func common(_ found: FoundMessage) -> Model {
        let isMine = found.author.id == self.visitor.principal.person
        return [
            "href": MessagesPaths.at(found.id, in: found.conversation.id),
            "author": isMine ? "You" : found.author.name,
            "role": (isMine || found.author.title.isEmpty ? nil : found.author.title).orFalse,
            "at": self.visitor.time(at: self.now, in: found.conversation.homeId).brief(found.sentAt),
            "isUrgent": found.urgency == .urgent, "urgency": found.urgency.words.orFalse,
        ]
    }
}

extension Conversation.Kind {
    /// What one without a subject is called.
    fileprivate var words: String {
        switch self {
        case .direct: "Between two people"
        case .group: "Group conversation"
        case .careTeam: "Care team conversation"
        case .family: "Family conversation"
        case .matter: "Case"
        }
    }
}
