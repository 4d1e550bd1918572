import Postgres

extension Migration {
    static let securityLog = Migration(
        "2026-11-23T1210 security log",
        """
        CREATE TABLE audit.security_event (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            at timestamptz NOT NULL,
            kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
            -- Who did it, or tried to; and whose account, role or record it was about.
            person_id uuid,
            subject_id uuid,
            -- Words of ours, such as a route's template; never what anybody typed.
            rule text NOT NULL DEFAULT '' CHECK (length(rule) <= 200),
            address text CHECK (address ~ '^[0-9a-f]{8,64}$'),
            request text,
            -- What happened again in the same minute is one row.
            count bigint NOT NULL DEFAULT 1 CHECK (count > 0),
            PRIMARY KEY (tenant_id, id)
        );
        CREATE INDEX security_event_at ON audit.security_event (tenant_id, at, id);
        CREATE INDEX security_event_kind ON audit.security_event (tenant_id, kind, at, id);
        CREATE INDEX security_event_old ON audit.security_event (at);
        -- Added to and read, and neither changed nor deleted.
        SELECT app.protect('audit.security_event', 'SELECT, INSERT');

        -- Until when each of those in charge has seen what needs a look.
        CREATE TABLE audit.security_mark (
            tenant_id uuid NOT NULL,
            person_id uuid NOT NULL,
            seen_until timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, person_id)
        );
        SELECT app.protect('audit.security_mark', 'SELECT, INSERT, UPDATE');

        -- What is no organisation's: read by whoever looks after the server, and by nobody through the application.
        CREATE TABLE audit.installation_event (
            id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
            at timestamptz NOT NULL,
            kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
            rule text NOT NULL DEFAULT '' CHECK (length(rule) <= 200),
            address text CHECK (address ~ '^[0-9a-f]{8,64}$'),
            count bigint NOT NULL DEFAULT 1 CHECK (count > 0)
        );
        CREATE INDEX installation_event_at ON audit.installation_event (at);
        GRANT SELECT, INSERT, DELETE ON audit.installation_event TO wcc_system;
        GRANT SELECT, INSERT, DELETE ON audit.security_event TO wcc_system;

        -- Rows of several organisations at once; those without one are the installation's.
        CREATE FUNCTION audit.report_security(
            moment timestamptz, tenants uuid[], kinds text[], people uuid[], rules text[], addresses text[],
            counts bigint[]
        ) RETURNS void LANGUAGE sql AS $$
            INSERT INTO audit.security_event (tenant_id, at, kind, person_id, rule, address, count)
            SELECT tenant, moment, kind, person, rule, address, number
            FROM unnest(tenants, kinds, people, rules, addresses, counts)
                AS one (tenant, kind, person, rule, address, number) WHERE tenant IS NOT NULL;
            INSERT INTO audit.installation_event (at, kind, rule, address, count)
            SELECT moment, kind, rule, address, number
            FROM unnest(tenants, kinds, people, rules, addresses, counts)
                AS one (tenant, kind, person, rule, address, number) WHERE tenant IS NULL;
        $$;
        SELECT app.across_tenants('audit.report_security(timestamptz, uuid[], text[], uuid[], text[], text[], bigint[])');

        CREATE FUNCTION audit.forget_security(before timestamptz, most bigint) RETURNS bigint LANGUAGE sql AS $$
            WITH old AS (
                SELECT event.tenant_id, event.id FROM audit.security_event AS event WHERE event.at < before
                LIMIT most
            ), gone AS (
                DELETE FROM audit.security_event AS event USING old
                WHERE (event.tenant_id, event.id) = (old.tenant_id, old.id) RETURNING 1
            ), older AS (
                SELECT event.id FROM audit.installation_event AS event WHERE event.at < before LIMIT most
            ), away AS (
                DELETE FROM audit.installation_event AS event USING older WHERE event.id = older.id RETURNING 1
            )
            SELECT greatest((SELECT count(*) FROM gone), (SELECT count(*) FROM away))
        $$;
        SELECT app.across_tenants('audit.forget_security(timestamptz, bigint)');
        """)
}
