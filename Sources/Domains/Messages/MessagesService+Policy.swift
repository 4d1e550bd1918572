import Audit
package import Kernel
import People
import Postgres
package import Web

/// What holds for everybody's messages in the organisation.
extension MessagesService {
    package func policy(for principal: Principal) async throws -> MessagePolicy {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadMessagePolicy.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.store.policy(in: tx)
        }
    }

    /// Holds for what is sent already, too; tags that were given before stay.
    ///
    /// If it is not the version any more that was seen, nothing is done.
    package func change(
        _ draft: MessagePolicyDraft, seen version: Int? = nil, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<MessagePolicy> {
        try await self.database.transaction(as: principal, once: once) { _ in
            try principal.decide(ChangeMessagePolicy.self, principal.membership)
        } _: { tx, decision in
            let draft = try draft.validated()
            guard
                let version = try self.store.set(draft, seen: version, decision, at: self.source.now(), in: tx)
            else { throw MessagesError.stalePolicy }
            self.audit.record(decision, in: tx)
            return MessagePolicy(changeMinutes: draft.changeMinutes, tags: draft.tags, version: version)
        }
    }
}
