import FoundationEssentials
package import Kernel
import Postgres
import Sealing

/// Every statement about families of tokens, and since when they count.
struct TokenStore: Sendable {
    static func place(of family: Identifier<TokenFamily>, in organisation: Identifier<Organisation>) -> SealedPlace {
        SealedPlace(
            table: "accounts.token_family", column: "refresh_key", organisation: organisation, row: "\(family)")
    }

    // MARK: Showing an access token

    /// Whoever shows these, as far as it opens anything; and which is the first of its generation to be shown.
    func bearers(_ asked: [Bearer], at now: Date) -> SQL {
        """
        SELECT asked.place, bearer.unused, visitor.*, term.*,
            accounts.duty(visitor.tenant_id, visitor.account_id) AS duty
        FROM unnest(\(asked.map(\.token.organisation.uuid)), \(asked.map(\.token.person.uuid)),
            \(asked.map(\.token.family.uuid)), \(asked.map(\.key)))
            WITH ORDINALITY AS asked (organisation, person, family, key, place)
        CROSS JOIN LATERAL accounts.bearer(asked.organisation, asked.person, asked.family, asked.key, \(now)) AS bearer
        CROSS JOIN LATERAL accounts.anybody(bearer.secret_hash, \(now)) AS visitor
        CROSS JOIN LATERAL accounts.term_of(visitor.tenant_id, visitor.sign_in_id) AS term
        """
    }

    /// From now on whoever comes with the refresh token of before does not repeat an exchange, but tries a copy.
    func noteUse(of token: AccessToken, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.token_family SET child_used = true
            WHERE tenant_id = app.tid() AND id = \(token.family.uuid) AND access_id = \(token.id.uuid)
            """)
    }

    // MARK: Beginning and going on

    /// False if the sign-in has ended.
    func insert(_ family: NewTokenFamily, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            WITH held AS (
                UPDATE accounts.sign_in SET idle_until = least(\(family.idleUntil), absolute_until)
                WHERE tenant_id = app.tid() AND id = \(family.signIn.uuid) AND ended_at IS NULL RETURNING id
            )
            INSERT INTO accounts.token_family (tenant_id, id, sign_in_id, refresh_key, created_at, rotated_at,
                access_id, child_used, agent_hash)
            SELECT app.tid(), \(family.id.uuid), held.id, \(Blob(family.sealedKey)), \(family.now), \(family.now),
                \(family.access.uuid), true, \(family.agent.map { Blob($0) })
            FROM held
            """
        ).affected == 1
    }

    func family(_ id: Identifier<TokenFamily>) -> SQL { "SELECT * FROM accounts.token_family_of(\(id.uuid))" }

    func owner(_ row: PostgresRow) throws -> TokenFamilyOwner {
        TokenFamilyOwner(
            organisation: Identifier(try row.read("tenant_id")), person: Identifier(try row.read("person_id")),
            account: Identifier(try row.read("account_id")), sealedKey: try row.read("refresh_key"))
    }

    /// Which sign-in a family is of.
    func signIn(of family: Identifier<TokenFamily>, in tx: borrowing Transaction) throws -> Identifier<SignIn>? {
        try tx.execute(
            "SELECT sign_in_id FROM accounts.token_family WHERE tenant_id = app.tid() AND id = \(family.uuid)"
        ).first.map { Identifier(try $0.read("sign_in_id")) }
    }

    /// The one way to another generation: however many come with the same token, one of them is counted.
    func rotate(
        _ token: RefreshToken, access: Identifier<AccessTokenName>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.token_family SET generation = generation + 1, rotated_at = \(now), child_used = false,
                access_id = \(access.uuid)
            WHERE tenant_id = app.tid() AND id = \(token.family.uuid) AND generation = \(Int(token.generation))
                AND reused_at IS NULL
            """
        ).affected == 1
    }

    /// How a family stands, for a token that is not of its last generation; nobody changes it until the commit.
    func held(_ family: Identifier<TokenFamily>, in tx: borrowing Transaction) throws -> HeldTokenFamily? {
        try tx.execute(
            """
            SELECT generation, rotated_at, access_id, child_used, agent_hash FROM accounts.token_family
            WHERE tenant_id = app.tid() AND id = \(family.uuid) FOR UPDATE
            """
        ).first.map { row in
            HeldTokenFamily(
                generation: try row.read("generation"), rotatedAt: try row.read("rotated_at"),
                access: Identifier(try row.read("access_id")), isChildUsed: try row.read("child_used"),
                agent: try row.readIfPresent("agent_hash"))
        }
    }

    func extend(
        _ signIn: Identifier<SignIn>, until idle: Date, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET last_act_at = \(now), idle_until = least(\(idle), absolute_until)
            WHERE tenant_id = app.tid() AND id = \(signIn.uuid) AND ended_at IS NULL
            """)
    }

    // MARK: Ending

    func noteReuse(of family: Identifier<TokenFamily>, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.token_family SET reused_at = \(now) WHERE tenant_id = app.tid() AND id = \(family.uuid)
            """)
    }

    /// Nothing counts any more that was issued until then.
    func revoke(_ scope: RevocationScope, before moment: Date, in tx: borrowing Transaction) throws {
        try tx.execute("SELECT accounts.raise_revocation_epoch(\(scope.text), \(moment))")
    }

    // MARK: Keys

    func sealedOtherwise(than key: Data, after last: UUID?, atMost most: Int) -> SQL {
        "SELECT * FROM accounts.families_sealed_otherwise(\(Blob(key)), \(last), \(most))"
    }

    /// False if somebody has changed it meanwhile.
    func reseal(
        _ family: Identifier<TokenFamily>, from old: Data, to new: Data, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.token_family SET refresh_key = \(Blob(new))
            WHERE tenant_id = app.tid() AND id = \(family.uuid) AND refresh_key = \(Blob(old))
            """
        ).affected == 1
    }
}

/// An access token whose signature was right, and the key that was right for it.
struct Bearer: Hashable, Sendable {
    let token: AccessToken
    let key: String
}

/// What the database says about one.
struct BearerFacts: Sendable {
    let facts: SignInFacts
    /// Whether it is the first of its generation that was shown.
    let isFirst: Bool
}

struct NewTokenFamily: Sendable {
    let id: Identifier<TokenFamily>
    let signIn: Identifier<SignIn>
    let sealedKey: Data
    let access: Identifier<AccessTokenName>
    let agent: Data?
    let idleUntil: Date
    let now: Date
}

struct TokenFamilyOwner: Sendable {
    let organisation: Identifier<Organisation>
    let person: Identifier<Person>
    let account: Identifier<Account>
    let sealedKey: Data
}

struct HeldTokenFamily: Sendable {
    let generation: Int
    let rotatedAt: Date
    let access: Identifier<AccessTokenName>
    let isChildUsed: Bool
    let agent: Data?

    /// Whether a token is the one of before, from whoever has had no answer or asked twice at once.
    func isRepeat(_ token: RefreshToken, on agent: Data?, within grace: Duration, at now: Date) -> Bool {
        Int(token.generation) == self.generation - 1 && !self.isChildUsed && self.agent == agent
            && now < self.rotatedAt.advanced(by: grace)
    }
}

/// Whose tokens do not count any more.
package enum RevocationScope: Sendable {
    case all
    case organisation(Identifier<Organisation>)
    case person(Identifier<Person>, in: Identifier<Organisation>)

    fileprivate var text: String {
        switch self {
        case .all: "all"
        case .organisation(let organisation): "organisation:\(organisation)"
        case .person(let person, let organisation): "person:\(organisation):\(person)"
        }
    }
}
