import Audit
package import FoundationEssentials
import Kernel
import Logging
import Postgres

/// What whoever runs the installation does with `wcc`, where nobody inside can.
extension AccountsService {
    /// A link for somebody who is shut out and whom nobody can let in, such as the last administrator.
    package func makePasswordReset(
        named name: String, in organisation: String? = nil
    ) async throws -> (link: String, expiresAt: Date) {
        let found = try await self.account(named: name, in: organisation)
        let now = self.source.now(), secret = Secret(), id = self.source.identifier(PasswordReset.self)
        let expiry = now.advanced(by: self.settings.passwordReset)
        try await self.database.transaction(as: .tenant(found.organisation)) { tx in
            guard try self.signIns.refusal(of: found.account, at: now, in: tx) == nil else {
                throw AccountsError.accountIsClosed
            }
            try self.signIns.insert(
                id, of: found.account, hash: secret.hash, until: expiry, by: nil, at: now, in: tx)
            self.audit.record(ResetPasswordFromConsole.self, on: found.account, by: nil, in: tx)
        }
        self.security.notice("password reset made", metadata: ["object.id": "\(found.account)"])
        return (PasswordResetLink.path(secret), expiry)
    }

    package func requirePasswordChange(named name: String, in organisation: String? = nil) async throws {
        let found = try await self.account(named: name, in: organisation)
        try await self.database.transaction(as: .tenant(found.organisation)) { tx in
            try self.signIns.requireChange(of: found.account, in: tx)
            self.audit.record(RequirePasswordChangeFromConsole.self, on: found.account, by: nil, in: tx)
        }
    }

    /// Shuts an organisation, or opens it again: while it is shut nobody of it gets in, by whatever way.
    package func setOrganisation(named name: String, isOpen: Bool) async throws {
        let organisation = try await self.organisation(named: name)
        try await self.database.transaction(as: .tenant(organisation)) { tx in
            try self.store.setOrganisation(isOpen: isOpen, in: tx)
            if isOpen {
                self.audit.record(ResumeOrganisation.self, on: organisation, by: nil, in: tx)
            } else {
                self.audit.record(SuspendOrganisation.self, on: organisation, by: nil, in: tx)
            }
        }
    }

    /// Whose sign-ins end by a command.
    package enum SignInsOf: Sendable {
        case person(String, organisation: String?)
        case organisation(String)
        case everybody
    }

    /// Ends sign-ins, with everything that is open through them; one entry in the audit of each organisation.
    ///
    /// - Returns: How many there were.
    package func endSignIns(of whose: SignInsOf) async throws -> Int {
        switch whose {
        case .person(let name, let organisation):
            let found = try await self.account(named: name, in: organisation)
            return try await self.endSignIns(in: found.organisation, of: found)
        case .organisation(let name):
            if let id = Identifier<Organisation>(name) { return try await self.endSignIns(in: id) }
            return try await self.endSignIns(in: self.organisation(named: name))
        case .everybody:
            let now = self.source.now()
            try await self.database.transaction(as: .system("end sign-ins")) { tx in
                try self.tokenStore.revoke(.all, before: now, in: tx)
            }
            let rows = try await self.database.read(
                as: .system("end sign-ins"), self.signIns.organisationsWithSignIns(at: now))
            var count = 0
            for row in rows { count += try await self.endSignIns(in: Identifier(try row.read("tenant_id"))) }
            return count
        }
    }

    private func endSignIns(
        in organisation: Identifier<Organisation>, of somebody: Candidate? = nil
    ) async throws -> Int {
        let now = self.source.now()
        // Also tokens whose family no row here tells of, such as after a restore.
        let scope = somebody.map { RevocationScope.person($0.person, in: organisation) } ?? .organisation(organisation)
        let persons = try await self.database.transaction(as: .tenant(organisation)) { tx in
            let persons = try self.signIns.endAll(of: somebody?.account, at: now, in: tx)
            try self.tokenStore.revoke(scope, before: now, in: tx)
            self.audit.record(
                EndSignInsAtServer.self, on: organisation, by: nil, reason: somebody == nil ? "all" : "person", in: tx)
            return persons
        }
        for person in Set(persons) { self.endStreams(of: person, in: organisation) }
        return persons.count
    }

    private func organisation(named name: String) async throws -> Identifier<Organisation> {
        let rows = try await self.database.read(
            as: .system("organisation by name"), self.store.organisations(named: name.trimmed))
        guard let row = rows.first else { throw AccountsError.notFound }
        guard rows.count == 1 else { throw AccountsError.ambiguous }
        return Identifier(try row.read("tenant_id"))
    }

    private func account(named name: String, in organisation: String?) async throws -> Candidate {
        guard let name = SignInName(name) else { throw AccountsError.notFound }
        let only =
            if let organisation { try await self.organisation(named: organisation) } else {
                Identifier<Organisation>?.none
            }
        let rows = try await self.database.read(as: .system("account by name"), self.signIns.candidates(name))
        let found = try rows.map { try self.signIns.candidate($0) }.filter { only == nil || $0.organisation == only }
        guard let account = found.first else { throw AccountsError.notFound }
        guard found.count == 1 else { throw AccountsError.ambiguous }
        return account
    }
}
