import Postgres

extension Migration {
    /// After People's, because whoever is signed in has a name.
    static let signIns = Migration(
        "2026-11-22T1055 sign-ins",
        """
        ALTER TABLE accounts.account VALIDATE CONSTRAINT account_person;

        GRANT USAGE ON SCHEMA people TO wcc_system;
        GRANT SELECT (tenant_id, id, full_name, preferred_name) ON people.person TO wcc_system;
        GRANT SELECT (tenant_id, person_id, job_title, status) ON people.staff TO wcc_system;

        -- Why an account opens nothing; NULL if it may be used.
        CREATE FUNCTION accounts.refusal(asked uuid, moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
            SELECT CASE
                WHEN account.state <> 'active' THEN 'disabled'
                WHEN EXISTS (SELECT FROM people.staff WHERE staff.tenant_id = account.tenant_id
                    AND staff.person_id = account.person_id AND staff.status = 'left') THEN 'left'
                WHEN NOT EXISTS (SELECT FROM accounts.role_grant WHERE role_grant.tenant_id = account.tenant_id
                    AND role_grant.account_id = account.id AND role_grant.valid_from <= moment
                    AND (role_grant.valid_until IS NULL OR role_grant.valid_until > moment)) THEN 'no_role'
            END
            FROM accounts.account WHERE account.tenant_id = app.tid() AND account.id = asked
        $$;

        -- Everything about whoever shows a cookie, in one round trip; no row if it opens nothing (any more). In
        -- PL/pgSQL, which keeps the plan: this runs before every request.
        CREATE FUNCTION accounts.visitor(asked bytea, moment timestamptz) RETURNS TABLE (
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
                AND account.state = 'active' AND staff.status IS DISTINCT FROM 'left' AND held.list IS NOT NULL;
        END $$;
        SELECT app.across_tenants('accounts.visitor(bytea, timestamptz)');

        CREATE FUNCTION accounts.forget_sign_ins(before timestamptz, most bigint) RETURNS bigint LANGUAGE sql AS $$
            WITH old AS (
                SELECT sign_in.tenant_id, sign_in.id FROM accounts.sign_in
                WHERE sign_in.absolute_until < before LIMIT most FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM accounts.sign_in AS known USING old
                WHERE (known.tenant_id, known.id) = (old.tenant_id, old.id) RETURNING 1
            )
            SELECT count(*) FROM gone
        $$;
        GRANT UPDATE, DELETE ON accounts.sign_in TO wcc_system;
        SELECT app.across_tenants('accounts.forget_sign_ins(timestamptz, bigint)');
        """)
}
