import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import People
import Web

/// Tagging a message, and the messages of a conversation with one tag.
extension MessagesPages {
    func registerTagging(on pages: inout PageRoutes) {
        pages.post(
            "messages/{conversation}/messages/{message}/tags", needs: TagMessage.self, fields: [.many("tags")], self.tag
        )
        pages.get(
            "messages/{conversation}/tagged", needs: SeeTags.self,
            query: [QueryParameter("tag", .oneOf(MessageTag.self)), QueryParameter("before", .cursor)], self.tagged)
    }

    @Sendable func tag(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let message: Identifier<Message> = try call.identifier("message")
        let tags = try call.form.all("tags").map(Self.tag)
        _ = try await self.messages.tag(
            TagChoice(tags), message, in: conversation, by: call.principal, once: call.once)
        return call.redirect(MessagesPaths.at(message, in: conversation))
    }

    static func tag(_ name: String) throws(MessagesError) -> MessageTag {
        guard let tag = MessageTag(rawValue: name) else { throw .noSuchTag }
        return tag
    }

    @Sendable func tagged(_ call: PageCall) async throws -> Response {
        let conversation: Identifier<Conversation> = try call.identifier("conversation")
        let tag = call.query("tag").flatMap { MessageTag(rawValue: $0) } ?? .fluids
        let detail = try await self.messages.detail(of: conversation, for: call.principal)
        let page = try await self.messages.tagged(
            tag, in: conversation, after: call.query("before").map { try Keyset($0, parts: 1) }, for: call.principal)
        let others = detail.members.map(\.person).filter { $0.id != call.principal.person }
        let title = ConversationRows(for: call.visitor, at: call.now)
            .title(detail.conversation, detail.resident, others)
        let path = MessagesPaths.conversation(conversation)
        let model: Model = [
            "back": ["href": path, "text": "Back to \(title)"] as Model,
            "heading": "Tagged \(tag.words)",
            "tags": MessageTag.allCases.map { one in
                MessagesPaths.link(to: one, in: conversation).merging(["isCurrent": one == tag]) { $1 }
            },
            "messages": page.items.map { message -> Model in
                SpokenMessage(message, in: detail, for: call.visitor, at: call.now).model.merging([
                    "href": MessagesPaths.at(message.id, in: conversation),
                    "paragraphs": MessageViews.paragraphs(message.body),
                ]) { $1 }
            },
            "older": page.next.map { "\(path)/tagged?tag=\(tag.rawValue)&before=\($0)" }.orFalse,
        ]
        return try await call.page(
            "messages/tagged", model, title: "Tagged \(tag.words)", nav: .messages,
            home: call.visitor.home(detail.conversation.homeId))
    }
}
