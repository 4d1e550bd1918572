import Audit
import FoundationEssentials
package import Kernel
import Postgres
package import Web

/// Everybody sees where they are signed in, and ends what they do not know.
extension AccountsService {
    package func signIns(for principal: Principal) async throws -> [SignInRecord] {
        try await self.signInsAndReuse(for: principal).signIns
    }

    /// With when a copy of a program's token was last tried, of the days on which somebody would remember why.
    func signInsAndReuse(for principal: Principal) async throws -> (signIns: [SignInRecord], reusedAt: Date?) {
        let now = self.source.now()
        return try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListSignIns.self, self.ownStanding(of: principal, in: tx))
            self.audit.record(decision, about: principal.person, in: tx)
            return (
                try self.signIns.live(decision, at: now, in: tx),
                try self.signIns.lastReuse(decision, since: now.advanced(by: .seconds(-30 * 24 * 60 * 60)), in: tx)
            )
        }
    }

    package func end(_ signIn: Identifier<SignIn>, by principal: Principal, once: Once? = nil) async throws {
        let now = self.source.now()
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(EndSignIn.self, self.signIns.standing(of: principal, to: signIn, in: tx))
        } _: { tx, decision in
            let isFirst = try self.signIns.end(decision, at: now, in: tx)
            if isFirst { self.audit.record(decision, about: principal.person, in: tx) }
            return isFirst
        }
        self.endStreams(of: principal.person, in: principal.organisation)
    }

    package func endOtherSignIns(by principal: Principal, once: Once? = nil) async throws {
        let now = self.source.now()
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(EndOtherSignIns.self, self.ownStanding(of: principal, in: tx))
        } _: { tx, decision in
            try self.signIns.endOthers(decision, at: now, in: tx)
            self.audit.record(decision, about: principal.person, in: tx)
            return true
        }
        self.endStreams(of: principal.person, in: principal.organisation)
    }

    func ownStanding(
        of principal: Principal, in tx: borrowing Transaction
    ) throws -> Standing<Account>? {
        guard let signIn = principal.signIn else { throw Problem.nothingHere }
        return try self.signIns.ownStanding(through: signIn, in: tx)
    }
}
