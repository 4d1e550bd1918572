import Audit
package import Kernel
import People
import Postgres
package import Web

/// Everybody on the staff says for themselves whether colleagues are shown that they are here.
extension AccountsService {
    package func presenceChoice(for principal: Principal) async throws -> PresenceChoice {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ReadPresenceChoice.self, self.ownStanding(of: principal, in: tx))
            self.audit.record(decision, about: principal.person, in: tx)
            return PresenceChoice(isShown: try self.people.showsPresence(principal.person, in: tx))
        }
    }

    package func choose(
        _ choice: PresenceChoice, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<PresenceChoice> {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(ChoosePresence.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            try self.people.set(showsPresence: choice.isShown, principal.person, in: tx)
            self.audit.record(decision, about: principal.person, in: tx)
            return choice
        }
    }
}
