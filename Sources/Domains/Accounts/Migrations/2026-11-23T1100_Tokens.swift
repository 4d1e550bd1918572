import Postgres

extension Migration {
    /// Keys that sign access tokens.
    ///
    /// They are the installation's and no organisation's, so the application reaches them through functions only.
    static let signingKeys = Migration(
        "2026-11-23T1100 signing keys",
        """
        CREATE TABLE accounts.signing_key (
            -- What RFC 7638 makes of the public half, so that no name can stand for another key.
            kid text PRIMARY KEY CHECK (kid ~ '^[A-Za-z0-9_-]{43}$'),
            algorithm text NOT NULL CHECK (algorithm = 'ES256'),
            public_key bytea NOT NULL CHECK (length(public_key) = 64),
            -- Sealed; gone as soon as the key signs no more.
            private_key bytea CHECK (length(private_key) BETWEEN 90 AND 400),
            state text NOT NULL CHECK (state IN ('next', 'active', 'verify', 'retired')),
            created_at timestamptz NOT NULL,
            sign_until timestamptz,
            verify_until timestamptz,
            CHECK ((private_key IS NOT NULL) = (state IN ('next', 'active'))),
            CHECK ((sign_until IS NOT NULL) = (state = 'active')),
            CHECK (verify_until IS NOT NULL OR state <> 'verify')
        );
        -- However many processes change keys at the same moment.
        CREATE UNIQUE INDEX signing_key_one ON accounts.signing_key (state) WHERE state IN ('next', 'active');
        GRANT SELECT, INSERT, UPDATE ON accounts.signing_key TO wcc_system;

        CREATE FUNCTION accounts.signing_keys() RETURNS TABLE (
            kid text, public_key bytea, private_key bytea, state text, created_at timestamptz, sign_until timestamptz,
            verify_until timestamptz
        ) LANGUAGE sql STABLE AS $$
            SELECT signing_key.kid, signing_key.public_key, signing_key.private_key, signing_key.state,
                signing_key.created_at, signing_key.sign_until, signing_key.verify_until
            FROM accounts.signing_key WHERE signing_key.state <> 'retired'
            ORDER BY signing_key.created_at, signing_key.kid
        $$;
        SELECT app.across_tenants('accounts.signing_keys()');

        CREATE FUNCTION accounts.keep_signing_key(
            asked text, public_half bytea, private_half bytea, new_state text, made timestamptz, signs timestamptz,
            verifies timestamptz
        ) RETURNS void LANGUAGE sql AS $$
            INSERT INTO accounts.signing_key (kid, algorithm, public_key, private_key, state, created_at, sign_until,
                verify_until)
            VALUES (asked, 'ES256', public_half, private_half, new_state, made, signs, verifies)
            ON CONFLICT (kid) DO UPDATE SET private_key = excluded.private_key, state = excluded.state,
                sign_until = excluded.sign_until, verify_until = excluded.verify_until
        $$;
        SELECT app.across_tenants(
            'accounts.keep_signing_key(text, bytea, bytea, text, timestamptz, timestamptz, timestamptz)');

        -- Since when nothing counts that was issued before: to everybody, to an organisation, to a person.
        CREATE TABLE accounts.revocation_epoch (
            scope text PRIMARY KEY CHECK (scope ~ '^(all|organisation:[0-9a-f-]{36}|person:[0-9a-f-]{36}:[0-9a-f-]{36})$'),
            not_before timestamptz NOT NULL
        );
        GRANT SELECT, INSERT, UPDATE ON accounts.revocation_epoch TO wcc_system;

        CREATE FUNCTION accounts.raise_revocation_epoch(asked text, moment timestamptz) RETURNS void
        LANGUAGE sql AS $$
            INSERT INTO accounts.revocation_epoch (scope, not_before) VALUES (asked, moment)
            ON CONFLICT (scope) DO UPDATE
                SET not_before = greatest(revocation_epoch.not_before, excluded.not_before)
        $$;
        SELECT app.across_tenants('accounts.raise_revocation_epoch(text, timestamptz)');

        CREATE FUNCTION accounts.is_revoked(organisation uuid, person uuid, since timestamptz) RETURNS boolean
        LANGUAGE sql STABLE AS $$
            SELECT EXISTS (SELECT FROM accounts.revocation_epoch
                WHERE scope IN ('all', 'organisation:' || organisation, 'person:' || organisation || ':' || person)
                    AND not_before >= since)
        $$;
        SELECT app.across_tenants('accounts.is_revoked(uuid, uuid, timestamptz)');
        """)

    /// A sign-in as programs have it: access tokens, and a refresh token that changes each time.
    static let tokens = Migration(
        "2026-11-23T1105 tokens",
        """
        CREATE TABLE accounts.token_family (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            -- Another one after a code of the second factor was shown.
            sign_in_id uuid NOT NULL,
            -- Sealed: from it and the generation the refresh token is made, which itself is nowhere.
            refresh_key bytea NOT NULL CHECK (length(refresh_key) BETWEEN 90 AND 400),
            created_at timestamptz NOT NULL,
            generation integer NOT NULL DEFAULT 0 CHECK (generation >= 0),
            rotated_at timestamptz NOT NULL,
            -- What the access tokens of this generation are called.
            access_id uuid NOT NULL,
            -- Whether one of them was shown; then the refresh token of before is nobody's honest repeat.
            child_used boolean NOT NULL,
            agent_hash bytea CHECK (length(agent_hash) = 32),
            -- When somebody came with a refresh token that was exchanged before.
            reused_at timestamptz,
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, sign_in_id),
            FOREIGN KEY (tenant_id, sign_in_id) REFERENCES accounts.sign_in (tenant_id, id) ON DELETE CASCADE
        ) WITH (fillfactor = 70);
        CREATE INDEX token_family_id ON accounts.token_family (id);
        SELECT app.protect('accounts.token_family', 'SELECT, INSERT, UPDATE (sign_in_id, refresh_key, generation,
            rotated_at, access_id, child_used, reused_at)');
        GRANT SELECT ON accounts.token_family TO wcc_system;

        -- Whose a refresh token is; whoever shows it is not signed in.
        CREATE FUNCTION accounts.token_family_of(asked uuid) RETURNS TABLE (
            tenant_id uuid, person_id uuid, account_id uuid, refresh_key bytea
        ) LANGUAGE sql STABLE AS $$
            SELECT token_family.tenant_id, account.person_id, account.id, token_family.refresh_key
            FROM accounts.token_family
            JOIN accounts.sign_in ON sign_in.tenant_id = token_family.tenant_id
                AND sign_in.id = token_family.sign_in_id
            JOIN accounts.account ON account.tenant_id = sign_in.tenant_id AND account.id = sign_in.account_id
            WHERE token_family.id = asked
        $$;
        SELECT app.across_tenants('accounts.token_family_of(uuid)');

        -- The sign-in behind an access token whose signature was right, and which of its tokens has not been shown yet;
        -- no row for a key that is retired, and for what was revoked. Whether the sign-in opens anything is
        -- accounts.anybody's to say. In PL/pgSQL, which keeps the plan.
        CREATE FUNCTION accounts.bearer(
            organisation uuid, person uuid, family uuid, signed_with text, moment timestamptz
        ) RETURNS TABLE (secret_hash bytea, unused uuid) LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN QUERY
            SELECT sign_in.secret_hash, CASE WHEN NOT token_family.child_used THEN token_family.access_id END
            FROM accounts.token_family
            JOIN accounts.sign_in ON sign_in.tenant_id = token_family.tenant_id
                AND sign_in.id = token_family.sign_in_id
            JOIN accounts.account ON account.tenant_id = sign_in.tenant_id AND account.id = sign_in.account_id
            JOIN accounts.signing_key ON signing_key.kid = signed_with
            WHERE token_family.tenant_id = organisation AND token_family.id = family AND account.person_id = person
                AND (signing_key.state = 'active'
                    OR signing_key.state = 'verify' AND signing_key.verify_until > moment)
                AND NOT accounts.is_revoked(organisation, person, token_family.created_at);
        END $$;
        SELECT app.across_tenants('accounts.bearer(uuid, uuid, uuid, text, timestamptz)');

        -- As accounts.sealed_otherwise, of refresh keys.
        CREATE FUNCTION accounts.families_sealed_otherwise(key_id bytea, later_than uuid, most bigint) RETURNS TABLE (
            tenant_id uuid, id uuid, refresh_key bytea
        ) LANGUAGE sql STABLE AS $$
            SELECT token_family.tenant_id, token_family.id, token_family.refresh_key FROM accounts.token_family
            WHERE substring(token_family.refresh_key FROM 2 FOR 8) <> key_id
                AND (later_than IS NULL OR token_family.id > later_than)
            ORDER BY token_family.id LIMIT most
        $$;
        SELECT app.across_tenants('accounts.families_sealed_otherwise(bytea, uuid, bigint)');
        """)
}
