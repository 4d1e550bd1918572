package import Audit
import FoundationEssentials
package import Kernel
package import Limits
package import Logging
package import People
package import Postgres
package import Sealing
package import Web

/// Who somebody is, and what of their organisation they may know: checks, records, says.
///
/// Signing in and out is in `AccountsService+SigningIn`, beginning an installation in `AccountsService+Founding`.
package struct AccountsService: Sendable {
    /// How long a sign-in lasts.
    package struct Settings: Sendable {
        package var terms = SignInTerms()
        /// How often at most a sign-in's last act is written down.
        package var touchInterval: Duration = .seconds(60)
        /// What a wrong try takes at least, so that its duration does not tell what was wrong.
        package var refusal: Duration = .milliseconds(300)
        /// How long the first administrator has.
        package var invitation: Duration = .seconds(24 * 60 * 60)
        /// For how long a code of the second factor is as good as a new one.
        package var codeFreshness: Duration = .seconds(10 * 60)
        /// How long a colleague who is invited has.
        package var colleagueInvitation: Duration = .seconds(7 * 24 * 60 * 60)
        /// How long somebody who is shut out has with a link for a new password.
        package var passwordReset: Duration = .seconds(30 * 60)
        /// How long a program stays signed in without coming for its next token.
        package var refreshIdle: Duration = .seconds(60 * 60)
        /// For how long a program that has lost the answer may ask for it again.
        package var refreshGrace: Duration = .seconds(10)
        /// Who signs access tokens: the address of this installation.
        package var issuer = "http://localhost"
        package init() {}

        /// The same, with other terms.
        package func lasting(_ terms: SignInTerms) -> Self {
            var settings = self
            settings.terms = terms
            return settings
        }
    }

    let database: Database
    let audit: Audit
    let people: PeopleDirectory
    package let directory: AccountsDirectory
    package let passwords: PasswordHasher
    let rule: PasswordRule
    let keyring: Keyring
    let throttle: SignInThrottle
    /// On the marks of devices that are known.
    let devices: Seal
    let settings: Settings
    let source: Source
    let security: Logger
    let store = AccountsStore()
    let signIns = SignInStore()
    let factors = FactorStore()
    let keyStore = SigningKeyStore()
    let tokenStore = TokenStore()
    let pinnedKeys = PinnedKeys()
    let signingKeys: BatchLoader<String, SigningKey>
    let bearers: BatchLoader<Bearer, BearerFacts>
    let tablets = TabletStore()
    /// Before every request, and before every page of every open stream: many ask at the same time.
    let visitors: BatchLoader<Data, SignInFacts>
    let live: BatchLoader<LiveSignIn, Bool>
    /// So that what somebody has open ends with their sign-in.
    private(set) var onEnd: @Sendable (Principal) -> Void = { _ in }
    /// Told of what happens at the door.
    private(set) var watch: SecurityWatch = { _ in }

    package init(
        database: Database, audit: Audit, people: PeopleDirectory, keyring: Keyring,
        settings: Settings = Settings(), passwords: PasswordHasher = PasswordHasher(), rule: PasswordRule,
        source: Source = Source(), rates: Rates? = nil,
        security: Logger = Logger(label: "wcc.security")
    ) {
        self.database = database
        self.audit = audit
        self.people = people
        self.directory = AccountsDirectory(audit: audit)
        self.passwords = passwords
        self.keyring = keyring
        self.rule = rule
        let rates = rates ?? Rates(now: source.now, security: security)
        self.throttle = SignInThrottle(rates: rates)
        self.devices = Seal(key: rates.keys.key(for: "device"))
        self.settings = settings
        self.source = source
        self.security = security
        self.visitors = BatchLoader { [signIns] secrets in
            let now = source.now(), fresh = now.advanced(by: .zero - settings.codeFreshness)
            let rows = try await database.read(as: .system("sign-in"), signIns.visitors(Array(secrets), at: now))
            return try rows.reduce(into: [:]) { found, row in
                found[try row.read("hash")] = try signIns.facts(row, codeSince: fresh)
            }
        }
        self.signingKeys = BatchLoader { [keyStore] _ in
            let keys = try keyStore.keys(try await database.read(as: .system("signing keys"), keyStore.all))
            return Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
        }
        self.bearers = BatchLoader { [signIns, tokenStore] asked in
            let now = source.now(), fresh = now.advanced(by: .zero - settings.codeFreshness), asked = Array(asked)
            let rows = try await database.read(as: .system("bearer"), tokenStore.bearers(asked, at: now))
            return try rows.reduce(into: [:]) { found, row in
                let place = try row.read("place", as: Int.self) - 1
                guard asked.indices.contains(place) else { return }
                let unused: UUID? = try row.readIfPresent("unused")
                found[asked[place]] = BearerFacts(
                    facts: try signIns.facts(row, codeSince: fresh), isFirst: unused == asked[place].token.id.uuid)
            }
        }
        self.live = BatchLoader { [signIns] asked in
            var live: [LiveSignIn: Bool] = [:]
            for (organisation, asked) in Dictionary(grouping: asked, by: \.organisation) {
                let rows = try await database.read(
                    as: .tenant(organisation), signIns.live(asked.map(\.signIn), at: source.now()))
                for row in rows {
                    live[
                        LiveSignIn(
                            organisation: organisation, person: Identifier(try row.read("person_id")),
                            signIn: Identifier(try row.read("id")))] = true
                }
            }
            return live
        }
    }

    /// The same service, which tells whose sign-in has ended.
    package func telling(_ onEnd: @escaping @Sendable (Principal) -> Void) -> Self {
        var service = self
        service.onEnd = onEnd
        return service
    }

    /// The same service, which tells of what happens at the door.
    package func watched(by watch: @escaping SecurityWatch) -> Self {
        var service = self
        service.watch = watch
        return service
    }

    /// Who is signed in, by their own account.
    package func whoAmI(_ visitor: Visitor) async throws -> WhoAmI {
        guard let signIn = visitor.principal.signIn else { throw Problem.nothingHere }
        return try await self.database.transaction(as: visitor.principal) { tx in
            let decision = try visitor.principal.decide(
                ReadOwnAccount.self, self.signIns.ownStanding(through: signIn, in: tx))
            guard let own = try self.store.own(decision, in: tx) else { throw Problem.nothingHere }
            self.audit.record(decision, about: visitor.principal.person, in: tx)
            return WhoAmI(visitor, own)
        }
    }

    package func homes(for principal: Principal) async throws -> [HomeRecord] {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(ListHomes.self, principal.membership)
            self.audit.record(decision, in: tx)
            return try self.store.homes(decision, in: tx)
        }
    }

    /// Whether anybody can sign in yet.
    package func isSetUp() async throws -> Bool { try await self.founding().isSetUp }

    /// Where people sign in here, when there is only one organisation: its name and its homes'.
    package func onlyOrganisation() async throws -> (name: String, homes: [String])? {
        let rows = try await self.database.read(as: .system("sign-in page"), self.store.onlyOrganisation)
        return try rows.first.map { row in
            (
                try row.read("name"),
                try JSONDecoder().decode([String].self, from: Data(try row.read("homes", as: String.self).utf8))
            )
        }
    }
}
