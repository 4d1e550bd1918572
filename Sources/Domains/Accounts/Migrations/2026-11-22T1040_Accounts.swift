import Postgres

extension Migration {
    static let accounts = Migration(
        "2026-11-22T1040 accounts",
        """
        CREATE SCHEMA accounts;
        GRANT USAGE ON SCHEMA accounts TO wcc_app;

        CREATE TABLE accounts.organisation (
            tenant_id uuid NOT NULL UNIQUE,
            id uuid NOT NULL CHECK (id = tenant_id),
            name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
            created_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id)
        );
        SELECT app.protect('accounts.organisation', 'SELECT, INSERT, UPDATE (name)');

        CREATE TABLE accounts.home (
            tenant_id uuid NOT NULL REFERENCES accounts.organisation (tenant_id),
            id uuid NOT NULL,
            name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
            tint text NOT NULL CHECK (tint ~ '^[a-z]{1,20}$'),
            -- NULL while nobody has said.
            type text CHECK (type IN ('nursing', 'residential', 'dual')),
            time_zone text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
            position integer NOT NULL,
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, name)
        );
        SELECT app.protect('accounts.home', 'SELECT, INSERT, UPDATE');

        CREATE TABLE accounts.unit (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            home_id uuid NOT NULL,
            name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
            position integer NOT NULL,
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, home_id, id),
            UNIQUE (tenant_id, home_id, name),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id)
        );
        SELECT app.protect('accounts.unit', 'SELECT, INSERT, UPDATE');

        -- Names are stored as they are looked up: canonical. A username has no @ and an address has one, so that no
        -- name means two accounts of an organisation.
        CREATE TABLE accounts.account (
            tenant_id uuid NOT NULL REFERENCES accounts.organisation (tenant_id),
            id uuid NOT NULL,
            person_id uuid NOT NULL,
            username text NOT NULL CHECK (username ~ '^[^@[:space:]]{1,64}$'),
            email text CHECK (length(email) <= 254 AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
            password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
            state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
            version bigint NOT NULL DEFAULT 1,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, person_id),
            UNIQUE (tenant_id, username),
            UNIQUE (tenant_id, email)
        );
        CREATE INDEX account_username ON accounts.account (username);
        CREATE INDEX account_email ON accounts.account (email);
        -- The application writes hashes and cannot read them; those that it must check come from the function below.
        SELECT app.protect('accounts.account', 'SELECT (tenant_id, id, person_id, username, email, state, version,
            created_at), INSERT, UPDATE (username, email, password_hash, state, version)');

        CREATE TABLE accounts.role_grant (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            account_id uuid NOT NULL,
            role text NOT NULL CHECK (role ~ '^[a-z_]{2,40}$'),
            scope_kind text NOT NULL CHECK (scope_kind IN ('organisation', 'home', 'unit')),
            home_id uuid,
            unit_id uuid,
            valid_from timestamptz NOT NULL,
            valid_until timestamptz CHECK (valid_until > valid_from),
            -- A person; nobody for what was there from the beginning.
            granted_by uuid,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id, unit_id) REFERENCES accounts.unit (tenant_id, home_id, id),
            CHECK ((home_id IS NOT NULL) = (scope_kind IN ('home', 'unit'))),
            CHECK ((unit_id IS NOT NULL) = (scope_kind = 'unit'))
        );
        CREATE INDEX role_grant_account ON accounts.role_grant (tenant_id, account_id);
        CREATE UNIQUE INDEX role_grant_once ON accounts.role_grant (tenant_id, account_id, role, home_id, unit_id)
            NULLS NOT DISTINCT WHERE valid_until IS NULL;
        SELECT app.protect('accounts.role_grant', 'SELECT, INSERT, UPDATE (valid_until)');

        -- The cookie itself is nowhere: only its hash.
        CREATE TABLE accounts.sign_in (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            account_id uuid NOT NULL,
            secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
            created_at timestamptz NOT NULL,
            last_act_at timestamptz NOT NULL,
            idle_until timestamptz NOT NULL,
            absolute_until timestamptz NOT NULL,
            ended_at timestamptz,
            end_reason text CHECK (end_reason IN ('signed_out', 'replaced')),
            address_prefix text NOT NULL CHECK (length(address_prefix) <= 64),
            agent_hash bytea CHECK (length(agent_hash) = 32),
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, secret_hash),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id),
            CHECK ((ended_at IS NULL) = (end_reason IS NULL))
        ) WITH (fillfactor = 70);
        CREATE INDEX sign_in_secret ON accounts.sign_in (secret_hash);
        CREATE INDEX sign_in_account ON accounts.sign_in (tenant_id, account_id, created_at);
        CREATE INDEX sign_in_end ON accounts.sign_in (absolute_until);
        SELECT app.protect('accounts.sign_in',
            'SELECT, INSERT, UPDATE (last_act_at, idle_until, ended_at, end_reason)');

        -- How the first administrator gets in, once.
        CREATE TABLE accounts.invitation (
            tenant_id uuid NOT NULL REFERENCES accounts.organisation (tenant_id),
            id uuid NOT NULL,
            secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            PRIMARY KEY (tenant_id, id)
        );
        SELECT app.protect('accounts.invitation', 'SELECT, INSERT, UPDATE (expires_at, used_at)');

        GRANT SELECT ON accounts.organisation, accounts.home, accounts.unit, accounts.account, accounts.role_grant,
            accounts.sign_in, accounts.invitation TO wcc_system;

        -- Whoever may be meant by a name. Organisations choose names without knowing of each other; of the few that
        -- share one, the password decides.
        CREATE FUNCTION accounts.candidates(asked text) RETURNS TABLE (
            tenant_id uuid, account_id uuid, person_id uuid, password_hash text, version bigint, state text
        ) LANGUAGE sql STABLE AS $$
            SELECT account.tenant_id, account.id, account.person_id, account.password_hash, account.version,
                account.state
            FROM accounts.account WHERE account.username = asked OR account.email = asked
            ORDER BY account.created_at, account.id LIMIT 4
        $$;
        SELECT app.across_tenants('accounts.candidates(text)');

        -- Whether anybody can sign in yet, and whom the newest invitation waits for if not.
        CREATE FUNCTION accounts.first_administrator() RETURNS TABLE (
            is_set_up boolean, tenant_id uuid, invitation_id uuid, organisation text, secret_hash bytea,
            expires_at timestamptz
        ) LANGUAGE sql STABLE AS $$
            SELECT state.is_set_up, invited.tenant_id, invited.id, invited.name, invited.secret_hash,
                invited.expires_at
            FROM (SELECT EXISTS (SELECT FROM accounts.account) AS is_set_up) AS state
            LEFT JOIN LATERAL (
                SELECT invitation.*, organisation.name FROM accounts.invitation
                JOIN accounts.organisation ON organisation.tenant_id = invitation.tenant_id
                WHERE invitation.used_at IS NULL ORDER BY invitation.expires_at DESC, invitation.id DESC LIMIT 1
            ) AS invited ON NOT state.is_set_up
        $$;
        SELECT app.across_tenants('accounts.first_administrator()');

        -- Where one organisation is served, its sign-in page says so; where there are several, no row.
        CREATE FUNCTION accounts.only_organisation() RETURNS TABLE (name text, homes json) LANGUAGE sql STABLE AS $$
            SELECT organisation.name, coalesce((
                SELECT json_agg(home.name ORDER BY home.position, home.name) FROM accounts.home
                WHERE home.tenant_id = organisation.tenant_id), '[]')
            FROM accounts.organisation WHERE 1 = (SELECT count(*) FROM (
                SELECT FROM accounts.organisation LIMIT 2) AS any_two)
        $$;
        SELECT app.across_tenants('accounts.only_organisation()');
        """)
}
