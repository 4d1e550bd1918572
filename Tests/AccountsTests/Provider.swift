import Foundation
import Kernel
import Logging
import NIOConcurrencyHelpers
import People
import Postgres
import Sealing
import TestKit

@testable import Accounts
@testable import Audit

/// A clock that stands still until it is told.
final class ManualClock: Sendable {
    private let time = NIOLockedValueBox(Date(timeIntervalSince1970: 1_795_000_000))

    var now: Date { self.time.withLockedValue { $0 } }
    func advance(_ seconds: Double) { self.time.withLockedValue { $0 += seconds } }
    var source: Source { Source(now: { self.now }) }
}

extension TestDatabase {
    /// A pool whose borrowers wait for as long as a busy machine makes them.
    func patient() -> Database {
        var limits = Database.Limits()
        limits.lease = .seconds(60)
        return self.open(size: 4, limits: limits)
    }
}

extension AccountsService {
    /// On the suite's database, with a clock of its own and no waiting.
    static func testing(
        _ clock: ManualClock = ManualClock(), _ database: Database,
        _ passwords: PasswordHasher = PasswordHasher(limit: 1_000), keyring: Keyring = TestKeys.keyring
    ) -> AccountsService {
        var settings = Settings()
        settings.refusal = .zero
        return AccountsService(
            database: database, audit: Audit(), people: PeopleDirectory(), keyring: keyring,
            settings: settings,
            passwords: passwords, rule: .testing, source: clock.source, security: .quiet)
    }

    /// Tries to sign in, from a network that nobody else uses unless one is named.
    func attempt(
        _ name: String, _ password: String, from network: String? = nil, device: String? = nil,
        on tablet: Secret? = nil, replacing: Principal? = nil
    ) async throws -> NewSignIn {
        let anywhere = "10.\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).7"
        return try await self.signIn(
            SignInAttempt(
                name: name, password: Password(password), network: AddressPrefix(network ?? anywhere),
                agent: "Test", device: device, tablet: tablet, replacing: replacing))
    }
}

extension PasswordRule {
    /// By the list of the tests.
    static let testing = PasswordRule(
        PasswordBlocklist(words: TestAssets.passwords.split(separator: "\n").map(String.init)))
}

/// An organisation that nobody else uses: two homes, a unit, and whoever a test asks for.
struct Provider: Sendable {
    static let password = "correct horse battery"
    /// Hashed once for everybody, because hashing is what takes the time here.
    static let hash = Task { try await PasswordHasher().hash(Password(Self.password)) }

    let organisation = Identifier<Organisation>.any()
    let rowan = Identifier<Home>.any()
    let harbour = Identifier<Home>.any()
    let garden = Identifier<Kernel.Unit>.any()
    let accounts: AccountsService
    let clock: ManualClock

    init(_ accounts: AccountsService, _ clock: ManualClock) async throws {
        self.accounts = accounts
        self.clock = clock
        let organisation = NewOrganisation(
            id: self.organisation, name: "Fernhill Care",
            homes: [
                NewHome(
                    id: self.rowan, name: "Rowan House", type: .nursing,
                    units: [NewUnit(id: self.garden, name: "Garden"), NewUnit(id: .any(), name: "Orchard")]),
                NewHome(id: self.harbour, name: "Harbour View", tint: "harbour"),
            ])
        try await accounts.database.transaction(as: .tenant(self.organisation)) { tx in
            try accounts.directory.found(organisation, at: clock.now, in: tx)
        }
    }

    /// Somebody with an account.
    @discardableResult
    func employ(
        _ name: String, _ username: String, email: String? = nil, password: String = Provider.password,
        _ grants: Grant..., until: Date? = nil
    ) async throws -> NewAccount {
        let person = Identifier<Person>.any()
        let account = NewAccount(
            id: .any(), person: person, username: SignInName(username) ?? .init(unchecked: username),
            email: email.flatMap { SignInName(address: $0) },
            password: try await password == Self.password
                ? Self.hash.value : self.accounts.passwords.hash(Password(password)),
            grants: Set(grants), until: until)
        let accounts = self.accounts, clock = self.clock
        try await self.accounts.database.transaction(as: .tenant(self.organisation)) { tx in
            let staff = NewStaff(
                person: NewPerson(id: person, fullName: name, preferredName: name), home: nil, jobTitle: "Senior carer")
            try accounts.people.enrol(staff: [staff], in: tx)
            try accounts.directory.open([account], at: clock.now, in: tx)
        }
        return account
    }

    /// As an administrator of the database.
    func change(_ statement: SQL) async throws {
        try await self.accounts.database.transaction(as: .tenant(self.organisation)) { _ = try $0.execute(statement) }
    }

    /// The audit of the organisation, oldest first: what, and why.
    func entries() async throws -> [String] {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let rows = try await admin.read(
            as: .system("test"),
            """
            SELECT action || coalesce(nullif(' ' || rule, ' '), '') AS entry FROM audit.entry
            WHERE tenant_id = \(self.organisation.uuid) ORDER BY at
            """)
        let entries = try rows.map { try $0.read("entry", as: String.self) }
        await admin.shutDown()
        return entries
    }
}

/// What `body` fails with, as the module says it; `nil` if it does not fail.
func refusal<Value>(_ body: () async throws -> Value) async throws -> AccountsError? {
    do {
        _ = try await body()
        return nil
    } catch let error as AccountsError {
        return error
    }
}
