import Postgres

extension Migration {
    /// Who is here, through which process, and when that process was last heard of.
    ///
    /// Unlogged: after a crash of the server nobody is here until the processes say so again, within one of their beats,
    /// and nothing of it is in a backup or a replica. People's rows change only when they come and go, and a beat changes
    /// one row without touching an index.
    static let presence = Migration(
        "2026-11-23T0400 presence",
        """
        CREATE UNLOGGED TABLE web.process (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            seen_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id)
        ) WITH (fillfactor = 50);
        SELECT app.protect('web.process', 'SELECT, INSERT, UPDATE, DELETE');

        CREATE UNLOGGED TABLE web.presence (
            tenant_id uuid NOT NULL,
            person_id uuid NOT NULL,
            process_id uuid NOT NULL,
            PRIMARY KEY (tenant_id, person_id, process_id),
            FOREIGN KEY (tenant_id, process_id) REFERENCES web.process (tenant_id, id) ON DELETE CASCADE
        );
        SELECT app.protect('web.presence', 'SELECT, INSERT, DELETE');

        -- One that was only asleep finds that it is not known any more, and writes everybody again.
        CREATE FUNCTION web.forget_processes(before timestamptz, most bigint) RETURNS bigint LANGUAGE sql AS $$
            WITH old AS (
                SELECT tenant_id, id FROM web.process WHERE seen_at < before LIMIT most FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM web.process USING old
                WHERE (process.tenant_id, process.id) = (old.tenant_id, old.id)
                RETURNING 1
            )
            SELECT count(*) FROM gone
        $$;
        GRANT SELECT, UPDATE, DELETE ON web.process TO wcc_system;
        SELECT app.across_tenants('web.forget_processes(timestamptz, bigint)');
        """)
}
