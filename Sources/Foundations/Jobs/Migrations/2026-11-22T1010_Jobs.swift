import Postgres

extension Migration {
    /// The queue.
    ///
    /// A job's `due_at` is when a worker may take it: when it was asked for, when to try again, or, for one that is
    /// held, when its holder is given up. So whatever a dead process held comes back by itself.
    static let jobs = Migration(
        "2026-11-22T1010 jobs",
        """
        CREATE SCHEMA jobs;
        GRANT USAGE ON SCHEMA jobs TO wcc_app;
        CREATE TABLE jobs.job (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            kind text NOT NULL,
            key text,
            payload text NOT NULL,
            state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'done', 'dead')),
            due_at timestamptz NOT NULL,
            attempts smallint NOT NULL DEFAULT 0,
            max_attempts smallint NOT NULL DEFAULT 10,
            lease_token uuid,
            last_error text,
            created_at timestamptz NOT NULL DEFAULT now(),
            finished_at timestamptz CHECK ((finished_at IS NULL) = (state <> 'done')),
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, kind, key)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
        CREATE INDEX job_due ON jobs.job (due_at) WHERE state IN ('ready', 'leased');
        CREATE INDEX job_finished ON jobs.job (finished_at) WHERE state = 'done';
        CREATE INDEX job_dead ON jobs.job (tenant_id) WHERE state = 'dead';
        SELECT app.protect('jobs.job', 'SELECT, INSERT, UPDATE');

        CREATE FUNCTION jobs.claim(number bigint, lease_ms bigint, kinds text[]) RETURNS SETOF jobs.job
        LANGUAGE sql AS $$
            WITH due AS (
                SELECT tenant_id, id FROM jobs.job
                WHERE state IN ('ready', 'leased') AND due_at <= now() AND kind = ANY (kinds)
                ORDER BY due_at LIMIT number FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE jobs.job AS job SET
                    state = CASE WHEN attempts < max_attempts THEN 'leased' ELSE 'dead' END,
                    attempts = least(attempts + 1, max_attempts),
                    due_at = now() + lease_ms * interval '1 ms',
                    lease_token = gen_random_uuid()
                FROM due WHERE job.tenant_id = due.tenant_id AND job.id = due.id
                RETURNING job.*
            )
            SELECT * FROM taken WHERE state = 'leased'
        $$;

        -- What is done is of use for as long as its key keeps a second one out; what is dead waits for a person.
        CREATE FUNCTION jobs.forget(age_ms bigint, number bigint) RETURNS bigint LANGUAGE sql AS $$
            WITH old AS (
                SELECT tenant_id, id FROM jobs.job
                WHERE state = 'done' AND finished_at < now() - age_ms * interval '1 ms'
                ORDER BY finished_at LIMIT number FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM jobs.job AS job USING old
                WHERE job.tenant_id = old.tenant_id AND job.id = old.id
                RETURNING 1
            )
            SELECT count(*) FROM gone
        $$;

        CREATE FUNCTION jobs.figures()
        RETURNS TABLE (waiting bigint, leased bigint, dead bigint, oldest_ms bigint) LANGUAGE sql STABLE AS $$
            SELECT count(*) FILTER (WHERE state = 'ready' AND due_at <= now()),
                count(*) FILTER (WHERE state = 'leased'),
                (SELECT count(*) FROM jobs.job WHERE state = 'dead'),
                coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE due_at <= now())) * 1000, 0)::bigint
            FROM jobs.job WHERE state IN ('ready', 'leased')
        $$;

        GRANT SELECT, UPDATE, DELETE ON jobs.job TO wcc_system;
        SELECT app.across_tenants('jobs.claim(bigint, bigint, text[])');
        SELECT app.across_tenants('jobs.forget(bigint, bigint)');
        SELECT app.across_tenants('jobs.figures()');
        """)
}
