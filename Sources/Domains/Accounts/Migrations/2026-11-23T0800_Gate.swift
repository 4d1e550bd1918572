import Postgres

extension Migration {
    /// Whether an account opens anything is decided in one place, for every path on which somebody comes in or stays in.
    static let gate = Migration(
        "2026-11-23T0800 one gate",
        """
        ALTER TABLE accounts.organisation ADD COLUMN state text NOT NULL DEFAULT 'active';
        ALTER TABLE accounts.organisation ADD CONSTRAINT organisation_state
            CHECK (state IN ('active', 'suspended')) NOT VALID;
        GRANT UPDATE (state) ON accounts.organisation TO wcc_app;

        -- Why an account opens nothing; NULL if it may be used. Every path asks this and nothing else, so a further
        -- reason is written here, once. In PL/pgSQL, which keeps the plan.
        CREATE FUNCTION accounts.gate(organisation uuid, asked uuid, moment timestamptz) RETURNS text
        LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN (SELECT CASE
                WHEN provider.state <> 'active' THEN 'suspended'
                WHEN account.state <> 'active' THEN 'disabled'
                WHEN EXISTS (SELECT FROM people.staff WHERE staff.tenant_id = account.tenant_id
                    AND staff.person_id = account.person_id AND staff.status = 'left') THEN 'left'
                WHEN NOT EXISTS (SELECT FROM accounts.role_grant WHERE role_grant.tenant_id = account.tenant_id
                    AND role_grant.account_id = account.id AND role_grant.valid_from <= moment
                    AND (role_grant.valid_until IS NULL OR role_grant.valid_until > moment)) THEN 'no_role'
            END
            FROM accounts.account
            JOIN accounts.organisation AS provider ON provider.tenant_id = account.tenant_id
            WHERE account.tenant_id = organisation AND account.id = asked);
        END $$;

        CREATE OR REPLACE FUNCTION accounts.refusal(asked uuid, moment timestamptz) RETURNS text
        LANGUAGE sql STABLE AS $$ SELECT accounts.gate(app.tid(), asked, moment) $$;

        CREATE OR REPLACE FUNCTION accounts.visitor(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, organisation text, account_id uuid, sign_in_id uuid, last_act_at timestamptz,
            person_id uuid, full_name text, preferred_name text, job_title text, grants json, homes json
        ) LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN QUERY
            SELECT account.tenant_id, organisation.name, account.id, sign_in.id, sign_in.last_act_at,
                person.id, person.full_name, person.preferred_name, staff.job_title, held.list,
                coalesce(place.list, '[]')
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
        SELECT app.across_tenants('accounts.visitor(bytea, timestamptz)');

        CREATE OR REPLACE FUNCTION accounts.invited(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, id uuid, organisation text, full_name text, role text, place text
        ) LANGUAGE sql STABLE AS $$
            SELECT invitation.tenant_id, invitation.id, organisation.name, invitation.full_name, invitation.role,
                coalesce(unit.name || ', ' || home.name, home.name)
            FROM accounts.invitation
            JOIN accounts.organisation ON organisation.tenant_id = invitation.tenant_id
            LEFT JOIN accounts.home ON home.tenant_id = invitation.tenant_id AND home.id = invitation.home_id
            LEFT JOIN accounts.unit ON unit.tenant_id = invitation.tenant_id AND unit.id = invitation.unit_id
            WHERE invitation.secret_hash = asked AND invitation.role IS NOT NULL AND invitation.used_at IS NULL
                AND invitation.withdrawn_at IS NULL AND invitation.expires_at > moment
                AND organisation.state = 'active'
        $$;
        SELECT app.across_tenants('accounts.invited(bytea, timestamptz)');

        -- For whoever runs the installation, and knows an organisation by its name.
        CREATE FUNCTION accounts.organisations_named(asked text) RETURNS TABLE (
            tenant_id uuid, name text, state text
        ) LANGUAGE sql STABLE AS $$
            SELECT organisation.tenant_id, organisation.name, organisation.state FROM accounts.organisation
            WHERE lower(organisation.name) = lower(asked) ORDER BY organisation.tenant_id LIMIT 2
        $$;
        SELECT app.across_tenants('accounts.organisations_named(text)');
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let gateChecked = Migration(
        "2026-11-23T0801 one gate checked",
        "ALTER TABLE accounts.organisation VALIDATE CONSTRAINT organisation_state;")
}
