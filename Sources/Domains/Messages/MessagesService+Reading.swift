import Audit
import FoundationEssentials
package import Kernel
import People
package import Postgres

/// What is read; each reading is recorded with it.
extension MessagesService {
    /// A part of a conversation, and everything its page says.
    package func read(
        _ conversation: Identifier<Conversation>, _ window: MessageWindow = .newest, limit: Int = 50,
        by principal: Principal
    ) async throws -> Thread {
        try await self.database.transaction(as: principal) { tx in
            guard let facts = try self.facts(of: conversation, for: principal, in: tx) else {
                throw MessagesError.notFound
            }
            let decision = try principal.decide(ReadConversation.self, facts.standing)
            self.audit.record(decision, about: facts.conversation.residentId, in: tx)
            let detail = try self.assembly.detail(facts.conversation, for: principal, in: tx)
            let (rows, hasOlder, hasNewer) = try self.part(window, of: facts, limit: limit, decision, in: tx)
            let known = Dictionary(detail.members.map { ($0.person.id, $0.person) }) { first, _ in first }
            let managesCase =
                facts.conversation.kind == .matter ? principal.may(ManageCase.self, facts.standing) : nil
            return Thread(
                detail: detail,
                messages: try self.assembly.messages(rows, from: facts.fromSeq, knowing: known, in: tx)
                    .map { $0.seen(by: principal) },
                hasOlder: hasOlder, hasNewer: hasNewer,
                membership: detail.members.first { $0.person.id == principal.person },
                oversees: facts.isOverseen(by: principal), arrangement: facts.arrangement,
                ladderMinutes: facts.conversation.homeId == nil || principal.isCircle
                    ? nil : facts.stepMinutes ?? LadderPolicy.standard.stepMinutes,
                changeMinutes: facts.policy.changeMinutes,
                tags: principal.isCircle ? nil : facts.policy.allowedTags,
                managesCase: managesCase,
                denied: managesCase == true ? try self.denied(conversation, in: tx) : nil)
        }
    }

    private func part(
        _ window: MessageWindow, of facts: ConversationFacts, limit: Int, _ decision: Decision<ReadConversation>,
        in tx: borrowing Transaction
    ) throws -> ([MessagesStore.MessageRow], hasOlder: Bool, hasNewer: Bool) {
        let floor = facts.fromSeq - 1, last = facts.conversation.lastSeq
        func rows(after: Int, before: Int?, isBackward: Bool, limit: Int) throws -> [MessagesStore.MessageRow] {
            try self.store.messages(decision, (after, before), isBackward: isBackward, limit: limit, in: tx)
        }
        let found: [MessagesStore.MessageRow]
        switch window {
        case .newest: found = try rows(after: floor, before: nil, isBackward: true, limit: limit)
        case .before(let seq): found = try rows(after: floor, before: seq, isBackward: true, limit: limit)
        case .after(let seq): found = try rows(after: max(seq, floor), before: nil, isBackward: false, limit: limit)
        case .around(let message):
            guard
                let middle = try self.store.message(
                    message, in: decision.object, from: facts.fromSeq, in: tx)
            else { throw MessagesError.notFound }
            found =
                try rows(after: floor, before: middle.seq, isBackward: true, limit: limit / 2)
                + rows(after: middle.seq - 1, before: nil, isBackward: false, limit: limit - limit / 2)
        }
        guard let first = found.first, let end = found.last else {
            guard case .before = window else { return ([], false, false) }
            return ([], false, last >= facts.fromSeq)
        }
        return (found, first.seq > facts.fromSeq, end.seq < last)
    }

    package func conversations(
        _ filter: ConversationFilter = .all, after: Keyset? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page<ConversationLine> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListConversations.self, principal.membership)
            let rows = try self.store.lines(decision, filter, after: after, limit: limit + 1, in: tx)
            self.audit.record(decision, in: tx)
            let page = Page(rows, limit: limit) { row in
                let microseconds = (row.conversation.lastMessageAt.timeIntervalSince1970 * 1_000_000).rounded()
                return Keyset("\(row.rank)", "\(Int(microseconds))", row.conversation.id.description)
            }
            return Page(
                items: try self.assembly.lines(page.items, for: principal.person, in: tx), next: page.next)
        }
    }

    package func detail(
        of conversation: Identifier<Conversation>, for principal: Principal
    ) async throws -> ConversationDetail {
        try await self.database.transaction(as: principal) { tx in
            guard let facts = try self.facts(of: conversation, for: principal, in: tx) else {
                throw MessagesError.notFound
            }
            let decision = try principal.decide(ReadConversation.self, facts.standing)
            self.audit.record(decision, about: facts.conversation.residentId, in: tx)
            return try self.assembly.detail(facts.conversation, for: principal, in: tx)
        }
    }

    /// Who has read one message and who has not, of those whose window holds it.
    package func receipts(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, for principal: Principal
    ) async throws -> Receipts {
        try await self.database.transaction(as: principal) { tx in
            guard let facts = try self.facts(of: conversation, for: principal, in: tx) else {
                throw MessagesError.notFound
            }
            let decision = try principal.decide(ReadConversation.self, facts.standing)
            self.audit.record(decision, about: facts.conversation.residentId, in: tx)
            guard let row = try self.store.message(message, in: conversation, from: facts.fromSeq, in: tx) else {
                throw MessagesError.notFound
            }
            let detail = try self.assembly.detail(facts.conversation, in: tx)
            let others = detail.members.filter { $0.person.id != row.author && $0.fromSeq <= row.seq }
            let messages = try self.assembly.messages([row], from: facts.fromSeq, in: tx)
            guard let whole = messages.first else { throw MessagesError.notFound }
            return Receipts(
                message: whole.seen(by: principal), readers: others.filter { $0.readSeq >= row.seq },
                notYet: others.filter { $0.readSeq < row.seq })
        }
    }

    /// The urgent messages that wait for one's own answer.
    package func waiting(limit: Int = 50, for principal: Principal) async throws -> [UrgentItem] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListConversations.self, principal.membership)
            self.audit.record(decision, in: tx)
            let own = try self.store.waiting(decision, limit: limit, in: tx)
            let passedOn = try self.passedOn(to: decision, limit: limit, in: tx)
            return try self.assembly.urgent(own + passedOn.map(\.row), in: tx).map { item in
                var item = item
                item.passedOnAt = passedOn.first { $0.row.id == item.message.id }?.at
                return item
            }
        }
    }

    /// The urgent messages that anybody in the homes one manages has not answered.
    package func unanswered(limit: Int = 100, for principal: Principal) async throws -> [UrgentItem] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(SeeUnanswered.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.assembly.urgent(self.store.unanswered(decision, limit: limit, in: tx), in: tx)
        }
    }

    /// The conversations about a resident that one may read.
    package func about(
        _ resident: Identifier<Person>, limit: Int = 50, for principal: Principal
    ) async throws -> [ConversationLine] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadResident.self, self.people.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            let rows = try self.store.lines(about: resident, for: principal, limit: limit, in: tx)
            return try self.assembly.lines(rows, for: principal.person, in: tx)
        }
    }

    /// What the page's frame counts: unread messages, and urgent ones to answer.
    package func totals(
        for principal: Principal, in tx: borrowing Transaction
    ) throws -> (unread: Int, urgent: Int) {
        try self.store.totals(of: principal.person, in: tx)
    }
}
