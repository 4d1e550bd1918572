import Postgres

/// Everything in PostgreSQL's catalogue that would let a tenant's row out, or the application do what it must not.
enum TenancyCatalogue {
    /// What is right though it looks wrong, with the reason; one that is not needed any more fails a test.
    static let exceptions = [
        "table without a tenant that the application may use: app.migration":
            "the schema's history, which readiness is judged by; it may only be read",
        "table without a tenant that the application may use: web.epoch":
            "one row for the whole server, which says when it was restored; it may only be read",
    ]

    /// A line for each offence; none when all is well.
    static let offences: SQL = """
        WITH relation AS (
            SELECT c.*, format('%s.%s', nspname, relname) AS name, attnum AS tenant
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
            LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
            WHERE nspname NOT LIKE 'pg_%' AND nspname <> 'information_schema'
        ), tenant_table AS (
            -- Partitions are tables too, and can be read by their own names.
            SELECT * FROM relation WHERE relkind IN ('r', 'p') AND tenant IS NOT NULL
        ), function AS (
            SELECT p.*, format('%s.%s', nspname, proname) AS name FROM pg_proc AS p
            JOIN pg_namespace AS n ON n.oid = pronamespace
            WHERE nspname NOT LIKE 'pg_%' AND nspname <> 'information_schema'
        )
        SELECT 'no forced row security' AS offence, name AS what FROM tenant_table
            WHERE NOT (relrowsecurity AND relforcerowsecurity)
        UNION ALL SELECT 'no restrictive policy by app.tid()', name FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_policy WHERE polrelid = tenant_table.oid AND NOT polpermissive AND polcmd = '*'
                AND polroles = '{0}' AND pg_get_expr(polqual, polrelid) = '(tenant_id = app.tid())'
                AND pg_get_expr(polwithcheck, polrelid) = '(tenant_id = app.tid())')
        UNION ALL SELECT 'no primary key that begins with the tenant', name FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = oid AND indisprimary AND indkey[0] = tenant)
        UNION ALL SELECT 'tenant that is not a uuid', name FROM tenant_table
            JOIN pg_attribute ON attrelid = oid AND attnum = tenant WHERE atttypid <> 'uuid'::regtype
        UNION ALL SELECT 'unique index across tenants', indexrelid::regclass::text FROM pg_index
            JOIN tenant_table ON oid = indrelid WHERE indisunique AND indkey[0] <> tenant
        UNION ALL SELECT 'foreign key that can cross tenants', format('%s of %s', conname, conrelid::regclass)
            FROM pg_constraint JOIN tenant_table AS there ON there.oid = confrelid
            LEFT JOIN tenant_table AS here ON here.oid = conrelid
            WHERE contype = 'f' AND NOT EXISTS (SELECT FROM unnest(conkey, confkey) AS pair (mine, its)
                WHERE mine = here.tenant AND its = there.tenant)
        UNION ALL SELECT 'owned by somebody who can log in', name FROM relation
            JOIN pg_roles ON pg_roles.oid = relowner WHERE rolcanlogin AND relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL SELECT 'table without a tenant that the application may use', name FROM relation
            WHERE relkind IN ('r', 'p', 'f') AND tenant IS NULL AND (
                has_any_column_privilege('wcc_app', oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                OR has_table_privilege('wcc_app', oid, 'DELETE'))
        UNION ALL SELECT 'copy of rows that the application may read', name FROM relation
            WHERE relkind = 'm' AND has_any_column_privilege('wcc_app', oid, 'SELECT')
        UNION ALL SELECT 'view that runs as its owner', name FROM relation
            WHERE relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
        UNION ALL SELECT 'number from a sequence that all tenants share', name FROM relation
            WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege('wcc_app', oid, 'USAGE, SELECT, UPDATE') END
        UNION ALL SELECT 'more than reading and writing rows', name FROM relation
            WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
                AND has_table_privilege('wcc_app', oid, 'TRUNCATE, REFERENCES, TRIGGER')
        UNION ALL SELECT 'granted to everybody', name FROM relation
            WHERE EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee = 0)
        UNION ALL SELECT 'definer function without its search_path, or for everybody', name FROM function
            WHERE prosecdef AND (
                NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')
                OR proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))
        UNION ALL SELECT 'definer function of somebody other than wcc_system', name FROM function
            WHERE prosecdef AND proowner <> 'wcc_system'::regrole
        UNION ALL SELECT 'function that leaves something behind on its connection', name FROM function
            WHERE prosrc ~* 'pg_(try_)?advisory_lock|set_config\\s*\\([^;]*,\\s*false\\s*\\)|\\mset\\s+session\\M'
        UNION ALL SELECT 'place in which the application may make things', nspname FROM pg_namespace
            WHERE nspname NOT LIKE 'pg_%' AND has_schema_privilege('wcc_app', oid, 'CREATE')
        UNION ALL SELECT 'place in which the application may make things', datname FROM pg_database
            WHERE datname = current_database() AND has_database_privilege('wcc_app', oid, 'CREATE')
        UNION ALL SELECT 'something that the application owns', objid::text FROM pg_shdepend
            WHERE refclassid = 'pg_authid'::regclass AND refobjid = 'wcc_app'::regrole AND deptype = 'o'
                AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        UNION ALL SELECT 'role that the application can become', roleid::regrole::text FROM pg_auth_members
            WHERE member = 'wcc_app'::regrole
        UNION ALL SELECT 'login that row security does not bind', rolname FROM pg_roles
            WHERE rolcanlogin AND rolname LIKE 'wcc_%'
                AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
        """
}
