import Audit
import Crypto
import FoundationEssentials
package import Kernel
import Logging
import People
import Postgres

/// What the first administrator types.
package struct FirstAdministrator: Sendable {
    package let home: String
    package let name: String
    package let username: String
    package let email: String
    package let password: Password

    package init(home: String, name: String, username: String, email: String = "", password: Password) {
        self.home = home
        self.name = name
        self.username = username
        self.email = email
        self.password = password
    }
}

extension AccountsService {
    /// Makes the organisation and the one-time secret with which its first administrator sets it up.
    ///
    /// There is no other way in: nothing is installed with an account. Called again before anybody has come, it makes a
    /// new secret and the earlier one opens nothing any more.
    ///
    /// - Throws: ``AccountsError/alreadySetUp`` as soon as there is an account.
    package func prepareFirstAdministrator(of organisation: String) async throws -> Secret {
        let name = organisation.trimmed
        guard (1...200).contains(name.count) else {
            throw AccountsError.invalid([.init("/organisation", "Give a name of 200 characters at most")])
        }
        let secret = Secret(), now = self.source.now()
        let known = try await self.founding()
        if known.isSetUp { throw AccountsError.alreadySetUp }
        let tenant = known.invitation?.organisation ?? self.source.identifier(Organisation.self)
        let invitation = Founding.Invitation(
            organisation: tenant, id: self.source.identifier(), name: name, hash: secret.hash,
            expiresAt: now.advanced(by: self.settings.invitation))
        try await self.database.transaction(as: .tenant(tenant), lockTimeout: .seconds(10)) { tx in
            let founding = try self.store.hold(in: tx)
            guard !founding.isSetUp else { throw AccountsError.alreadySetUp }
            if let earlier = founding.invitation {
                // Somebody else was quicker, in an organisation that this transaction does not see.
                guard earlier.organisation == tenant else { throw AccountsError.busy }
                try self.store.rename(name, in: tx)
            } else {
                try self.directory.found(NewOrganisation(id: tenant, name: name), at: now, in: tx)
            }
            try self.store.insert(invitation, at: now, in: tx)
        }
        return secret
    }

    /// Whether somebody may still come with a one-time secret.
    package func awaitsFirstAdministrator() async throws -> Bool {
        let founding = try await self.founding()
        guard !founding.isSetUp, let invitation = founding.invitation else { return false }
        return invitation.expiresAt > self.source.now()
    }

    /// Makes the first administrator, who may do everything that somebody must be able to hand on.
    ///
    /// - Throws: ``AccountsError/alreadySetUp``, ``AccountsError/wrongSecret``, or what is wrong with each field.
    package func setUp(_ administrator: FirstAdministrator, with secret: Secret) async throws {
        guard try await self.awaitsFirstAdministrator() else { throw AccountsError.alreadySetUp }
        let invitation = try self.invitation(for: secret, in: try await self.founding())
        let (account, staff, home) = try await self.checked(administrator, of: invitation.name)
        let now = self.source.now()
        let scope = Scope.inside(invitation.organisation, person: account.person)
        try await self.database.transaction(as: scope, lockTimeout: .seconds(10)) { tx in
            // Again, now that nobody else can be doing the same.
            let current = try self.invitation(for: secret, in: try self.store.hold(in: tx))
            try self.store.insert([home], in: tx)
            try self.people.enrol(staff: [staff], in: tx)
            try self.directory.open([account], by: account.person, at: now, source: self.source, in: tx)
            try self.store.use(current.id, at: now, in: tx)
            guard try self.signIns.refusal(of: account.id, at: now, in: tx) == nil else {
                throw AccountsError.wrongSecret
            }
            self.audit.record(MakeFirstAdministrator.self, on: account.id, by: account.person, in: tx)
        }
        self.security.notice("first administrator made", metadata: ["account.id": "\(account.id)"])
    }

    func founding() async throws -> Founding {
        try self.store.founding(
            try await self.database.read(as: .system("first administrator"), self.store.founding))
    }

    private func invitation(for secret: Secret, in founding: Founding) throws -> Founding.Invitation {
        guard !founding.isSetUp else { throw AccountsError.alreadySetUp }
        // The digest's own comparison takes the same time whatever differs.
        guard let invitation = founding.invitation, invitation.expiresAt > self.source.now(),
            SHA256.hash(data: Data(secret.text.value.utf8)) == invitation.hash
        else { throw AccountsError.wrongSecret }
        return invitation
    }

    private func checked(
        _ administrator: FirstAdministrator, of organisation: String
    ) async throws -> (NewAccount, NewStaff, NewHome) {
        var violations: [Problem.Violation] = []
        let home = administrator.home.trimmed, name = administrator.name.trimmed
        if !(1...100).contains(home.count) {
            violations.append(.init("/home", "Enter the name of a home, of 100 characters at most"))
        }
        if !(1...100).contains(name.count) {
            violations.append(.init("/name", "Enter your name, of 100 characters at most"))
        }
        let login = ChosenLogin(
            username: administrator.username, email: administrator.email, password: administrator.password,
            by: self.rule, beside: [organisation, home, name])
        violations += login.violations
        guard violations.isEmpty, let username = login.username else { throw AccountsError.invalid(violations) }

        let person = self.source.identifier(Person.self)
        // Nobody may hand on more than they hold, so the first must hold what others are to be given.
        let account = NewAccount(
            id: self.source.identifier(), person: person, username: username, email: login.email,
            password: try await self.passwords.hash(administrator.password),
            grants: [Grant(.nominatedIndividual, .organisation), Grant(.itAdmin, .organisation)])
        let staff = NewStaff(
            person: NewPerson(
                id: person, fullName: name, preferredName: name.split(separator: " ").first.map(String.init) ?? name),
            home: nil, jobTitle: Role.nominatedIndividual.title)
        return (account, staff, NewHome(id: self.source.identifier(), name: home))
    }
}

extension String {
    /// Without the space around it.
    var trimmed: String {
        let start = self.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
