import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// One conversation.
extension MessagesPages {
    @Sendable func show(_ call: PageCall) async throws -> Response {
        try await self.conversationPage(call)
    }

    /// What was typed, for a page that comes back.
    struct Typed {
        let draft: Draft
        /// What is wrong with it; nothing with what was filled in and is to be looked over.
        let problem: Problem?
    }

    @Sendable func send(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let draft = Draft(
            body: call.form.text("body"), urgency: .init(rawValue: call.form.text("urgency")) ?? .routine,
            replyTo: call.form.optional("reply_to").flatMap { Identifier($0) },
            mentions: call.form.all("mentions").compactMap { Identifier($0) },
            tags: call.form.all("tags").compactMap { MessageTag(rawValue: $0) },
            template: call.form.optional("template").flatMap { TemplateReference($0) })
        do {
            let sent = try await self.messages.send(draft, to: conversation, by: call.principal, once: call.once)
            if call.fragmentWanted != nil {
                let since = Int(call.form.text("since")) ?? sent.value.seq - 1
                return try await self.fragment(call, conversation, after: max(0, since), nextKey: call.newKey())
            }
            return call.redirect("\(MessagesPaths.conversation(conversation))#message-\(sent.value.id)")
        } catch let error as MessagesError where error.problem.kind == .invalidRequest {
            return try await self.conversationPage(call, Typed(draft: draft, problem: error.problem))
        }
    }

    @Sendable func since(_ call: PageCall) async throws -> Response {
        try await self.fragment(call, call.identifier("conversation"), after: call.number("seq"))
    }

    private func fragment(
        _ call: PageCall, _ conversation: Identifier<Conversation>, after seq: Int, nextKey: String? = nil
    ) async throws -> Response {
        let thread = try await self.messages.read(conversation, .after(seq), limit: 100, by: call.principal)
        let time = call.visitor.time(at: call.now, in: thread.detail.conversation.homeId)
        // The page above shows the day of the message before, which was today or another day: named only if new.
        let previous = thread.messages.first.flatMap { time.isSameDay($0.sentAt, call.now) ? call.now : nil }
        let isFirst = thread.messages.first?.seq == 1
        let models = self.views(call, thread, readSeq: nil).models(thread.messages, after: isFirst ? nil : previous)
        return try call.fragment("messages/_messages", ["messages": models], nextKey: nextKey)
    }

    private func views(_ call: PageCall, _ thread: Thread, readSeq: Int?) -> MessageViews {
        MessageViews(
            visitor: call.visitor, time: call.visitor.time(at: call.now, in: thread.detail.conversation.homeId),
            now: call.now, thread: thread, readSeq: readSeq, canWrite: Self.canWrite(thread), source: self.source)
    }

    private static func canWrite(_ thread: Thread) -> Bool {
        thread.membership != nil && thread.detail.conversation.state == "open"
    }

    /// Why the reader cannot write.
    private static func closed(_ thread: Thread) -> String {
        if thread.membership != nil {
            return thread.detail.conversation.kind == .matter
                ? "This case is closed." : "This conversation is closed."
        }
        if thread.oversees == true {
            return
                "You see this conversation because you answer for the home. You are not in it, so you cannot write here."
        }
        if thread.detail.conversation.kind == .direct {
            return "A message was passed on to you. It is between two people, so you cannot write here."
        }
        return "A message was passed on to you. Once you say that you are acting on it, you can write here."
    }

    func conversationPage(_ call: PageCall, _ typed: Typed? = nil) async throws -> Response {
        let id: Identifier<Conversation> = try call.identifier("conversation")
        let window: MessageWindow =
            if let seq = call.query("before").flatMap({ Int($0) }) {
                .before(seq)
            } else if let seq = call.query("after").flatMap({ Int($0) }) {
                .after(seq)
            } else if let message = call.query("at").flatMap({ Identifier<Message>($0) }) {
                .around(message)
            } else {
                .newest
            }
        let thread = try await self.messages.read(id, window, by: call.principal)
        // There is nothing to mend in what somebody may not send at all.
        guard typed == nil || Self.canWrite(thread) else { throw Problem.notAllowed }
        let reply = typed?.draft.replyTo ?? call.query("reply").flatMap { Identifier<Message>($0) }
        let quoted = try await self.quoted(reply, in: thread, call)
        let conversation = thread.detail.conversation
        let head = ConversationHead(thread: thread, visitor: call.visitor, now: call.now, source: self.source)
        let flag = try await self.flag(of: thread.detail.resident, call)
        let path = MessagesPaths.conversation(id)
        let readSeq = thread.membership?.readSeq
        let last = thread.messages.last?.seq
        let isUnread = thread.messages.contains {
            $0.seq > readSeq ?? .max && $0.author.id != call.principal.person
        }
        let model: Model = [
            "list": try await self.listModel(call, isPage: false, open: id),
            "errors": (typed?.problem).map {
                $0.summary([
                    "/body": "#body", "/reply_to": "#body", "/mentions": "#composer", "/urgency": "#urgency-routine",
                ])
            }
            .orFalse,
            "conversation": try await head.model(inviting: self.candidates(thread, call), showing: flag.photo),
            "needs": flag.needs.orFalse,
            "jump": head.jump.orFalse,
            "older": (thread.hasOlder ? thread.messages.first.map { "\(path)?before=\($0.seq)" } : nil).orFalse,
            "newer": (thread.hasNewer ? "\(path)?after=\(last ?? 0)" : nil).orFalse,
            "isLatest": !thread.hasNewer, "lastSeq": "\(last ?? 0)",
            "messages": self.views(call, thread, readSeq: readSeq).models(thread.messages),
            "markRead":
                (isUnread
                ? ["action": "\(path)/read", "key": call.newKey(), "seq": "\(last ?? 0)"] as Model : nil).orFalse,
            "composer":
                (Self.canWrite(thread)
                ? ComposerModel(thread: thread, visitor: call.visitor).model(typed, quoted, key: call.newKey()) : nil)
                .orFalse,
            "closed": Self.closed(thread),
        ]
        return try await call.page(
            "messages/conversation", model, title: "\(head.title) · Messages", nav: .messages,
            home: call.visitor.home(conversation.homeId),
            status: typed?.problem == nil ? .ok : .unprocessableContent)
    }

    /// How the resident it is about needs to be talked with, and where their photo is.
    private func flag(
        of resident: ConversationResident?, _ call: PageCall
    ) async throws -> (needs: Model?, photo: String?) {
        guard let resident else { return (nil, nil) }
        let flag = try await self.people.flag(of: resident.id, for: call.principal)
        let banner = NeedsBanner(
            flag.needs, of: resident.id, called: resident.name, today: call.visitor.time(at: call.now).today)
        return (banner.model, flag.photo)
    }

    /// The message that is replied to; none if it is not there to reply to.
    private func quoted(_ reply: Identifier<Message>?, in thread: Thread, _ call: PageCall) async throws -> Message? {
        guard let reply else { return nil }
        if let shown = thread.messages.first(where: { $0.id == reply }) { return shown.removed == nil ? shown : nil }
        let around = try? await self.messages.read(
            thread.detail.conversation.id, .around(reply), limit: 2, by: call.principal)
        return around?.messages.first { $0.id == reply && $0.removed == nil }
    }

    /// Whom the reader could bring in: colleagues who are not in it.
    private func candidates(_ thread: Thread, _ call: PageCall) async throws -> [PersonSummary] {
        guard thread.detail.conversation.kind != .direct, Self.canWrite(thread), thread.managesCase != false,
            call.principal.may(ListStaff.self, call.principal.membership)
        else { return [] }
        let inside = Set(thread.detail.members.map(\.person.id)).union(thread.denied?.map(\.id) ?? [])
        let staff = try await self.people.staff(
            home: thread.detail.conversation.homeId, limit: 500, for: call.principal)
        let family = try await self.family(of: thread.detail, call)
        return (family + staff.items).filter { !inside.contains($0.id) }
    }

    /// Those of the family who may be in it.
    private func family(of detail: ConversationDetail, _ call: PageCall) async throws -> [PersonSummary] {
        guard detail.conversation.kind == .family, let resident = detail.conversation.residentId else { return [] }
        return try await self.people.family(of: resident, for: call.principal)
    }

    @Sendable func receipts(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let message: Identifier<Message> = try call.identifier("message")
        let receipts = try await self.messages.receipts(message, in: conversation, for: call.principal)
        let detail = try await self.messages.detail(of: conversation, for: call.principal)
        let model = ReceiptsModel(receipts: receipts, detail: detail, visitor: call.visitor, now: call.now)
        return try await call.page(
            "messages/receipts", model.model, title: "Who has read it", nav: .messages,
            home: call.visitor.home(detail.conversation.homeId))
    }
}
