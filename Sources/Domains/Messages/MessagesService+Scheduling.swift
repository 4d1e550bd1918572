import Audit
package import FoundationEssentials
import Jobs
package import Kernel
import People
package import Postgres
package import Web

/// Who somebody is by now, with the roles they hold; `nil` for one who cannot sign in any more.
package typealias WhoIs =
    @Sendable (Identifier<Person>, Identifier<Organisation>, Date, borrowing Transaction) throws -> Principal?

/// Saying something later.
extension MessagesService {
    /// How long what was not sent is shown to its author.
    private static let memory: TimeInterval = 14 * 86_400

    /// The same service, which knows who people are when their messages go.
    package func knowing(_ whoIs: @escaping WhoIs) -> Self {
        var service = self
        service.whoIs = whoIs
        return service
    }

    /// Whether somebody may have something said there.
    package func prepareSchedule(in conversation: Identifier<Conversation>, for principal: Principal) async throws {
        try await self.database.transaction(as: principal) { tx in
            let facts = try self.store.facts(of: conversation, for: principal, in: tx)
            let decision = try principal.decide(PrepareSchedule.self, facts?.standing)
            self.audit.record(decision, about: facts?.conversation.residentId, in: tx)
        }
    }

    /// Has something said later.
    package func schedule(
        _ draft: LaterDraft, in conversation: Identifier<Conversation>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ScheduledMessage> {
        let now = self.source.now(), draft = try draft.validated(at: now)
        let id = self.source.identifier(ScheduledMessage.self)
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ScheduleMessage.self, self.store.facts(of: conversation, for: principal, in: tx)?.standing)
        } _: { tx, decision in
            let facts = try self.store.facts(of: conversation, for: principal, in: tx)
            try self.store.insert(draft, id: id, at: now, decision, in: tx)
            self.audit.record(decision, about: facts?.conversation.residentId, in: tx)
            try self.enqueue(SendScheduled(message: id, version: 1), at: draft.goesAt, now: now, in: tx)
            return try self.waiting(id, in: tx).message
        }
    }

    /// What the reader has had scheduled, and what was not sent lately.
    package func scheduled(for principal: Principal) async throws -> [ScheduledMessage] {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListScheduled.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.store.scheduled(decision, since: now.addingTimeInterval(-Self.memory), in: tx)
                .map(\.message)
        }
    }

    package func scheduled(
        _ id: Identifier<ScheduledMessage>, for principal: Principal
    ) async throws -> ScheduledMessage {
        try await self.database.transaction(as: principal) { tx in
            let row = try self.store.scheduled(id, in: tx)
            let decision = try principal.decide(ReadScheduled.self, row?.standing(of: principal.person))
            guard let row else { throw ScheduleError.notFound }
            self.audit.record(decision, in: tx)
            return row.message
        }
    }

    /// Says something else, or at another time, as long as it has not gone.
    package func change(
        _ id: Identifier<ScheduledMessage>, _ draft: LaterDraft, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ScheduledMessage> {
        let now = self.source.now(), draft = try draft.validated(at: now)
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeScheduled.self,
                self.store.scheduled(id, holding: true, in: tx)?.standing(of: principal.person))
        } _: { tx, decision in
            let version = try self.waiting(id, in: tx).message.version + 1
            try self.store.change(draft, as: version, decision, in: tx)
            self.audit.record(decision, in: tx)
            try self.enqueue(SendScheduled(message: id, version: version), at: draft.goesAt, now: now, in: tx)
            return try self.waiting(id, in: tx).message
        }
    }

    /// Takes it back, as long as it has not gone.
    package func cancel(
        _ id: Identifier<ScheduledMessage>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<ScheduledMessage> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(
                ChangeScheduled.self,
                self.store.scheduled(id, holding: true, in: tx)?.standing(of: principal.person))
        } _: { tx, decision in
            _ = try self.waiting(id, in: tx)
            try self.store.cancel(decision, at: self.source.now(), in: tx)
            self.audit.record(decision, in: tx)
            guard let row = try self.store.scheduled(id, in: tx) else { throw ScheduleError.notFound }
            return row.message
        }
    }

    /// Sends it, if it still is what was scheduled; returns whether it did.
    ///
    /// The message and that it was sent are one transaction, so that a job that is run again finds it gone.
    @discardableResult
    package func send(_ job: SendScheduled, in tenant: Identifier<Organisation>) async throws -> Bool {
        let id = self.source.identifier(Message.self), now = self.source.now()
        return try await self.database.transaction(as: .tenant(tenant), lockTimeout: .seconds(5)) { tx in
            guard let row = try self.store.scheduled(job.message, holding: true, in: tx),
                row.message.state == .waiting, row.message.version == job.version
            else { return false }
            let message = row.message
            guard let author = try self.whoIs(row.author, tenant, now, tx) else {
                return try self.refuse(row, .account, in: tenant, at: now, in: tx)
            }
            let standing = try self.store.facts(
                of: message.conversationId, for: author, holding: true, in: tx)?.standing
            guard let standing, standing.relations.contains(.member) else {
                return try self.refuse(row, .notMember, in: tenant, at: now, in: tx)
            }
            guard author.may(SendMessage.self, standing) else {
                return try self.refuse(row, .closed, in: tenant, at: now, in: tx)
            }
            let decision = try author.decide(SendMessage.self, standing)
            _ = try self.say(Draft(body: message.body, urgency: message.urgency), as: id, decision, in: tx)
            try self.store.noteSent(message.id, as: id, at: now, in: tx)
            return true
        }
    }

    // MARK: Parts

    private func refuse(
        _ row: MessagesStore.ScheduledRow, _ refusal: ScheduledMessage.Refusal, in tenant: Identifier<Organisation>,
        at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try self.store.noteRefused(row.message.id, refusal, at: now, in: tx)
        self.inbox.deliver(
            Notice("messages.unsent", row.message.conversationId), to: [row.author], in: tenant, at: tx)
        return false
    }

    private func waiting(
        _ id: Identifier<ScheduledMessage>, in tx: borrowing Transaction
    ) throws -> MessagesStore.ScheduledRow {
        guard let row = try self.store.scheduled(id, in: tx) else { throw ScheduleError.notFound }
        guard row.message.state == .waiting else { throw ScheduleError.over }
        return row
    }

    private func enqueue(
        _ job: SendScheduled, at date: Date, now: Date, in tx: borrowing Transaction
    ) throws {
        try self.jobs.enqueue(
            job, key: job.key,
            after: .milliseconds(Int64(max(0, date.timeIntervalSince(now)) * 1_000)), in: tx)
    }
}
