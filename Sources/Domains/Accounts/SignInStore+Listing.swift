import FoundationEssentials
import Kernel
import Postgres

/// Somebody's sign-ins, for them to look at and for others to end.
extension SignInStore {
    /// The newest act first.
    func live(
        _ decision: Decision<ListSignIns>, at now: Date, in tx: borrowing Transaction
    ) throws -> [SignInRecord] {
        try tx.execute(
            """
            SELECT id, device, address_prefix, created_at, last_act_at, EXISTS (SELECT FROM accounts.token_family
                WHERE tenant_id = app.tid() AND sign_in_id = sign_in.id) AS is_program
            FROM accounts.sign_in
            WHERE tenant_id = app.tid() AND account_id = \(decision.object.uuid) AND ended_at IS NULL
                AND (idle_until > \(now) OR tablet_id IS NOT NULL) AND absolute_until > \(now)
            ORDER BY last_act_at DESC, id DESC LIMIT 100
            """
        ).map { row in
            let id = Identifier<SignIn>(try row.read("id"))
            return SignInRecord(
                id: id, device: try row.readIfPresent("device"), network: try row.read("address_prefix"),
                beganAt: try row.read("created_at"), lastActiveAt: try row.read("last_act_at"),
                isCurrent: id == decision.principal.signIn, isProgram: try row.read("is_program"))
        }
    }

    /// When a program's sign-in was last ended because its refresh token came a second time; `nil` if none was lately.
    func lastReuse(
        _ decision: Decision<ListSignIns>, since moment: Date, in tx: borrowing Transaction
    ) throws -> Date? {
        try tx.execute(
            """
            SELECT max(reused_at) AS at FROM accounts.token_family
            JOIN accounts.sign_in ON sign_in.tenant_id = app.tid() AND sign_in.id = sign_in_id
            WHERE token_family.tenant_id = app.tid() AND account_id = \(decision.object.uuid)
                AND reused_at >= \(moment)
            """
        ).first?.readIfPresent("at")
    }

    /// How somebody stands to a sign-in; `nil` for one that is not theirs.
    func standing(
        of principal: Principal, to signIn: Identifier<SignIn>, in tx: borrowing Transaction
    ) throws -> Standing<SignIn>? {
        try tx.execute(
            """
            SELECT FROM accounts.sign_in
            JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = sign_in.account_id
            WHERE sign_in.tenant_id = app.tid() AND sign_in.id = \(signIn.uuid)
                AND account.person_id = \(principal.person.uuid)
            """
        ).first.map { _ in Standing(signIn, [.own], at: nil, state: "live") }
    }

    func end(_ decision: Decision<EndSignIn>, at now: Date, in tx: borrowing Transaction) throws -> Bool {
        try self.end(decision.object, .ended, at: now, in: tx)
    }

    /// All but the one it is asked through.
    func endOthers(_ decision: Decision<EndOtherSignIns>, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET ended_at = \(now), end_reason = \(EndReason.ended.rawValue)
            WHERE tenant_id = app.tid() AND account_id = \(decision.object.uuid) AND ended_at IS NULL
                AND id IS DISTINCT FROM \(decision.principal.signIn?.uuid)
            """)
    }

    /// Those of one account, or of the whole organisation; says whose each was.
    func endAll(
        of account: Identifier<Account>?, at now: Date, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET ended_at = \(now), end_reason = 'ended_by_other' FROM accounts.account
            WHERE sign_in.tenant_id = app.tid() AND sign_in.ended_at IS NULL AND sign_in.absolute_until > \(now)
                AND account.tenant_id = app.tid() AND account.id = sign_in.account_id
                AND (\(account?.uuid)::uuid IS NULL OR sign_in.account_id = \(account?.uuid))
            RETURNING account.person_id
            """
        ).map { Identifier(try $0.read("person_id")) }
    }

    func organisationsWithSignIns(at now: Date) -> SQL {
        "SELECT tenant_id FROM accounts.organisations_with_sign_ins(\(now))"
    }

    func endAll(
        of account: Identifier<Account>, _ reason: EndReason, besides signIn: Identifier<SignIn>? = nil, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.sign_in SET ended_at = \(now), end_reason = \(reason.rawValue)
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid) AND ended_at IS NULL
                AND id IS DISTINCT FROM \(signIn?.uuid)
            """)
    }
}
