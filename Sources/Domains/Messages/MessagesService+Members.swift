import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// Who is in a conversation.
extension MessagesService {
    /// Brings somebody in; without history, their window begins with the next message.
    package func add(
        _ invitation: Invitation, to conversation: Identifier<Conversation>, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<ConversationDetail> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeMembers.self,
                self.store.facts(of: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            guard let facts = try self.store.facts(of: conversation, for: principal, in: tx) else {
                throw MessagesError.notFound
            }
            try self.checkCase(facts, for: principal)
            // Two people's conversation stays between them.
            guard facts.conversation.kind != .direct else { throw MessagesError.oneOther }
            let family = try self.family(of: facts.conversation, in: tx)
            if !family.contains(invitation.personId) { try self.checkColleagues([invitation.personId], in: tx) }
            guard try !self.store.denied(conversation, in: tx).contains(invitation.personId) else {
                throw MessagesError.isDenied
            }
            let members = try self.store.members(of: conversation, in: tx)
            guard members.count < MessagesError.maximumMembers else { throw MessagesError.tooManyMembers }
            // Nobody can give away more history than they have.
            let seq = invitation.seesHistory ? facts.fromSeq : facts.conversation.lastSeq + 1
            try self.store.add(invitation.personId, from: seq, to: decision, in: tx)
            self.audit.record(decision, about: facts.conversation.residentId, in: tx)
            let told = Set(members.map(\.person) + [invitation.personId])
            self.inbox.deliver(
                Notice("messages.members", conversation), to: told, in: principal.organisation, at: tx)
            return try self.assembly.detail(facts.conversation, in: tx)
        }
    }

    /// Takes somebody out; from the commit on, nothing of it is theirs to read.
    package func remove(
        _ person: Identifier<Person>, from conversation: Identifier<Conversation>, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<ConversationDetail> {
        if person == principal.person { return try await self.leave(conversation, by: principal, once: once) }
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeMembers.self,
                self.store.facts(of: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            if let facts = try self.store.facts(of: conversation, for: principal, in: tx) {
                try self.checkCase(facts, for: principal)
            }
            return try self.take(person, outOf: conversation, decision, in: tx)
        }
    }

    package func leave(
        _ conversation: Identifier<Conversation>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ConversationDetail> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                LeaveConversation.self,
                self.store.facts(of: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            try self.take(principal.person, outOf: conversation, decision, in: tx)
        }
    }

    private func take<Act: Permission>(
        _ person: Identifier<Person>, outOf conversation: Identifier<Conversation>, _ decision: Decision<Act>,
        in tx: borrowing Transaction
    ) throws -> ConversationDetail where Act.Object == Conversation {
        guard let facts = try self.store.facts(of: conversation, for: decision.principal, in: tx) else {
            throw MessagesError.notFound
        }
        guard facts.conversation.kind != .direct else { throw MessagesError.oneOther }
        let members = try self.store.members(of: conversation, in: tx)
        guard members.count > 1 else { throw MessagesError.lastMember }
        guard try self.store.remove(person, from: decision, in: tx) else { throw MessagesError.notFound }
        self.audit.record(decision, about: facts.conversation.residentId, in: tx)
        self.inbox.deliver(
            Notice("messages.members", conversation), to: Set(members.map(\.person)),
            in: decision.principal.organisation, at: tx)
        return try self.assembly.detail(facts.conversation, in: tx)
    }
}
