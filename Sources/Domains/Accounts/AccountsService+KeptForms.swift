import Audit
import FoundationEssentials
package import Hummingbird
package import Kernel
import Postgres
import Sealing
package import Web

/// What somebody had typed when their sign-in was over, or a tablet was locked: sealed, and for nobody but them.
extension AccountsService {
    struct OverByTime: Sendable {
        let organisation: Identifier<Organisation>
        let account: Identifier<Account>
        let signIn: Identifier<SignIn>
        let person: Identifier<Person>
    }

    /// Whose sign-in it was that ended by its time or is locked; `nil` for one that goes on, or that somebody ended.
    func overByTime(_ secret: Secret?) async throws -> OverByTime? {
        guard let secret, secret.isWellFormed else { return nil }
        let now = self.source.now()
        return try await self.database.read(
            as: .system("kept form"), self.tablets.overByTime(secret.hash, at: now)
        ).first.map { row in
            OverByTime(
                organisation: Identifier(try row.read("tenant_id")), account: Identifier(try row.read("account_id")),
                signIn: Identifier(try row.read("sign_in_id")), person: Identifier(try row.read("person_id")))
        }
    }

    /// For a form that comes too late: the cookie that came with it says whose it is.
    package func keeper(for request: Request) async throws -> FormKeeper? {
        guard let secret = request.signInSecret, let over = try await self.overByTime(secret) else { return nil }
        return FormKeeper(formKey: SignInFacts.formKey(secret)) { fields in
            let id = try await self.keep(
                fields, of: over.account, in: over.organisation, person: over.person, signIn: over.signIn)
            return Self.path(of: id)
        }
    }

    /// For a page that locks itself with something half written on it.
    package func keep(_ fields: KeptFields, of principal: Principal) async throws -> String {
        let own = try await self.database.read(as: principal) { tx in try self.ownStanding(of: principal, in: tx) }
        guard let own else { throw Problem.nothingHere }
        let id = try await self.keep(
            fields, of: own.object, in: principal.organisation, person: principal.person, signIn: principal.signIn)
        return Self.path(of: id)
    }

    static func path(of form: Identifier<KeptForm>) -> String { "/kept/\(form)" }

    private func keep(
        _ fields: KeptFields, of account: Identifier<Account>, in organisation: Identifier<Organisation>,
        person: Identifier<Person>, signIn: Identifier<SignIn>?
    ) async throws -> Identifier<KeptForm> {
        let id = self.source.identifier(KeptForm.self), now = self.source.now()
        let sealed = try self.keyring.seal(
            try JSONEncoder().encode(fields), at: Self.place(of: id, in: organisation))
        guard sealed.count <= 400_000 else { throw Problem(.tooLarge, "This is too large to be kept") }
        try await self.database.transaction(as: Scope.inside(organisation, person: person)) { tx in
            try self.tablets.keep(id, sealed, of: account, at: now, in: tx)
            self.audit.record(KeepForm.self, on: id, by: person, signIn: signIn, in: tx)
        }
        return id
    }

    package func keptForm(_ id: Identifier<KeptForm>, for principal: Principal) async throws -> KeptFields {
        let content = try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadKeptForm.self, self.tablets.standing(of: principal, to: id, in: tx))
            self.audit.record(decision, in: tx)
            return try self.tablets.content(decision, in: tx)
        }
        guard let content else { throw Problem.nothingHere }
        let opened = try self.keyring.open(content, at: Self.place(of: id, in: principal.organisation))
        return try JSONDecoder().decode(KeptFields.self, from: opened)
    }

    package func dropKeptForm(_ id: Identifier<KeptForm>, by principal: Principal, once: Once? = nil) async throws {
        try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(DropKeptForm.self, self.tablets.standing(of: principal, to: id, in: tx))
        } _: { tx, decision in
            try self.tablets.drop(decision, in: tx)
            self.audit.record(decision, in: tx)
            return true
        }
    }

    private static func place(
        of form: Identifier<KeptForm>, in organisation: Identifier<Organisation>
    ) -> SealedPlace {
        SealedPlace(
            table: "accounts.kept_form", column: "content", organisation: organisation, row: form.description)
    }
}
