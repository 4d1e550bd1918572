import Postgres

extension Migration {
    static let secondFactors = Migration(
        "2026-11-23T0830 second factors",
        """
        -- The app that shows somebody's codes. Until it is confirmed by a first code it asks for nothing.
        CREATE TABLE accounts.factor (
            tenant_id uuid NOT NULL,
            account_id uuid NOT NULL,
            -- Of the setting up; the secret is bound to it.
            id uuid NOT NULL,
            secret bytea NOT NULL CHECK (length(secret) BETWEEN 90 AND 400),
            begun_at timestamptz NOT NULL,
            confirmed_at timestamptz,
            -- The last half minute whose code was used, so that none is used twice.
            last_step bigint,
            -- Wrong ones since the last right one, and until when no other is looked at.
            wrong smallint NOT NULL DEFAULT 0,
            wait_until timestamptz,
            PRIMARY KEY (tenant_id, account_id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id)
        );
        SELECT app.protect('accounts.factor', 'SELECT, INSERT, UPDATE, DELETE');

        -- The codes themselves are nowhere: only their hashes.
        CREATE TABLE accounts.recovery_code (
            tenant_id uuid NOT NULL,
            account_id uuid NOT NULL,
            code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
            used_at timestamptz,
            PRIMARY KEY (tenant_id, account_id, code_hash),
            FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.account (tenant_id, id)
        );
        SELECT app.protect('accounts.recovery_code', 'SELECT, INSERT, UPDATE (used_at), DELETE');

        -- Whom an organisation asks for a second factor; without a row, nobody.
        CREATE TABLE accounts.factor_policy (
            tenant_id uuid NOT NULL PRIMARY KEY REFERENCES accounts.organisation (tenant_id),
            roles text[] NOT NULL CHECK (cardinality(roles) <= 100),
            version integer NOT NULL CHECK (version > 1),
            changed_by uuid NOT NULL,
            changed_at timestamptz NOT NULL,
            FOREIGN KEY (tenant_id, changed_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('accounts.factor_policy', 'SELECT, INSERT, UPDATE');

        -- When the second factor was last shown; a sign-in of an account that has one opens nothing before.
        ALTER TABLE accounts.sign_in ADD COLUMN code_at timestamptz;

        GRANT SELECT ON accounts.factor, accounts.factor_policy TO wcc_system;

        CREATE FUNCTION accounts.has_factor(tenant uuid, asked uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT EXISTS (SELECT FROM accounts.factor WHERE factor.tenant_id = tenant AND factor.account_id = asked
                AND factor.confirmed_at IS NOT NULL)
        $$;

        -- Whether an account has a role now for which its organisation wants a second factor, and has none.
        CREATE FUNCTION accounts.lacks_factor(tenant uuid, asked uuid, moment timestamptz) RETURNS boolean
        LANGUAGE sql STABLE AS $$
            SELECT EXISTS (
                SELECT FROM accounts.factor_policy
                JOIN accounts.role_grant ON role_grant.tenant_id = tenant AND role_grant.account_id = asked
                    AND role_grant.role = ANY (factor_policy.roles)
                WHERE factor_policy.tenant_id = tenant AND role_grant.valid_from <= moment
                    AND (role_grant.valid_until IS NULL OR role_grant.valid_until > moment)
            ) AND NOT accounts.has_factor(tenant, asked)
        $$;

        -- As accounts.visitor, with how far a second factor lets them go. Whoever calls it decides by that.
        CREATE FUNCTION accounts.anybody(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, organisation text, account_id uuid, sign_in_id uuid, last_act_at timestamptz,
            person_id uuid, full_name text, preferred_name text, job_title text, grants json, homes json,
            code_at timestamptz, has_factor boolean, lacks_factor boolean
        ) LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN QUERY
            SELECT account.tenant_id, organisation.name, account.id, sign_in.id, sign_in.last_act_at,
                person.id, person.full_name, person.preferred_name, staff.job_title, held.list,
                coalesce(place.list, '[]'), sign_in.code_at,
                accounts.has_factor(account.tenant_id, account.id),
                accounts.lacks_factor(account.tenant_id, account.id, moment)
            FROM accounts.sign_in
            JOIN accounts.account ON account.tenant_id = sign_in.tenant_id AND account.id = sign_in.account_id
            JOIN accounts.organisation ON organisation.tenant_id = account.tenant_id
            JOIN people.person ON person.tenant_id = account.tenant_id AND person.id = account.person_id
            LEFT JOIN people.staff ON staff.tenant_id = person.tenant_id AND staff.person_id = person.id
            CROSS JOIN LATERAL (
                SELECT json_agg(json_build_object('role', role_grant.role, 'scope', role_grant.scope_kind,
                    'home_id', role_grant.home_id, 'unit_id', role_grant.unit_id)) AS list
                FROM accounts.role_grant
                WHERE role_grant.tenant_id = account.tenant_id AND role_grant.account_id = account.id
                    AND role_grant.valid_from <= moment
                    AND (role_grant.valid_until IS NULL OR role_grant.valid_until > moment)
            ) AS held
            CROSS JOIN LATERAL (
                SELECT json_agg(json_build_object('id', home.id, 'name', home.name, 'tint', home.tint,
                    'type', home.type, 'time_zone', home.time_zone, 'units', coalesce((
                        SELECT json_agg(json_build_object('id', unit.id, 'name', unit.name)
                            ORDER BY unit.position, unit.name)
                        FROM accounts.unit WHERE unit.tenant_id = home.tenant_id AND unit.home_id = home.id), '[]'))
                    ORDER BY home.position, home.name) AS list
                FROM accounts.home WHERE home.tenant_id = account.tenant_id
            ) AS place
            WHERE sign_in.secret_hash = asked AND sign_in.ended_at IS NULL
                AND sign_in.idle_until > moment AND sign_in.absolute_until > moment
                AND accounts.gate(account.tenant_id, account.id, moment) IS NULL;
        END $$;
        SELECT app.across_tenants('accounts.anybody(bytea, timestamptz)');

        -- For a release that knows of no second factor, and so must not let in whoever has yet to show one.
        CREATE OR REPLACE FUNCTION accounts.visitor(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, organisation text, account_id uuid, sign_in_id uuid, last_act_at timestamptz,
            person_id uuid, full_name text, preferred_name text, job_title text, grants json, homes json
        ) LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN QUERY
            SELECT found.tenant_id, found.organisation, found.account_id, found.sign_in_id, found.last_act_at,
                found.person_id, found.full_name, found.preferred_name, found.job_title, found.grants, found.homes
            FROM accounts.anybody(asked, moment) AS found
            WHERE (found.code_at IS NOT NULL OR NOT found.has_factor) AND NOT found.lacks_factor;
        END $$;
        SELECT app.across_tenants('accounts.visitor(bytea, timestamptz)');

        -- What is sealed with another key than this one, for whoever seals it anew.
        CREATE FUNCTION accounts.sealed_otherwise(key_id bytea, later_than uuid, most bigint) RETURNS TABLE (
            tenant_id uuid, id uuid, secret bytea
        ) LANGUAGE sql STABLE AS $$
            SELECT factor.tenant_id, factor.id, factor.secret FROM accounts.factor
            WHERE substring(factor.secret FROM 2 FOR 8) <> key_id AND (later_than IS NULL OR factor.id > later_than)
            ORDER BY factor.id LIMIT most
        $$;
        SELECT app.across_tenants('accounts.sealed_otherwise(bytea, uuid, bigint)');
        """)
}
