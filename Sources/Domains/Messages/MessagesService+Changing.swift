import Audit
import FoundationEssentials
package import Kernel
import People
import Postgres
package import Web

/// What becomes of a message after it was sent.
///
/// Each of these holds the conversation, as sending and acknowledging do, so that of two that meet one comes first.
extension MessagesService {
    /// Says it in other words; what it said before stays to be read.
    ///
    /// If it is not the version any more that the author had before them, nothing is done.
    package func edit(
        _ rewording: Rewording, of message: Identifier<Message>, in conversation: Identifier<Conversation>,
        seen version: Int? = nil, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Message> {
        let rewording = try rewording.validated()
        let edited = try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(EditMessage.self, self.standing(to: message, in: conversation, of: principal, in: tx))
        } _: { tx, decision in
            let facts = try self.own(message, in: conversation, seen: version, by: principal, in: tx)
            // They act on the words that they have acknowledged.
            if try self.store.isAcknowledged(message, in: tx) { throw MessagesError.wasAcknowledged }
            let people = Set(try self.store.members(of: conversation, in: tx).map(\.person))
            let before = try self.store.mentions(of: message, in: tx)
            let mentions = rewording.mentions.map { Set($0) } ?? before.intersection(people)
            guard people.isSuperset(of: mentions) else { throw MessagesError.mentionOfOutsider }
            if rewording.body != facts.row.body || mentions != before {
                try self.store.reword(
                    rewording.body, mentioning: mentions, at: self.source.now(), decision, in: tx)
                self.tell(decision, people, facts, in: tx)
            }
            return try self.whole(message, facts, for: principal, in: tx)
        }
        return try await self.withoutRemoved(edited, for: principal)
    }

    /// Deletes one's own message.
    package func retract(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, seen version: Int? = nil,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Message> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                RetractMessage.self, self.standing(to: message, in: conversation, of: principal, in: tx))
        } _: { tx, decision in
            let facts = try self.own(message, in: conversation, seen: version, by: principal, in: tx)
            return try self.take(decision, facts, for: nil, in: tx)
        }
    }

    /// Removes what somebody has said, however long ago.
    package func remove(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, for reason: RemovalReason,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Message> {
        let reason = try reason.validated()
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                RemoveMessage.self, self.standing(to: message, in: conversation, of: principal, in: tx))
        } _: { tx, decision in
            guard let facts = try self.store.facts(of: message, in: conversation, for: principal, in: tx)
            else { throw MessagesError.notFound }
            if facts.row.removedAt != nil { throw MessagesError.wasRemoved }
            return try self.take(decision, facts, for: reason.reason, in: tx)
        }
    }

    /// All that a message has said, for whoever may read it.
    package func versions(
        of message: Identifier<Message>, in conversation: Identifier<Conversation>, for principal: Principal
    ) async throws -> MessageVersions {
        try await self.database.transaction(as: principal) { tx in
            guard let facts = try self.store.facts(of: message, in: conversation, for: principal, in: tx)
            else { throw MessagesError.notFound }
            let decision = try principal.decide(ReadVersions.self, facts.standingToWords)
            self.audit.record(decision, about: facts.conversation.conversation.residentId, in: tx)
            let earlier = try self.store.revisions(decision, in: tx)
            let removal = try self.store.removal(decision, in: tx)
            let whole = try self.whole(message, facts, for: principal, in: tx)
            let people = try self.people.summaries(
                of: Set(earlier.flatMap(\.mentions) + removal.unanswered), in: tx)
            let now = MessageVersion(
                version: facts.row.version, body: whole.body, mentions: whole.mentions,
                writtenAt: whole.editedAt ?? whole.sentAt)
            return MessageVersions(
                message: whole,
                versions: (whole.removed == nil ? [now] : [])
                    + earlier.map { row in
                        MessageVersion(
                            version: row.version, body: row.body,
                            mentions: row.mentions.map(people.summary).sorted { $0.name < $1.name },
                            writtenAt: row.writtenAt)
                    },
                reason: removal.reason, unanswered: removal.unanswered.map(people.summary))
        }
    }

    /// The reply that was kept for a key, without the words of what has been removed since.
    func withoutRemoved(_ reply: Replayable<Message>, for principal: Principal) async throws -> Replayable<Message> {
        guard reply.isReplay else { return reply }
        return try await reply.map { kept in
            try await self.database.transaction(as: principal) { tx in
                let facts = try self.store.facts(
                    of: kept.id, in: kept.conversationId, for: principal, in: tx)
                guard let facts else { throw MessagesError.notFound }
                let now = try self.whole(kept.id, facts, for: principal, in: tx)
                return now.removed == nil && now.replyTo?.isRemoved != true ? kept : now
            }
        }
    }

    // MARK: Parts

    private func standing(
        to message: Identifier<Message>, in conversation: Identifier<Conversation>, of principal: Principal,
        in tx: borrowing Transaction
    ) throws -> Standing<Message>? {
        try self.store.facts(of: message, in: conversation, for: principal, holding: true, in: tx)?.standing
    }

    /// One's own message, if it may still be changed.
    private func own(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, seen version: Int?,
        by principal: Principal, in tx: borrowing Transaction
    ) throws -> MessageFacts {
        guard let facts = try self.store.facts(of: message, in: conversation, for: principal, in: tx) else {
            throw MessagesError.notFound
        }
        if facts.row.removedAt != nil { throw MessagesError.wasRemoved }
        if let version, version != facts.row.version { throw MessagesError.staleVersion }
        let window = facts.conversation.policy.window
        guard window.isOpen(facts.row.sentAt, at: self.source.now()) else {
            throw MessagesError.tooLate(minutes: window.minutes)
        }
        return facts
    }

    private func take<Act: Permission>(
        _ decision: Decision<Act>, _ facts: MessageFacts, for reason: String?, in tx: borrowing Transaction
    ) throws -> Message where Act.Object == Message {
        try self.store.remove(decision, for: reason, at: self.source.now(), in: tx)
        let people = try self.store.members(of: facts.row.conversation, in: tx).map(\.person)
        let asked = try self.store.askedByLadder(decision.object, in: tx)
        self.tell(decision, asked.union(people + [decision.person]), facts, in: tx)
        return try self.whole(decision.object, facts, for: decision.principal, in: tx)
    }

    private func tell<Act: Permission>(
        _ decision: Decision<Act>, _ people: Set<Identifier<Person>>, _ facts: MessageFacts,
        in tx: borrowing Transaction
    ) {
        self.audit.record(decision, about: facts.conversation.conversation.residentId, in: tx)
        self.inbox.deliver(
            Notice("messages.changed", facts.row.conversation), to: people, in: decision.principal.organisation, at: tx)
    }

    /// The message as it is now, with all that belongs to it.
    private func whole(
        _ message: Identifier<Message>, _ facts: MessageFacts, for principal: Principal, in tx: borrowing Transaction
    ) throws -> Message {
        let row = try self.store.message(
            message, in: facts.row.conversation, from: facts.conversation.fromSeq, in: tx)
        let found = try self.assembly.messages(
            row.map { [$0] } ?? [], from: facts.conversation.fromSeq, in: tx)
        guard let whole = found.first else { throw MessagesError.notFound }
        return whole.seen(by: principal)
    }
}
