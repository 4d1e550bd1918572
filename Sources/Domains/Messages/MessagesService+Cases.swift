import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// A confidential matter: a conversation that lies in no home, so that nobody sees it because of what they answer for.
extension MessagesService {
    /// Closes a case with what became of it; those in it go on reading it.
    package func close(
        _ conversation: Identifier<Conversation>, with outcome: CaseOutcome, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ConversationDetail> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ManageCase.self, self.store.facts(of: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            let kind = try self.store.facts(of: conversation, for: principal, in: tx)?.conversation.kind
            guard kind == .matter else { throw MessagesError.noCase }
            try self.store.close(decision, with: outcome.validated(), at: now, in: tx)
            guard let closed = try self.store.facts(of: conversation, for: principal, in: tx)?.conversation else {
                throw MessagesError.notFound
            }
            self.audit.record(decision, about: closed.residentId, in: tx)
            self.inbox.deliver(
                Notice("messages.members", conversation),
                to: Set(try self.store.members(of: conversation, in: tx).map(\.person)),
                in: principal.organisation, at: tx)
            return try self.assembly.detail(closed, in: tx)
        }
    }

    /// Says that somebody must not know of a case: they are out of it at once, and nobody can bring them in.
    ///
    /// - Throws: ``MessagesError/noCase``, ``MessagesError/deniedOneself`` or ``MessagesError/unknownPerson``.
    package func deny(
        _ denial: Denial, of conversation: Identifier<Conversation>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Denials> {
        let now = self.source.now()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                DenyCase.self, self.store.facts(of: conversation, for: principal, holding: true, in: tx)?.standing)
        } _: { tx, decision in
            let facts = try self.store.facts(of: conversation, for: principal, in: tx)
            guard let facts, facts.conversation.kind == .matter else { throw MessagesError.noCase }
            guard denial.personId != principal.person else { throw MessagesError.deniedOneself }
            try self.checkColleagues([denial.personId], in: tx)
            try self.store.deny(denial.personId, decision, at: now, in: tx)
            _ = try self.store.remove(denial.personId, from: decision, in: tx)
            self.audit.record(decision, about: facts.conversation.residentId, in: tx)
            self.inbox.deliver(
                Notice("messages.members", conversation),
                to: Set(try self.store.members(of: conversation, in: tx).map(\.person)),
                in: principal.organisation, at: tx)
            return Denials(people: try self.denied(conversation, in: tx))
        }
    }

    /// By name.
    func denied(
        _ conversation: Identifier<Conversation>, in tx: borrowing Transaction
    ) throws -> [PersonSummary] {
        let denied = try self.store.denied(conversation, in: tx)
        return try self.people.summaries(of: denied, in: tx).values.sorted {
            ($0.name, $0.id.description) < ($1.name, $1.id.description)
        }
    }

    /// Who is in a case is for those who manage it, whoever else may change who is in a conversation.
    func checkCase(_ facts: ConversationFacts, for principal: Principal) throws {
        if facts.conversation.kind == .matter { _ = try principal.decide(ManageCase.self, facts.standing) }
    }
}
