import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// Small answers to what was said; nobody is made to look at them, so nothing becomes unread.
extension MessagesService {
    /// Gives a reaction or takes it back; a second time changes nothing.
    package func react(
        _ mark: ReactionMark, to message: Identifier<Message>, in conversation: Identifier<Conversation>,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ReactionMark> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ReactToMessage.self,
                self.store.facts(of: message, in: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            guard let facts = try self.store.facts(of: message, in: conversation, for: principal, in: tx)
            else { throw MessagesError.notFound }
            if facts.row.removedAt != nil { throw MessagesError.wasRemoved }
            if try self.store.mark(mark, decision, at: self.source.now(), in: tx) {
                self.audit.record(decision, about: facts.conversation.conversation.residentId, in: tx)
                let people = try self.store.members(of: conversation, in: tx).map(\.person)
                self.inbox.deliver(
                    Notice("messages.reacted", conversation), to: Set(people), in: principal.organisation, at: tx)
            }
            return mark
        }
    }
}
