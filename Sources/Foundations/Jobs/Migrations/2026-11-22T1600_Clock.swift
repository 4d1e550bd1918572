import Postgres

extension Migration {
    /// What time it is may be said by whoever claims: a test that lives through a night in a second.
    static let jobsByClock = Migration(
        "2026-11-22T1600 jobs by a clock",
        """
        CREATE FUNCTION jobs.claim(number bigint, lease_ms bigint, kinds text[], clock timestamptz)
        RETURNS SETOF jobs.job LANGUAGE sql AS $$
            WITH due AS (
                SELECT tenant_id, id FROM jobs.job
                WHERE state IN ('ready', 'leased') AND due_at <= coalesce(clock, now()) AND kind = ANY (kinds)
                ORDER BY due_at LIMIT number FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE jobs.job AS job SET
                    state = CASE WHEN attempts < max_attempts THEN 'leased' ELSE 'dead' END,
                    attempts = least(attempts + 1, max_attempts),
                    due_at = coalesce(clock, now()) + lease_ms * interval '1 ms',
                    lease_token = gen_random_uuid()
                FROM due WHERE job.tenant_id = due.tenant_id AND job.id = due.id
                RETURNING job.*
            )
            SELECT * FROM taken WHERE state = 'leased'
        $$;
        SELECT app.across_tenants('jobs.claim(bigint, bigint, text[], timestamptz)');
        """)
}
