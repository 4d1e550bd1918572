import FoundationEssentials
import Kernel
import Postgres

/// What is written of passwords, and the links with which they are set anew.
extension SignInStore {
    /// Why an account opens nothing, or `nil`; nobody closes it until the commit.
    func refusal(
        of account: Identifier<Account>, at now: Date, in tx: borrowing Transaction
    ) throws -> Refusal? {
        let row = try tx.execute(
            """
            SELECT accounts.refusal(id, \(now)) AS refusal
            FROM accounts.account WHERE tenant_id = app.tid() AND id = \(account.uuid) FOR SHARE
            """
        ).first
        guard let row else { return .disabled }
        return try row.readIfPresent("refusal", as: String.self).map { Refusal(rawValue: $0) ?? .disabled }
    }

    /// Whoever asks, with the hash of their password, and what they sign in with.
    func own(in tx: borrowing Transaction) throws -> (candidate: Candidate, names: [String])? {
        try tx.execute("SELECT * FROM accounts.own_password()").first.map { row in
            (
                try self.candidate(row),
                [try row.read("username"), try row.readIfPresent("email", as: String.self)].compactMap { $0 }
            )
        }
    }

    /// False if the password is not that any more which was verified.
    func change(
        to hash: PasswordHash, of candidate: Candidate, in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts.account SET password_hash = \(hash.text), must_change_password = false,
                version = version + 1
            WHERE tenant_id = app.tid() AND id = \(candidate.account.uuid) AND version = \(candidate.version)
            """
        ).affected == 1
    }

    func requireChange(of account: Identifier<Account>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.account SET must_change_password = true
            WHERE tenant_id = app.tid() AND id = \(account.uuid)
            """)
    }

    // MARK: By a link

    /// Of several that are made for one account only the last opens anything.
    func insert(
        _ id: Identifier<PasswordReset>, of account: Identifier<Account>, hash: Data, until expiry: Date,
        by person: Identifier<Person>?, asContactOf resident: Identifier<Person>? = nil, at now: Date,
        in tx: borrowing Transaction
    ) throws {
        try self.endPasswordResets(of: account, at: now, in: tx)
        try tx.execute(
            """
            INSERT INTO accounts.password_reset (tenant_id, id, account_id, secret_hash, created_at, expires_at,
                made_by, resident_id)
            VALUES (app.tid(), \(id.uuid), \(account.uuid), \(Blob(hash)), \(now), \(expiry), \(person?.uuid),
                \(resident?.uuid))
            """)
    }

    func endPasswordResets(of account: Identifier<Account>, at now: Date, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE accounts.password_reset SET ended_at = \(now), end_reason = 'replaced'
            WHERE tenant_id = app.tid() AND account_id = \(account.uuid) AND ended_at IS NULL
            """)
    }

    func passwordReset(_ secret: Secret, at now: Date) -> SQL {
        "SELECT * FROM accounts.password_reset_of(\(Blob(secret.hash)), \(now))"
    }

    func passwordReset(_ row: PostgresRow) throws -> PasswordReset {
        PasswordReset(
            organisation: Identifier(try row.read("tenant_id")), id: Identifier(try row.read("id")),
            account: Identifier(try row.read("account_id")), person: Identifier(try row.read("person_id")),
            organisationName: try row.read("organisation"), name: try row.read("full_name"),
            preferredName: try row.read("preferred_name"), username: try row.read("username"),
            email: try row.readIfPresent("email"))
    }

    /// Whose right a link rests on, once nobody else comes with it; `nil` if somebody has, or it is over.
    func use(
        _ reset: PasswordReset, at now: Date, in tx: borrowing Transaction
    ) throws -> (maker: Identifier<Person>?, resident: Identifier<Person>?)? {
        try tx.execute(
            """
            UPDATE accounts.password_reset SET ended_at = \(now), end_reason = 'used'
            WHERE tenant_id = app.tid() AND id = \(reset.id.uuid) AND ended_at IS NULL AND expires_at > \(now)
            RETURNING made_by, resident_id
            """
        ).first.map { row in
            (
                try row.readIfPresent("made_by", as: UUID.self).map { Identifier($0) },
                try row.readIfPresent("resident_id", as: UUID.self).map { Identifier($0) }
            )
        }
    }

    /// Sets a password whatever the one before was; nobody signs in with that any more.
    func reset(
        to hash: PasswordHash, of account: Identifier<Account>, in tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE accounts.account SET password_hash = \(hash.text), must_change_password = false,
                version = version + 1
            WHERE tenant_id = app.tid() AND id = \(account.uuid)
            """)
    }

    func forgetPasswordResets(before: Date, atMost batch: Int) -> SQL {
        "SELECT accounts.forget_password_resets(\(before), \(batch)) AS count"
    }
}
