package import FoundationEssentials
package import Audit
package import Kernel
package import Postgres

/// How organisations and accounts begin, in the transaction of whoever sets them up.
///
/// For the first administrator and the demonstration. It asks no policy, because nobody is signed in yet.
package struct AccountsDirectory: Sendable {
    let audit: Audit
    let store = AccountsStore()

    package init(audit: Audit) { self.audit = audit }

    package func found(_ organisation: NewOrganisation, at now: Date, in tx: borrowing Transaction) throws {
        try self.store.insert(organisation, at: now, in: tx)
        self.audit.record(PrepareOrganisation.self, on: organisation.id, by: nil, in: tx)
    }

    /// - Throws: ``AccountsError/usernameTaken`` if the organisation has the name already.
    package func open(
        _ accounts: [NewAccount], by person: Identifier<Person>? = nil, at now: Date, source: Source = Source(),
        in tx: borrowing Transaction
    ) throws {
        try self.store.insert(accounts, at: now, in: tx)
        let grants = accounts.flatMap { account in
            account.grants.map { NewGrant(source.identifier(), $0, to: account) }
        }
        try self.store.insert(grants, by: person, at: now, in: tx)
        for account in accounts { self.audit.record(CreateAccount.self, on: account.id, by: person, in: tx) }
    }

    /// Brings in an invitation that somebody has made; nobody has its link, so they make a new one.
    package func invite(
        _ colleague: NewInvitation, at place: Place, by person: Identifier<Person>, until expiry: Date, at now: Date,
        source: Source = Source(), in tx: borrowing Transaction
    ) throws {
        try self.store.insert(
            colleague, source.identifier(), at: place, hash: Secret().hash, until: expiry, by: person, at: now, in: tx)
    }
}

/// A role as it is about to be stored.
struct NewGrant: Sendable {
    let id: Identifier<Grant>
    let grant: Grant
    let account: Identifier<Account>
    let until: Date?

    init(_ id: Identifier<Grant>, _ grant: Grant, to account: NewAccount) {
        self.id = id
        self.grant = grant
        self.account = account.id
        self.until = account.until
    }
}
