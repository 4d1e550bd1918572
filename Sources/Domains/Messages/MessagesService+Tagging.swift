import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// What messages are about.
extension MessagesService {
    /// Gives a message these tags and no others.
    package func tag(
        _ choice: TagChoice, _ message: Identifier<Message>, in conversation: Identifier<Conversation>,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<TagChoice> {
        let tags = Set(choice.tags)
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                TagMessage.self,
                self.store.facts(of: message, in: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            guard let facts = try self.store.facts(of: message, in: conversation, for: principal, in: tx)
            else { throw MessagesError.notFound }
            if facts.row.removedAt != nil { throw MessagesError.wasRemoved }
            let allowed = Set(facts.conversation.policy.allowedTags)
            // What it was given while that was allowed may stay.
            if !allowed.isSuperset(of: tags) {
                try facts.conversation.policy.check(tags.subtracting(self.store.tags(of: message, in: tx)))
            }
            if try self.store.set(tags, decision, at: self.source.now(), in: tx) {
                self.audit.record(decision, about: facts.conversation.conversation.residentId, in: tx)
                let people = try self.store.members(of: conversation, in: tx).map(\.person)
                self.inbox.deliver(
                    Notice("messages.changed", conversation), to: Set(people), in: principal.organisation, at: tx)
            }
            return TagChoice(MessageTag.allCases.filter(tags.contains))
        }
    }

    /// The messages of a conversation with a tag, the newest first.
    package func tagged(
        _ tag: MessageTag, in conversation: Identifier<Conversation>, after: Keyset? = nil, limit: Int = 50,
        for principal: Principal
    ) async throws -> Page<Message> {
        let seq = after.flatMap { Int($0.parts.first ?? "") }
        if after != nil, seq == nil { throw Problem(.badRequest, "This page of the list cannot be found") }
        return try await self.database.transaction(as: principal) { tx in
            guard let facts = try self.facts(of: conversation, for: principal, in: tx) else {
                throw MessagesError.notFound
            }
            let decision = try principal.decide(SeeTags.self, facts.standing)
            self.audit.record(decision, about: facts.conversation.residentId, in: tx)
            let rows = try self.store.tagged(
                tag, decision, from: facts.fromSeq, before: seq, limit: limit + 1, in: tx)
            let page = Page(rows, limit: limit) { Keyset("\($0.seq)") }
            return Page(items: try self.assembly.messages(page.items, from: facts.fromSeq, in: tx), next: page.next)
        }
    }
}
