import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// One message, and what the reader may do with it: edit it, delete it, or remove it from a conversation of the home.
extension MessagesPages {
    func registerChanging(on pages: inout PageRoutes) {
        let path = "messages/{conversation}/messages/{message}"
        pages.get(path, needs: ReadConversation.self) { call in try await self.changePage(call) }
        pages.get("\(path)/versions", needs: ReadVersions.self, self.versions)
        pages.post(
            "\(path)/edit", needs: EditMessage.self,
            fields: [.one("body", maxLength: 4_000), .many("mentions"), "version"], self.edit)
        pages.post(
            "\(path)/reactions", needs: ReactToMessage.self, fields: ["give", "take_back"], self.react)
        pages.post("\(path)/retract", needs: RetractMessage.self, fields: ["version"], self.retract)
        pages.post(
            "\(path)/remove", needs: RemoveMessage.self, fields: [.one("reason", maxLength: 500)], self.remove)
    }

    @Sendable func react(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let message: Identifier<Message> = try call.identifier("message")
        let given = call.form.optional("give"), taken = call.form.optional("take_back")
        guard (given == nil) != (taken == nil), let kind = (given ?? taken).flatMap({ Reaction.Kind(rawValue: $0) })
        else {
            throw Problem(
                .invalidRequest, "There is a problem", violations: [.init("/give", "Choose one of the reactions")])
        }
        _ = try await self.messages.react(
            ReactionMark(kind, isGiven: given != nil), to: message, in: conversation, by: call.principal,
            once: call.once)
        if call.fragmentWanted != nil { return call.done() }
        return call.redirect(MessagesPaths.at(message, in: conversation))
    }

    /// What was typed and cannot be done, for a page that comes back.
    struct FailedChange {
        let problem: Problem
        let rewording: Rewording?
        let reason: String?
    }

    @Sendable func edit(_ call: PageCall) async throws -> Response {
        let rewording = Rewording(
            body: call.form.text("body"), mentions: call.form.all("mentions").compactMap { Identifier($0) })
        return try await self.change(call, rewording: rewording) {
            _ = try await self.messages.edit(
                rewording, of: $0, in: $1, seen: call.seenVersion(), by: call.principal, once: call.once)
        }
    }

    @Sendable func retract(_ call: PageCall) async throws -> Response {
        try await self.change(call) {
            _ = try await self.messages.retract(
                $0, in: $1, seen: call.seenVersion(), by: call.principal, once: call.once)
        }
    }

    @Sendable func remove(_ call: PageCall) async throws -> Response {
        let reason = call.form.text("reason")
        return try await self.change(call, reason: reason) {
            _ = try await self.messages.remove(
                $0, in: $1, for: RemovalReason(reason), by: call.principal, once: call.once)
        }
    }

    /// Does it and goes back to the conversation, or says on the same page why it cannot be done, with what was typed.
    private func change(
        _ call: PageCall, rewording: Rewording? = nil, reason: String? = nil,
        _ act: (Identifier<Message>, Identifier<Conversation>) async throws -> Void
    ) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let message: Identifier<Message> = try call.identifier("message")
        do {
            try await act(message, conversation)
            return call.redirect(MessagesPaths.at(message, in: conversation))
        } catch let error as MessagesError where error != .notFound {
            return try await self.changePage(
                call, FailedChange(problem: error.problem, rewording: rewording, reason: reason))
        }
    }

    private func changePage(_ call: PageCall, _ failed: FailedChange? = nil) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let id: Identifier<Message> = try call.identifier("message")
        let thread = try await self.messages.read(conversation, .around(id), limit: 1, by: call.principal)
        guard let message = thread.messages.first(where: { $0.id == id }) else { throw MessagesError.notFound }
        let model = ChangeModel(
            message: message, thread: thread, failed: failed, visitor: call.visitor, now: call.now,
            source: self.source)
        return try await call.page(
            "messages/change", model.model, title: "Change a message", nav: .messages,
            home: call.visitor.home(thread.detail.conversation.homeId),
            status: failed.map { .init(code: $0.problem.kind.status) } ?? .ok)
    }

    @Sendable func versions(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let message: Identifier<Message> = try call.identifier("message")
        let versions = try await self.messages.versions(of: message, in: conversation, for: call.principal)
        let detail = try await self.messages.detail(of: conversation, for: call.principal)
        let model = VersionsModel(versions: versions, detail: detail, visitor: call.visitor, now: call.now)
        return try await call.page(
            "messages/versions", model.model, title: "What a message said", nav: .messages,
            home: call.visitor.home(detail.conversation.homeId))
    }
}

extension PageCall {
    /// Which version of a message the form was made from; a form of the release before says nothing.
    func seenVersion() throws -> Int? {
        guard let text = self.form.optional("version") else { return nil }
        guard let version = Int(text), version > 0 else {
            throw Problem(
                .invalidRequest, "There is a problem",
                violations: [.init("/version", "This is the version of a message")])
        }
        return version
    }
}
