import FoundationEssentials
import Kernel
import Postgres

/// Every statement about sign-ins.
struct SignInStore: Sendable {
    // MARK: Beginning

    func candidates(_ name: SignInName) -> SQL { "SELECT * FROM accounts.candidates(\(name.text))" }

    func candidate(_ row: PostgresRow) throws -> Candidate {
        Candidate(
            organisation: Identifier(try row.read("tenant_id")), account: Identifier(try row.read("account_id")),
            person: Identifier(try row.read("person_id")), hash: PasswordHash(try row.read("password_hash")),
            version: try row.read("version"))
    }

    /// Why the account cannot be used, or `nil` once the sign-in is there.
    ///
    /// The account's version shows that what was verified is still the password.
    func insert(
        _ signIn: Beginning, of candidate: Candidate, at now: Date, in tx: borrowing Transaction
    ) throws -> Refusal? {
        let account = try tx.execute(
            """
            SELECT version = \(candidate.version) AS is_same, accounts.refusal(id, \(now)) AS refusal
            FROM accounts.account WHERE tenant_id = app.tid() AND id = \(candidate.account.uuid) FOR SHARE
            """
        ).first
        guard let account, try account.read("is_same") else { return .wrongPassword }
        if let refusal = try account.readIfPresent("refusal", as: String.self) {
            return Refusal(rawValue: refusal) ?? .disabled
        }
        try tx.execute(
            """
            INSERT INTO accounts.sign_in (tenant_id, id, account_id, secret_hash, created_at, last_act_at, idle_until,
                absolute_until, address_prefix, agent_hash, device, password_at, tablet_id)
            VALUES (app.tid(), \(signIn.id.uuid), \(candidate.account.uuid), \(Blob(signIn.hash)), \(now), \(now),
                \(signIn.idleUntil), \(signIn.absoluteUntil), \(signIn.network.description),
                \(signIn.agent.map { Blob($0) }), \(signIn.device), \(now), \(signIn.tablet?.uuid))
            """)
        return nil
    }

    func replace(_ hash: PasswordHash, of candidate: Candidate, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.account SET password_hash = \(hash.text), version = version + 1
            WHERE tenant_id = app.tid() AND id = \(candidate.account.uuid) AND version = \(candidate.version)
            """)
    }

    // MARK: Going on

    /// Whoever shows these, as hashes; nothing for one that opens nothing.
    func visitors(_ secrets: [Data], at now: Date) -> SQL {
        """
        SELECT asked.hash, visitor.*, term.*, accounts.duty(visitor.tenant_id, visitor.account_id) AS duty
        FROM unnest(\(secrets.map { Blob($0) })) AS asked (hash)
        CROSS JOIN LATERAL accounts.anybody(asked.hash, \(now)) AS visitor
        CROSS JOIN LATERAL accounts.term_of(visitor.tenant_id, visitor.sign_in_id) AS term
        """
    }

    func facts(_ row: PostgresRow, codeSince fresh: Date) throws -> SignInFacts {
        let decoder = JSONDecoder.columns
        let hasFactor: Bool = try row.read("has_factor"), codeAt: Date? = try row.readIfPresent("code_at")
        let passwordAt: Date? = try row.readIfPresent("password_at")
        let tablet = try row.readIfPresent("tablet_id", as: UUID.self).map {
            SignInFacts.OnTablet(id: Identifier($0), hash: try row.read("tablet_hash"))
        }
        // A PIN shows too little for what asks for a code: where there is none, it is the password.
        let shownAt: Date? = hasFactor ? codeAt : tablet == nil ? Date.distantFuture : passwordAt
        return SignInFacts(
            organisation: Identifier(try row.read("tenant_id")), organisationName: try row.read("organisation"),
            account: Identifier(try row.read("account_id")), signIn: Identifier(try row.read("sign_in_id")),
            lastActAt: try row.read("last_act_at"), person: Identifier(try row.read("person_id")),
            fullName: try row.read("full_name"), preferredName: try row.read("preferred_name"),
            jobTitle: try row.readIfPresent("job_title"),
            duty: try row.readIfPresent("duty", as: String.self).flatMap { SignInFacts.Duty(rawValue: $0) },
            grants: try decoder.decode(
                [SignInFacts.HeldRole].self, from: Data(try row.read("grants", as: String.self).utf8)),
            homes: try decoder.decode([HomeRecord].self, from: Data(try row.read("homes", as: String.self).utf8)),
            awaitsCode: hasFactor && codeAt == nil, needsCode: (shownAt ?? .distantPast) <= fresh,
            lacksFactor: try row.read("lacks_factor"), hasFactor: hasFactor,
            idleUntil: try row.read("idle_until"), absoluteUntil: try row.read("absolute_until"), tablet: tablet)
    }

    /// Nothing, if another request was quicker.
    func touch(
        _ signIn: Identifier<SignIn>, at now: Date, idleUntil: Date, unlessSince quiet: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET last_act_at = \(now), idle_until = \(idleUntil)
            WHERE tenant_id = app.tid() AND id = \(signIn.uuid) AND ended_at IS NULL AND last_act_at <= \(quiet)
            """)
    }

    /// Those of these that hold, and whose they are.
    func live(_ signIns: [Identifier<SignIn>], at now: Date) -> SQL {
        """
        SELECT sign_in.id, account.person_id FROM accounts.sign_in
        JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = sign_in.account_id
        WHERE sign_in.tenant_id = app.tid() AND sign_in.id = ANY (\(signIns))
            AND sign_in.ended_at IS NULL AND sign_in.idle_until > \(now) AND sign_in.absolute_until > \(now)
            AND accounts.refusal(account.id, \(now)) IS NULL AND NOT account.must_change_password
            AND (sign_in.code_at IS NOT NULL OR NOT accounts.has_factor(app.tid(), account.id))
            AND NOT accounts.lacks_factor(app.tid(), account.id, \(now))
            AND NOT EXISTS (SELECT FROM accounts.token_family AS family WHERE family.tenant_id = app.tid()
                AND family.sign_in_id = sign_in.id
                AND accounts.is_revoked(app.tid(), account.person_id, family.created_at))
        """
    }

    /// How somebody stands to the account that they are signed in with.
    func ownStanding(through signIn: Identifier<SignIn>, in tx: borrowing Transaction) throws -> Standing<Account>? {
        try tx.execute(
            """
            SELECT account.id, account.state FROM accounts.sign_in
            JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = sign_in.account_id
            WHERE sign_in.tenant_id = app.tid() AND sign_in.id = \(signIn.uuid) AND account.person_id = app.person()
            """
        ).first.map { row in
            Standing(Identifier(try row.read("id")), [.own], at: nil, state: try row.read("state"))
        }
    }

    // MARK: Ending

    func end(
        _ decision: Decision<SignOut>, _ reason: EndReason, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try self.end(decision.object, reason, at: now, in: tx)
    }

    /// False if it had ended before.
    func end(
        _ signIn: Identifier<SignIn>, _ reason: EndReason, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET ended_at = \(now), end_reason = \(reason.rawValue)
            WHERE tenant_id = app.tid() AND id = \(signIn.uuid) AND ended_at IS NULL
            """
        ).affected == 1
    }

    func forget(before: Date, atMost batch: Int) -> SQL {
        "SELECT accounts.forget_sign_ins(\(before), \(batch)) AS count"
    }

    enum EndReason: String {
        case signedOut = "signed_out"
        case replaced, ended, closed
        case endedByOther = "ended_by_other"
        case passwordChanged = "password_changed"
        case passwordReset = "password_reset"
    }
}

extension JSONDecoder {
    /// For what a statement puts together as JSON, under the names of its columns.
    static var columns: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}

/// An account that a name may mean.
struct Candidate: Sendable {
    let organisation: Identifier<Organisation>
    let account: Identifier<Account>
    let person: Identifier<Person>
    let hash: PasswordHash
    let version: Int
}

/// Why somebody was not let in, for the audit of their own organisation; they are told none of it.
enum Refusal: String, Sendable {
    case wrongPassword = "wrong_password"
    case disabled, left, suspended
    case noRole = "no_role"
}

/// A sign-in as it is about to be stored.
struct Beginning: Sendable {
    let id: Identifier<SignIn>
    let hash: Data
    let idleUntil: Date
    let absoluteUntil: Date
    let network: AddressPrefix
    let agent: Data?
    /// What it calls itself, as a person would say it.
    let device: String?
    /// The shared tablet that it belongs to.
    let tablet: Identifier<Tablet>?
}

/// When a sign-in is over if nobody does anything.
struct IdleEnds: Sendable {
    let anywhere: Date
    let onTablet: Date
}
