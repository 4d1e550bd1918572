import FoundationEssentials
import Kernel
import People
import Web

/// What may be done with one message, and why not.
struct ChangeModel {
    let message: Message
    let thread: Thread
    let failed: MessagesPages.FailedChange?
    let visitor: Visitor
    let now: Date
    let source: Source

    private var me: Identifier<Person> { self.visitor.principal.person }
    private var path: String { MessagesPaths.message(self.message.id, in: self.message.conversationId) }
    private var isMine: Bool { self.message.author.id == self.me && self.thread.membership != nil }
    private var mayRetract: Bool {
        self.isMine && self.thread.detail.conversation.state == "open"
            && self.message.isChangeable(within: self.thread.window, at: self.now)
    }
    private var mayEdit: Bool { self.mayRetract && !self.message.isAcknowledged }
    private var mayRemove: Bool { self.thread.oversees == true && self.message.removed == nil }

    /// The fields that are on the page, for links to them.
    private var fields: [String: String] {
        (self.mayEdit ? ["/body": "#body", "/mentions": "#mentions"] : [:])
            .merging(self.mayRemove ? ["/reason": "#reason"] : [:]) { $1 }
    }

    var model: Model {
        let spoken = SpokenMessage(self.message, in: self.thread.detail, for: self.visitor, at: self.now)
        return [
            "back": spoken.back, "message": spoken.model,
            "errors": self.failed.map { $0.problem.summary(self.fields) }.orFalse,
            "edit": (self.mayEdit ? self.edit : nil).orFalse,
            // What was typed and cannot be sent any more can still be read, and written again elsewhere.
            "kept": (self.mayEdit ? nil : self.failed?.rewording?.body).orFalse,
            "why": self.why.orFalse,
            "retract": (self.mayRetract ? self.retract : nil).orFalse,
            "remove":
                (self.mayRemove
                ? self.form("remove").merging([
                    "reason": self.failed?.reason ?? "", "error": self.error("/reason").orFalse,
                ]) { $1 } : nil).orFalse,
            "tags": (self.mayTag ? self.tags : nil).orFalse,
            "versions": (self.mayReadVersions ? "\(self.path)/versions" : nil).orFalse,
        ]
    }

    /// There is something before, and the reader may see it.
    private var mayReadVersions: Bool {
        self.message.removed == nil ? self.message.editedAt != nil : self.thread.oversees == true
    }

    private var mayTag: Bool {
        self.thread.membership != nil && self.thread.detail.conversation.state == "open" && self.message.removed == nil
            && !self.visitor.principal.isCircle
    }

    private var tags: Model {
        self.form("tags").merging(["choices": MessageTag.choices(Set(self.message.tags ?? []), among: self.thread.tags)]
        ) { $1 }
    }

    private func form(_ act: String) -> Model {
        [
            "action": "\(self.path)/\(act)", "key": self.source.identifier(Model.self).description,
            "version": "\(self.message.version ?? 1)",
        ]
    }

    private var edit: Model {
        let rewording = self.failed?.rewording
        let mentioned = Set(rewording?.mentions ?? self.message.mentions.map(\.id))
        let others = self.thread.detail.members.map(\.person).filter { $0.id != self.me }
        return self.form("edit").merging([
            "body": rewording?.body ?? self.message.body,
            "hint": "Everybody sees that it was edited, and can read what it said before.",
            "error": self.error("/body").orFalse,
            "mentions": others.map { person -> Model in
                [
                    "id": person.id.description, "name": person.name, "role": person.title,
                    "isChecked": mentioned.contains(person.id),
                ]
            },
        ]) { $1 }
    }

    private var retract: Model {
        // Nobody answers for a conversation that is about nobody.
        let isPrivate = self.thread.detail.conversation.homeId == nil
        return self.form("retract").merging([
            "words": isPrivate
                ? "Nobody can read it any more. It still shows that you wrote something here and deleted it."
                : """
                Nobody in the conversation can read it any more. It still shows that you wrote something here and \
                deleted it, and those who answer for the home can look at it.
                """
        ]) { $1 }
    }

    private func error(_ pointer: String) -> String? {
        self.failed?.problem.violations.first { $0.pointer == pointer }?.detail
    }

    /// Why one's own message stays as it is, or that another's does.
    private var why: String? {
        if self.mayEdit { return nil }
        if self.message.removed != nil { return "Its words are gone from this conversation." }
        if !self.isMine { return self.mayRemove ? nil : "Only \(self.message.author.name) can change this message." }
        if self.mayRetract {
            return """
                Somebody has acknowledged this message and is acting on it, so its words stay as they are. Send \
                another message with what is new.
                """
        }
        return self.thread.window.words
    }
}

/// All that a message has said.
struct VersionsModel {
    let versions: MessageVersions
    let detail: ConversationDetail
    let visitor: Visitor
    let now: Date

    var model: Model {
        let message = self.versions.message, me = self.visitor.principal.person
        let time = self.visitor.time(at: self.now, in: self.detail.conversation.homeId)
        let spoken = SpokenMessage(message, in: self.detail, for: self.visitor, at: self.now)
        let earlier = self.versions.versions.count - (message.removed == nil ? 1 : 0)
        return [
            "back": spoken.back, "message": spoken.model,
            "summary": message.removed == nil
                ? earlier == 0
                    ? "It says what it said from the start."
                    : "It was changed \(earlier == 1 ? "once" : "\(Words.number(earlier)) times")."
                : "It was removed. What it said is here for those who answer for the home, and nobody else.",
            "reason": self.versions.reason.orFalse,
            "unanswered":
                (self.versions.unanswered.isEmpty
                ? nil : Words.list(self.versions.unanswered.map(\.name))).orFalse,
            "versions": self.versions.versions.map { one -> Model in
                let names = one.mentions.map { $0.id == me ? "you" : $0.name }
                return [
                    "at": time.brief(one.writtenAt), "paragraphs": MessageViews.paragraphs(one.body),
                    "mentions": (names.isEmpty ? nil : Words.list(names)).orFalse,
                    "isNow": message.removed == nil && one.version == message.version,
                ]
            },
        ]
    }
}

/// A message on a page of its own, and the way back to where it was said.
struct SpokenMessage {
    let back: Model
    let model: Model

    init(_ message: Message, in detail: ConversationDetail, for visitor: Visitor, at now: Date) {
        let me = visitor.principal.person
        let time = visitor.time(at: now, in: detail.conversation.homeId)
        let others = detail.members.map(\.person).filter { $0.id != me }
        let title = ConversationRows(for: visitor, at: now).title(detail.conversation, detail.resident, others)
        self.back = [
            "href": MessagesPaths.at(message.id, in: message.conversationId), "text": "Back to \(title)",
        ]
        self.model = [
            "author": message.author.id == me ? "You" : message.author.name, "at": time.brief(message.sentAt),
            "urgency": message.urgency.words.orFalse,
            "text": message.removed.map { $0.words(author: message.author.id, reader: me) } ?? message.body,
        ]
    }
}

extension Message.Removal {
    /// What stands where the message was.
    func words(author: Identifier<Person>, reader: Identifier<Person>) -> String {
        let verb = self.by.id == author ? "deleted" : "removed"
        return "\(self.by.id == reader ? "You" : self.by.name) \(verb) this message."
    }
}
