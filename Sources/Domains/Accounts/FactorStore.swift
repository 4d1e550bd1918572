import FoundationEssentials
import Kernel
import Postgres
import Sealing

/// Every statement about second factors.
struct FactorStore: Sendable {
    /// Somebody's app, as its row has it.
    struct Row: Sendable {
        let id: UUID
        let secret: Data
        let begunAt: Date
        let confirmedAt: Date?
        let lastStep: Int?
        let wrong: Int
        let waitUntil: Date?
    }

    static func place(of id: UUID, in organisation: Identifier<Organisation>) -> SealedPlace {
        SealedPlace(
            table: "accounts.factor", column: "secret", organisation: organisation,
            row: Identifier<SealedPlace>(id).description)
    }

    // MARK: Reading

    /// Held, whoever else asks for it waits until the end, so that codes are taken one by one.
    func factor(
        of account: Identifier<Account>, holding isHeld: Bool = false, in tx: borrowing Transaction
    ) throws -> Row? {
        let lock: SQL = isHeld ? "FOR UPDATE" : ""
        return try tx.execute(
            """
            SELECT id, secret, begun_at, confirmed_at, last_step, wrong, wait_until FROM accounts.factor
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid) \(fragment: lock)
            """
        ).first.map { row in
            Row(
                id: try row.read("id"), secret: try row.read("secret"),
                begunAt: try row.read("begun_at"), confirmedAt: try row.readIfPresent("confirmed_at"),
                lastStep: try row.readIfPresent("last_step"), wrong: try row.read("wrong"),
                waitUntil: try row.readIfPresent("wait_until"))
        }
    }

    /// How many are left, and when one was used last.
    func recovery(
        of account: Identifier<Account>, in tx: borrowing Transaction
    ) throws -> (left: Int, usedAt: Date?) {
        let row = try tx.execute(
            """
            SELECT count(*) FILTER (WHERE used_at IS NULL) AS unused, max(used_at) AS used_at
            FROM accounts.recovery_code WHERE tenant_id = app.tid() AND account_id = \(account.uuid)
            """
        ).first
        return (try row?.read("unused") ?? 0, try row?.readIfPresent("used_at"))
    }

    /// Whether the organisation asks for it of somebody with this account's roles, whatever they have.
    func isRequired(
        of account: Identifier<Account>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            SELECT FROM accounts.factor_policy
            JOIN accounts.role_grant ON role_grant.tenant_id = app.tid() AND role = ANY (factor_policy.roles)
            WHERE factor_policy.tenant_id = app.tid() AND account_id = \(account.uuid) AND valid_from <= \(now)
                AND (valid_until IS NULL OR valid_until > \(now)) LIMIT 1
            """
        ).count == 1
    }

    // MARK: Setting up

    /// Begins, or begins again; false if there is one that is confirmed.
    func begin(
        _ id: UUID, _ secret: Data, _ decision: Decision<SetUpFactor>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO accounts.factor (tenant_id, account_id, id, secret, begun_at)
            VALUES (app.tid(), \(decision.object.uuid), \(id), \(Blob(secret)), \(now))
            ON CONFLICT (tenant_id, account_id) DO UPDATE SET id = excluded.id, secret = excluded.secret,
                begun_at = excluded.begun_at WHERE factor.confirmed_at IS NULL
            """
        ).affected == 1
    }

    func confirm(
        _ decision: Decision<ConfirmFactor>, step: Int, at now: Date, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.factor SET confirmed_at = \(now), last_step = \(step)
            WHERE tenant_id = app.tid() AND account_id = \(decision.object.uuid)
            """)
    }

    func replaceRecoveryCodes(
        _ codes: [RecoveryCode], of account: Identifier<Account>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            "DELETE FROM accounts.recovery_code WHERE tenant_id = app.tid() AND account_id = \(account.uuid)")
        try tx.execute(
            """
            INSERT INTO accounts.recovery_code (tenant_id, account_id, code_hash)
            SELECT app.tid(), \(account.uuid), hash FROM unnest(\(codes.map { Blob($0.hash) })) AS new (hash)
            """)
    }

    /// Whether there was one; what is only begun asks for nothing, and stays.
    func remove(_ account: Identifier<Account>, in tx: borrowing Transaction) throws -> Bool {
        let isGone =
            try tx.execute(
                """
                DELETE FROM accounts.factor
                WHERE tenant_id = app.tid() AND account_id = \(account.uuid) AND confirmed_at IS NOT NULL
                """
            ).affected == 1
        try tx.execute(
            "DELETE FROM accounts.recovery_code WHERE tenant_id = app.tid() AND account_id = \(account.uuid)")
        return isGone
    }

    // MARK: Codes

    func use(step: Int, of account: Identifier<Account>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.factor SET last_step = \(step), wrong = 0, wait_until = NULL
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid)
            """)
    }

    /// False if it is none of theirs, or was used.
    func use(
        _ code: RecoveryCode, of account: Identifier<Account>, at now: Date, in tx: borrowing Transaction
    ) throws -> Bool {
        let isUsed =
            try tx.execute(
                """
                UPDATE accounts.recovery_code SET used_at = \(now)
                WHERE tenant_id = app.tid() AND account_id = \(account.uuid) AND code_hash = \(Blob(code.hash))
                    AND used_at IS NULL
                """
            ).affected == 1
        guard isUsed else { return false }
        try tx.execute(
            """
            UPDATE accounts.factor SET wrong = 0, wait_until = NULL
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid)
            """)
        return true
    }

    func noteWrong(
        _ wrong: Int, waitUntil: Date?, of account: Identifier<Account>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.factor SET wrong = \(wrong), wait_until = \(waitUntil)
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid)
            """)
    }

    // MARK: Keys

    /// What is sealed with another key than this one, in all organisations.
    func sealedOtherwise(than key: Data, after id: UUID?, atMost batch: Int) -> SQL {
        "SELECT tenant_id, id, secret FROM accounts.sealed_otherwise(\(Blob(key)), \(id), \(batch))"
    }

    /// False if somebody has changed or removed it meanwhile.
    func reseal(_ id: UUID, from old: Data, to new: Data, in tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.factor SET secret = \(Blob(new))
            WHERE tenant_id = app.tid() AND id = \(id) AND secret = \(Blob(old))
            """
        ).affected == 1
    }

    // MARK: Whom it is asked of

    func policy(in tx: borrowing Transaction) throws -> FactorPolicy {
        try tx.execute("SELECT roles, version FROM accounts.factor_policy WHERE tenant_id = app.tid()").first
            .map { row in
                let names = Set(try row.read("roles", as: [String].self))
                return FactorPolicy(
                    roles: Role.allCases.filter { names.contains($0.rawValue) }, version: try row.read("version"))
            } ?? .standard
    }

    /// Writes it, if it is still the version that was seen; its new version, or nothing.
    func set(
        _ roles: [Role], seen version: Int?, _ decision: Decision<ChangeFactorPolicy>, at now: Date,
        in tx: borrowing Transaction
    ) throws -> Int? {
        // Without a row the version is 1. Of two who see that, the second meets the row of the first.
        try tx.execute(
            """
            INSERT INTO accounts.factor_policy (tenant_id, roles, version, changed_by, changed_at)
            SELECT app.tid(), \(roles.map(\.rawValue)), 2, \(decision.person.uuid), \(now)
            WHERE coalesce(\(version), 1) = 1
                OR EXISTS (SELECT FROM accounts.factor_policy WHERE tenant_id = app.tid())
            ON CONFLICT (tenant_id) DO UPDATE SET roles = excluded.roles, version = factor_policy.version + 1,
                changed_by = excluded.changed_by, changed_at = excluded.changed_at
            WHERE coalesce(\(version), factor_policy.version) = factor_policy.version
            RETURNING version
            """
        ).first.map { try $0.read("version") }
    }
}

extension SignInStore {
    /// Puts a new sign-in in the place of one; false if that has ended.
    ///
    /// It has shown a code at `codeAt` and the password at `passwordAt`, or when the earlier one did.
    func renew(
        _ signIn: Identifier<SignIn>, as renewed: Identifier<SignIn>, hash: Data, at now: Date, idle: IdleEnds,
        codeAt: Date? = nil, passwordAt: Date? = nil, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            WITH earlier AS (
                UPDATE accounts.sign_in SET ended_at = \(now), end_reason = \(EndReason.replaced.rawValue)
                WHERE tenant_id = app.tid() AND id = \(signIn.uuid) AND ended_at IS NULL
                    AND idle_until > \(now) AND absolute_until > \(now)
                RETURNING account_id, created_at, absolute_until, address_prefix, agent_hash, device, code_at,
                    password_at, tablet_id
            ), family AS (
                -- A program goes on with the tokens that it has.
                UPDATE accounts.token_family SET sign_in_id = \(renewed.uuid)
                WHERE tenant_id = app.tid() AND sign_in_id = \(signIn.uuid) AND EXISTS (SELECT FROM earlier)
            )
            INSERT INTO accounts.sign_in (tenant_id, id, account_id, secret_hash, created_at, last_act_at, idle_until,
                absolute_until, address_prefix, agent_hash, device, code_at, password_at, tablet_id)
            SELECT app.tid(), \(renewed.uuid), account_id, \(Blob(hash)), created_at, \(now),
                CASE WHEN tablet_id IS NULL THEN \(idle.anywhere) ELSE \(idle.onTablet) END,
                absolute_until, address_prefix, agent_hash, device, coalesce(\(codeAt), code_at),
                coalesce(\(passwordAt), password_at), tablet_id
            FROM earlier
            """
        ).affected == 1
    }
}
