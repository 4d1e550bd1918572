import Accounts
import Audit
import FoundationEssentials
import Jobs
package import Kernel
import People
import Postgres
import Rotas
package import Web

/// What nobody answers is passed on, step by step, until somebody does.
///
/// A step is one transaction: its row, which the message can have once, what it tells people, and the job for the next.
/// So a process that ends at any point leaves a step done or not begun, and whoever runs a step again finds it taken.
extension MessagesService {
    /// Promises the first step.
    func beginLadder(
        for message: Identifier<Message>, in home: Identifier<Home>, at now: Date, in tx: borrowing Transaction
    ) throws {
        let policy = try self.store.ladderPolicy(of: home, in: tx) ?? .standard
        try self.promise(1, of: message, in: policy.stepMinutes, from: now, in: tx)
    }

    private func promise(
        _ step: Int, of message: Identifier<Message>, in minutes: Int, from now: Date, in tx: borrowing Transaction
    ) throws {
        let job = ClimbLadder(message: message, step: step)
        let due = now.addingTimeInterval(Double(minutes) * (self.ladderMinute / .seconds(1)))
        try self.jobs.enqueue(job, key: job.key, at: due, in: tx)
    }

    /// Takes a step, unless it is taken, or somebody has answered, or there is nothing left to answer.
    func climb(_ job: ClimbLadder, in tenant: Identifier<Organisation>) async throws {
        try await self.database.transaction(as: .tenant(tenant)) { tx in
            guard let facts = try self.store.holdLadder(of: job.message, in: tx), facts.isWaiting,
                facts.taken.count == job.step - 1
            else { return }
            // Read once the message is held, so that steps are in the order of their times.
            let now = self.source.now()
            guard let next = try self.next(facts, at: now, in: tx),
                try self.store.insert(job.step, next, of: job.message, at: now, in: tx)
            else { return }
            if let minutes = next.minutes {
                try self.promise(job.step + 1, of: job.message, in: minutes, from: now, in: tx)
            }
            self.audit.record(
                PassOn.self, on: job.message, by: nil, about: facts.resident,
                reason: "\(PassOn.name): step \(job.step), \(next.rung.rawValue)", in: tx)
            let members = try self.store.members(of: facts.conversation, in: tx).map(\.person)
            self.inbox.deliver(
                Notice("messages.passed_on", facts.conversation), to: next.people.union(members), in: tenant, at: tx)
        }
    }

    private func next(
        _ facts: MessagesStore.LadderFacts, at now: Date, in tx: borrowing Transaction
    ) throws -> LadderPlan.Next? {
        guard let home = facts.place.home else { return nil }
        let policy = try self.store.ladderPolicy(of: home, in: tx) ?? .standard
        let plan = LadderPlan(policy: policy, taken: facts.taken, asked: facts.asked.union([facts.author]))
        // A rota may be older than somebody's leaving, and has those on it who run the house.
        let staff = try self.accounts.staff(of: home, as: PassOn.roles, at: now, in: tx)
        let onDuty = try self.rotas.onDuty(home: home, unit: facts.place.unit, at: now, in: tx)
        let onCall = try self.rotas.managersOnCall(home: home, at: now, in: tx)
        let inCharge = try self.accounts.inCharge(of: home, without: facts.author, at: now, in: tx)
        return plan.next(
            onDuty: onDuty.filter(staff.contains), onCall: onCall.filter(staff.contains),
            atLast: inCharge.isEmpty ? (.members, facts.asked.subtracting([facts.author])) : (.inCharge, inCharge))
    }

    // MARK: Whom it was passed on to

    /// How somebody stands to a conversation; what was passed on to them counts while they work in its home.
    func facts(
        of conversation: Identifier<Conversation>, for principal: Principal, holding: Bool = false,
        in tx: borrowing Transaction
    ) throws -> ConversationFacts? {
        guard var facts = try self.store.facts(of: conversation, for: principal, holding: holding, in: tx) else {
            return nil
        }
        guard facts.standing.relations.contains(.passedOn) else { return facts }
        if let home = facts.conversation.homeId,
            try self.accounts.staff(of: home, as: PassOn.roles, at: self.source.now(), in: tx).contains(
                principal.person)
        {
            return facts
        }
        facts.standing = Standing(
            conversation, facts.standing.relations.subtracting([.passedOn]), at: facts.standing.place,
            state: facts.standing.state)
        facts.fromSeq = facts.memberFrom ?? 1
        return facts
    }

    /// Says to whoever was too late that they need do nothing; they may not see more of it.
    func refuseLate(
        _ message: Identifier<Message>, in conversation: Identifier<Conversation>, by principal: Principal,
        in tx: borrowing Transaction
    ) throws {
        if try self.store.isTakenOn(message, in: conversation, besides: principal.person, in: tx) {
            throw MessagesError.takenOn
        }
    }

    /// Takes in who has answered what was passed on to them, so that they can say what they did.
    ///
    /// Two people's conversation stays between them.
    func takeIn(
        _ decision: Decision<AcknowledgeMessage>, from seq: Int, _ facts: ConversationFacts?,
        in tx: borrowing Transaction
    ) throws {
        guard let facts, facts.memberFrom == nil, facts.conversation.kind != .direct,
            try self.store.members(of: decision.object, in: tx).count < MessagesError.maximumMembers
        else { return }
        try self.store.takeIn(decision, from: seq, in: tx)
    }

    /// What was passed on to somebody, in homes in which they work.
    func passedOn(
        to decision: Decision<ListConversations>, limit: Int, in tx: borrowing Transaction
    ) throws -> [(row: MessagesStore.MessageRow, at: Date, home: Identifier<Home>)] {
        let found = try self.store.passedOn(to: decision, limit: limit, in: tx)
        var theirs: Set<Identifier<Home>> = []
        for home in Set(found.map(\.home))
        where try self.accounts.staff(of: home, as: PassOn.roles, at: self.source.now(), in: tx).contains(
            decision.person)
        {
            theirs.insert(home)
        }
        return found.filter { theirs.contains($0.home) }
    }

    /// To whom a message was passed on.
    package func ladder(
        of message: Identifier<Message>, in conversation: Identifier<Conversation>, for principal: Principal
    ) async throws -> Ladder {
        try await self.database.transaction(as: principal) { tx in
            let facts = try self.facts(of: conversation, for: principal, in: tx)
            let decision = try principal.decide(ReadLadder.self, facts?.standing)
            self.audit.record(decision, about: facts?.conversation.residentId, in: tx)
            guard let facts,
                let row = try self.store.message(message, in: conversation, from: facts.fromSeq, in: tx),
                let whole = try self.assembly.messages([row], from: facts.fromSeq, in: tx).first
            else { throw MessagesError.notFound }
            return Ladder(steps: whole.ladder ?? [], isAnswered: whole.isAcknowledged)
        }
    }

    // MARK: The policy

    package func ladderPolicy(of home: Identifier<Home>, for principal: Principal) async throws -> LadderPolicy {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadLadderPolicy.self, self.accounts.facts(of: home, for: principal, in: tx)?.standing)
            self.audit.record(decision, in: tx)
            return try self.store.ladderPolicy(of: home, in: tx) ?? .standard
        }
    }

    /// What was promised before keeps its time; the step after it follows the new policy.
    package func change(
        _ policy: LadderPolicy, of home: Identifier<Home>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<LadderPolicy> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeLadderPolicy.self, self.accounts.facts(of: home, for: principal, in: tx)?.standing)
        } _: { tx, decision in
            let policy = try policy.validated()
            try self.store.set(policy, decision, at: self.source.now(), in: tx)
            self.audit.record(decision, in: tx)
            return policy
        }
    }
}
