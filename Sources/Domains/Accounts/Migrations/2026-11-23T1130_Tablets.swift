import Postgres

extension Migration {
    /// Tablets that several people share, each signed in as themselves.
    static let tablets = Migration(
        "2026-11-23T1130 shared tablets",
        """
        CREATE TABLE accounts.tablet (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            home_id uuid NOT NULL,
            name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
            -- What the device shows is nowhere: only its hash.
            secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
            enrolled_by uuid NOT NULL,
            enrolled_at timestamptz NOT NULL,
            last_used_at timestamptz,
            -- Places taken by PINs within the hour that began then; those that were right are given back.
            tries smallint NOT NULL DEFAULT 0,
            tries_since timestamptz,
            ended_at timestamptz,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
            FOREIGN KEY (tenant_id, enrolled_by) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX tablet_secret ON accounts.tablet (secret_hash);
        SELECT app.protect('accounts.tablet',
            'SELECT, INSERT, UPDATE (last_used_at, tries, tries_since, ended_at)');

        -- Whoever has signed in fully on a tablet, with the PIN that they have chosen for it.
        CREATE TABLE accounts.tablet_person (
            tenant_id uuid NOT NULL,
            tablet_id uuid NOT NULL,
            account_id uuid NOT NULL,
            -- A hash, sealed: a copy of the database has neither the PIN nor a way to try all of them.
            pin bytea CHECK (length(pin) BETWEEN 90 AND 800),
            set_at timestamptz,
            -- Places taken since the last right one; at five only a full sign-in opens anything.
            tries smallint NOT NULL DEFAULT 0,
            PRIMARY KEY (tenant_id, tablet_id, account_id),
            FOREIGN KEY (tenant_id, tablet_id) REFERENCES accounts.tablet (tenant_id, id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id)
        );
        SELECT app.protect('accounts.tablet_person', 'SELECT, INSERT, UPDATE (pin, set_at, tries)');

        -- The tablet that a sign-in belongs to: quiet for some minutes it is locked, and not over. And when its password
        -- was last shown, for what asks for that where there is no second factor.
        ALTER TABLE accounts.sign_in ADD COLUMN tablet_id uuid;
        ALTER TABLE accounts.sign_in ADD COLUMN password_at timestamptz;
        ALTER TABLE accounts.sign_in ADD CONSTRAINT sign_in_tablet FOREIGN KEY (tenant_id, tablet_id)
            REFERENCES accounts.tablet (tenant_id, id) NOT VALID;

        -- What somebody had typed when their sign-in was over or locked, until they come back for it.
        CREATE TABLE accounts.kept_form (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            account_id uuid NOT NULL,
            content bytea NOT NULL CHECK (length(content) <= 400000),
            kept_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id)
        );
        CREATE INDEX kept_form_account ON accounts.kept_form (tenant_id, account_id, kept_at);
        CREATE INDEX kept_form_age ON accounts.kept_form (kept_at);
        SELECT app.protect('accounts.kept_form', 'SELECT, INSERT, DELETE');

        GRANT SELECT ON accounts.tablet TO wcc_system;
        GRANT SELECT, DELETE ON accounts.kept_form TO wcc_system;

        -- Read with whoever shows a cookie.
        CREATE FUNCTION accounts.term_of(organisation uuid, asked uuid) RETURNS TABLE (
            idle_until timestamptz, absolute_until timestamptz, password_at timestamptz, tablet_id uuid,
            tablet_hash bytea
        ) LANGUAGE sql STABLE AS $$
            SELECT sign_in.idle_until, sign_in.absolute_until, sign_in.password_at, tablet.id, tablet.secret_hash
            FROM accounts.sign_in
            LEFT JOIN accounts.tablet ON tablet.tenant_id = sign_in.tenant_id AND tablet.id = sign_in.tablet_id
            WHERE sign_in.tenant_id = organisation AND sign_in.id = asked
        $$;
        SELECT app.across_tenants('accounts.term_of(uuid, uuid)');

        -- The tablet that a device shows; whoever holds it may not be signed in.
        CREATE FUNCTION accounts.tablet_shown(asked bytea) RETURNS TABLE (
            tenant_id uuid, id uuid, name text, home text, organisation text
        ) LANGUAGE sql STABLE AS $$
            SELECT tablet.tenant_id, tablet.id, tablet.name, home.name, organisation.name
            FROM accounts.tablet
            JOIN accounts.home ON home.tenant_id = tablet.tenant_id AND home.id = tablet.home_id
            JOIN accounts.organisation ON organisation.tenant_id = tablet.tenant_id
            WHERE tablet.secret_hash = asked AND tablet.ended_at IS NULL AND organisation.state = 'active'
        $$;
        SELECT app.across_tenants('accounts.tablet_shown(bytea)');

        -- Whose sign-in it was that is over by its time, or locked, and by nobody's act: only what they typed is kept.
        CREATE FUNCTION accounts.over_by_time(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, account_id uuid, sign_in_id uuid, person_id uuid
        ) LANGUAGE sql STABLE AS $$
            SELECT sign_in.tenant_id, sign_in.account_id, sign_in.id, account.person_id FROM accounts.sign_in
            JOIN accounts.account ON account.tenant_id = sign_in.tenant_id AND account.id = sign_in.account_id
            WHERE sign_in.secret_hash = asked AND sign_in.ended_at IS NULL
                AND (sign_in.code_at IS NOT NULL OR NOT accounts.has_factor(sign_in.tenant_id, account.id))
                AND (sign_in.idle_until <= moment OR sign_in.absolute_until <= moment)
                AND sign_in.absolute_until > moment - interval '12 hours'
                AND accounts.gate(account.tenant_id, account.id, moment) IS NULL
        $$;
        SELECT app.across_tenants('accounts.over_by_time(bytea, timestamptz)');

        CREATE FUNCTION accounts.forget_kept_forms(before timestamptz, most bigint) RETURNS bigint LANGUAGE sql AS $$
            WITH old AS (
                SELECT kept_form.tenant_id, kept_form.id FROM accounts.kept_form
                WHERE kept_form.kept_at < before LIMIT most FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM accounts.kept_form AS known USING old
                WHERE (known.tenant_id, known.id) = (old.tenant_id, old.id) RETURNING 1
            )
            SELECT count(*) FROM gone
        $$;
        GRANT UPDATE ON accounts.kept_form TO wcc_system;
        SELECT app.across_tenants('accounts.forget_kept_forms(timestamptz, bigint)');

        -- For whoever runs the installation and ends every sign-in of it.
        CREATE FUNCTION accounts.organisations_with_sign_ins(moment timestamptz) RETURNS TABLE (tenant_id uuid)
        LANGUAGE sql STABLE AS $$
            SELECT DISTINCT sign_in.tenant_id FROM accounts.sign_in
            WHERE sign_in.ended_at IS NULL AND sign_in.absolute_until > moment
        $$;
        SELECT app.across_tenants('accounts.organisations_with_sign_ins(timestamptz)');
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let tabletsChecked = Migration(
        "2026-11-23T1131 shared tablets checked",
        "ALTER TABLE accounts.sign_in VALIDATE CONSTRAINT sign_in_tablet;")

    static let tabletSignIns = Migration(
        "2026-11-23T1132 sign-ins of a tablet",
        """
        CREATE INDEX CONCURRENTLY IF NOT EXISTS sign_in_on_tablet ON accounts.sign_in (tenant_id, tablet_id)
            WHERE tablet_id IS NOT NULL AND ended_at IS NULL
        """, isTransactional: false)
}
