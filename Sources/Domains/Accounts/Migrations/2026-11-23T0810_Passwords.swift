import Postgres

extension Migration {
    /// Passwords that are hashed in either way, changed by their owner, asked for anew, and set again by a link.
    static let passwords = Migration(
        "2026-11-23T0810 passwords",
        """
        ALTER TABLE accounts.account ADD CONSTRAINT account_password_form
            CHECK (password_hash LIKE '$argon2id$%' OR password_hash LIKE '$2b$%') NOT VALID;
        ALTER TABLE accounts.account DROP CONSTRAINT account_password_hash_check;
        -- Whoever signs in chooses a new one before anything else.
        ALTER TABLE accounts.account ADD COLUMN must_change_password boolean NOT NULL DEFAULT false;
        GRANT SELECT (must_change_password), UPDATE (must_change_password) ON accounts.account TO wcc_app;
        ALTER TABLE accounts.sign_in ADD CONSTRAINT sign_in_ending CHECK (end_reason IN ('signed_out', 'replaced',
            'ended', 'ended_by_other', 'closed', 'password_changed', 'password_reset')) NOT VALID;
        ALTER TABLE accounts.sign_in DROP CONSTRAINT sign_in_end;

        -- A link with which somebody who is shut out chooses a new password. The link itself is nowhere.
        CREATE TABLE accounts.password_reset (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            account_id uuid NOT NULL,
            secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            -- Whose right it rests on, asked again when somebody comes with it; nobody for wcc.
            made_by uuid,
            -- As whose contact its owner has a sign-in; nobody's for those who work here.
            resident_id uuid,
            ended_at timestamptz,
            end_reason text CHECK (end_reason IN ('used', 'replaced')),
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id),
            FOREIGN KEY (tenant_id, made_by) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            CHECK ((ended_at IS NULL) = (end_reason IS NULL))
        );
        CREATE INDEX password_reset_secret ON accounts.password_reset (secret_hash);
        CREATE UNIQUE INDEX password_reset_open ON accounts.password_reset (tenant_id, account_id)
            WHERE ended_at IS NULL;
        SELECT app.protect('accounts.password_reset', 'SELECT, INSERT, UPDATE (ended_at, end_reason)');
        GRANT SELECT ON accounts.password_reset TO wcc_system;

        -- The hash of whoever asks, which the application can read in no other way.
        CREATE FUNCTION accounts.own_password() RETURNS TABLE (
            tenant_id uuid, account_id uuid, person_id uuid, password_hash text, version bigint, username text,
            email text
        ) LANGUAGE sql STABLE AS $$
            SELECT account.tenant_id, account.id, account.person_id, account.password_hash, account.version,
                account.username, account.email
            FROM accounts.account WHERE account.tenant_id = app.tid() AND account.person_id = app.person()
        $$;
        SELECT app.across_tenants('accounts.own_password()');

        -- What somebody must do before anything else; NULL if nothing. Read with whoever shows a cookie.
        CREATE FUNCTION accounts.duty(organisation uuid, asked uuid) RETURNS text LANGUAGE sql STABLE AS $$
            SELECT CASE WHEN account.must_change_password THEN 'password' END
            FROM accounts.account WHERE account.tenant_id = organisation AND account.id = asked
        $$;
        SELECT app.across_tenants('accounts.duty(uuid, uuid)');

        -- Whom a link is for, while it opens anything. Whoever shows it is not signed in.
        CREATE FUNCTION accounts.password_reset_of(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, id uuid, account_id uuid, person_id uuid, username text, email text, organisation text,
            full_name text, preferred_name text
        ) LANGUAGE sql STABLE AS $$
            SELECT reset.tenant_id, reset.id, account.id, person.id, account.username, account.email,
                organisation.name, person.full_name, person.preferred_name
            FROM accounts.password_reset AS reset
            JOIN accounts.account ON account.tenant_id = reset.tenant_id AND account.id = reset.account_id
            JOIN accounts.organisation ON organisation.tenant_id = reset.tenant_id
            JOIN people.person ON person.tenant_id = reset.tenant_id AND person.id = account.person_id
            WHERE reset.secret_hash = asked AND reset.ended_at IS NULL AND reset.expires_at > moment
                AND accounts.gate(reset.tenant_id, account.id, moment) IS NULL
        $$;
        SELECT app.across_tenants('accounts.password_reset_of(bytea, timestamptz)');
        """)

    /// A step of its own, because it reads whole tables and must not keep the locks of the one before.
    static let passwordsChecked = Migration(
        "2026-11-23T0811 passwords checked",
        """
        ALTER TABLE accounts.account VALIDATE CONSTRAINT account_password_form;
        ALTER TABLE accounts.sign_in VALIDATE CONSTRAINT sign_in_ending;
        """)
}
