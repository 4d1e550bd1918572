import FoundationEssentials
import Kernel
import People
import Web

/// What stands above a conversation: whom it is about, who is in it, and what waits.
struct ConversationHead {
    let thread: Thread
    let visitor: Visitor
    let now: Date
    let source: Source

    private var conversation: Conversation { self.thread.detail.conversation }
    private var me: Identifier<Person> { self.visitor.principal.person }
    private var time: LocalTime { self.visitor.time(at: self.now, in: self.conversation.homeId) }
    private var others: [PersonSummary] {
        self.thread.detail.members.map(\.person).filter { $0.id != self.me }
    }
    private var rows: ConversationRows { ConversationRows(for: self.visitor, at: self.now) }

    var title: String { self.rows.title(self.conversation, self.thread.detail.resident, self.others) }

    /// The first urgent message on the page that the reader has not answered.
    var jump: Model? {
        self.thread.messages.first { $0.waits(for: self.me) }.map {
            ["href": "#message-\($0.id)", "text": "An urgent message needs your answer"]
        }
    }

    func model(inviting candidates: [PersonSummary], showing photo: String?) -> Model {
        let resident = self.thread.detail.resident
        let path = MessagesPaths.conversation(self.conversation.id)
        let count = self.thread.detail.members.count
        let mayLeave = self.thread.membership != nil && self.conversation.kind != .direct && count > 1
        return [
            "id": self.conversation.id.description, "href": path, "title": self.title,
            "tagged": (self.visitor.principal.isCircle ? nil : "\(path)/tagged").orFalse,
            "family": (self.visitor.principal.isCircle ? nil : self.conversation.familyMark).orFalse,
            "matter": self.matter.orFalse,
            "close":
                (self.mayManageCase
                ? ["action": "\(path)/closing", "key": self.source.identifier(Model.self).description] as Model : nil)
                .orFalse,
            "deny": self.deny(path, candidates).orFalse,
            "subject": (resident == nil ? nil : self.conversation.subject).orFalse,
            "summary": self.summary,
            "initials": self.rows.initials(self.conversation, resident, self.others),
            "photo": photo.orFalse,
            "isResident": resident != nil,
            "isOutside": resident == nil && self.conversation.kind == .direct && self.others.first?.isStaff == false,
            "isHere": self.conversation.kind == .direct
                && self.thread.detail.members.contains { $0.person.id != self.me && $0.isHere == true },
            "tint": self.rows.tint(self.conversation).orFalse,
            "resident": (self.visitor.principal.isCircle ? nil : resident).map {
                ["name": $0.name, "href": "/residents/\($0.id)"] as Model
            }.orFalse,
            "window": self.window.orFalse,
            "memberCount": Words.count(count, "person", "people").capitalised,
            "members": self.thread.detail.members.map(self.member),
            "add":
                (candidates.isEmpty
                ? nil
                : [
                    "action": "\(path)/members", "key": self.source.identifier(Model.self).description,
                    "options": candidates.map {
                        ["value": $0.id.description, "text": "\($0.name), \($0.title)"] as Model
                    },
                ] as Model).orFalse,
            "arrange": self.arrange(path).orFalse,
            "leave":
                (mayLeave
                ? ["action": "\(path)/leave", "key": self.source.identifier(Model.self).description] as Model : nil)
                .orFalse,
        ]
    }

    /// Who must not know of a case, and whom else to keep from it: anybody but those who say who is in it.
    private func deny(_ path: String, _ candidates: [PersonSummary]) -> Model? {
        guard self.mayManageCase else { return nil }
        let known = Set(self.thread.denied?.map(\.id) ?? [])
        return [
            "action": "\(path)/denials", "key": self.source.identifier(Model.self).description,
            "denied": self.thread.denied.flatMap { $0.isEmpty ? nil : Words.list($0.map(\.name)) }.orFalse,
            "options": (self.others + candidates).filter { !known.contains($0.id) }.map {
                ["value": $0.id.description, "text": "\($0.name), \($0.title)"] as Model
            },
        ]
    }

    private func arrange(_ path: String) -> Model? {
        self.thread.arrangement.map { arrangement in
            [
                "action": "\(path)/arrangement", "key": self.source.identifier(Model.self).description,
                "isPinned": arrangement.isPinned, "isMuted": arrangement.isMuted, "isArchived": arrangement.isArchived,
            ]
        }
    }

    private var summary: String {
        let kind =
            switch self.conversation.kind {
            case .direct: "Between the two of you"
            case .group: "Group conversation"
            case .careTeam: "Care team conversation"
            case .family: "Family conversation"
            case .matter: "Case"
            }
        return "\(kind), since \(self.time.day(self.conversation.createdAt))."
    }

    private var window: String? {
        guard let fromSeq = self.thread.membership?.fromSeq, fromSeq > 1, !self.thread.hasOlder else { return nil }
        return "You joined later and see messages from here."
    }

    /// Whether the reader says who is in this case.
    private var mayManageCase: Bool {
        self.conversation.kind == .matter && self.thread.managesCase == true
    }

    /// What stands above a case: which home it is about, that it is confidential, and what became of it.
    private var matter: Model? {
        guard self.conversation.kind == .matter else { return nil }
        let home = self.visitor.home(self.conversation.caseHomeId).map { "\($0.name). " } ?? ""
        return [
            "text": "\(home)Only those in it see that it is there.",
            "outcome": self.conversation.outcome.map { outcome -> Model in
                [
                    "text": outcome,
                    "at": self.conversation.closedAt.map { self.time.brief($0) }.orFalse,
                ]
            }.orFalse,
        ]
    }

    private func member(_ member: Member) -> Model {
        let path = "\(MessagesPaths.conversation(self.conversation.id))/members/\(member.person.id)/removal"
        return [
            "remove":
                (self.mayManageCase && member.person.id != self.me
                ? ["action": path, "key": self.source.identifier(Model.self).description] as Model : nil).orFalse,
            "name": member.person.id == self.me ? "You" : member.person.name, "role": member.person.title,
            "initials": member.person.initials, "isOutside": !member.person.isStaff,
            "isHere": member.person.id != self.me && member.isHere == true,
            "window": (member.fromSeq > 1 ? "Joined later, sees messages from then" : nil).orFalse,
        ]
    }
}

/// What one writes with.
struct ComposerModel {
    let thread: Thread
    let visitor: Visitor

    func model(_ typed: MessagesPages.Typed?, _ quoted: Message?, key: String) -> Model {
        let me = self.visitor.principal.person, isCircle = self.visitor.principal.isCircle
        let conversation = self.thread.detail.conversation, path = MessagesPaths.conversation(conversation.id)
        let others = self.thread.detail.members.map(\.person).filter { $0.id != me }
        let outsiders = others.filter { !$0.isStaff }
        let mentioned = Set(typed?.draft.mentions ?? [])
        return [
            "action": path, "key": key, "label": self.label(others),
            "hint": isCircle
                ? "Everybody in this conversation sees what you write. Nobody may be reading now: if it cannot wait, ring the home, and in an emergency 999."
                : "Everybody in this conversation sees what you write. Up to 4,000 characters.",
            "ladder": self.thread.ladderMinutes.map {
                "If nobody acknowledges within \(Words.count($0, "minute", "minutes")) it goes to the next person on shift."
            }.orFalse,
            "body": typed?.draft.body ?? "",
            "error": (typed?.problem?.violations.first?.detail).orFalse,
            "templates": (isCircle ? nil : "\(path)/templates").orFalse,
            "later": (isCircle ? nil : "\(path)/later").orFalse,
            "template": (typed?.draft.template?.formValue).orFalse,
            "outsiders":
                (outsiders.isEmpty || isCircle
                ? nil
                : [
                    "title": conversation.familyMark.map { "\($0):" }
                        ?? "\(Words.count(outsiders.count, "person", "people").capitalised) from outside will read this:",
                    "names": Words.list(outsiders.map(\.name)),
                ] as Model).orFalse,
            "replyTo": quoted.map { quote -> Model in
                [
                    "id": quote.id.description, "author": quote.author.id == me ? "You" : quote.author.name,
                    "text": quote.body.excerpt(160),
                ]
            }.orFalse,
            "cancelReply": "\(path)#composer",
            "mentions": others.map { person -> Model in
                [
                    "id": person.id.description, "name": person.name, "role": person.title,
                    "isChecked": mentioned.contains(person.id),
                ]
            },
            "isMentioning": !mentioned.isEmpty,
            "tags": isCircle
                ? [Model]() : MessageTag.choices(Set(typed?.draft.tags ?? []), among: self.thread.tags),
            "isTagging": typed?.draft.tags?.isEmpty == false,
            "urgencies": Message.Urgency.choices(typed?.draft.urgency ?? .routine, mayBeUrgent: !isCircle),
        ]
    }

    private func label(_ others: [PersonSummary]) -> String {
        guard others.count == 1, let other = others.first else {
            return "Write to \(Words.count(others.count, "person", "people"))"
        }
        return "Write to \(other.preferredName)"
    }
}

/// Who has read a message, and who has answered it.
struct ReceiptsModel {
    let receipts: Receipts
    let detail: ConversationDetail
    let visitor: Visitor
    let now: Date

    var model: Model {
        let message = self.receipts.message, me = self.visitor.principal.person
        let time = self.visitor.time(at: self.now, in: self.detail.conversation.homeId)
        let spoken = SpokenMessage(message, in: self.detail, for: self.visitor, at: self.now)
        let answers = Dictionary(message.acknowledgements.map { ($0.person.id, $0.at) }) { first, _ in first }
        let members = self.receipts.notYet.map { ($0, false) } + self.receipts.readers.map { ($0, true) }
        return [
            "back": spoken.back, "summary": self.summary, "message": spoken.model,
            "people": members.map { member, hasRead -> Model in
                let asked = answers.keys.contains(member.person.id)
                let answered = answers[member.person.id].flatMap { $0 }
                let state =
                    answered != nil
                    ? "is acting on it" : asked ? "has not answered" : hasRead ? "has read it" : "has not read it"
                return [
                    "name": member.person.id == me ? "You" : member.person.name, "role": member.person.title,
                    "isDone": asked ? answered != nil : hasRead, "state": state,
                    "read": (hasRead ? member.readAt.map { time.brief($0) } : nil).orFalse,
                    "answered": answered.map { time.brief($0) }.orFalse,
                ]
            },
        ]
    }

    private var summary: String {
        let all = self.receipts.readers.count + self.receipts.notYet.count
        let read = "Read by \(self.receipts.readers.count) of \(all)."
        let asked = self.receipts.message.acknowledgements
        if asked.isEmpty { return read }
        return "\(read) \(asked.filter { $0.at != nil }.count) of \(asked.count) have answered."
    }
}
