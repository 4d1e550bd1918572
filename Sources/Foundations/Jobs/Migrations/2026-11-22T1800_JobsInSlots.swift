import Postgres

extension Migration {
    /// The queue in three slots, one for each day in turn, and a lane for each organisation.
    ///
    /// What is done is not deleted row by row: the slot of the day before yesterday is emptied at a stroke, whatever
    /// holds PostgreSQL's horizon back. Keys are in a table of their own, because they are unique across slots.
    static let jobsInSlots = Migration(
        "2026-11-22T1800 jobs in slots",
        """
        -- contract: nothing is released yet; the functions come back below, and what waits is carried over.
        DROP FUNCTION jobs.claim(bigint, bigint, text[]);
        -- contract: as above
        DROP FUNCTION jobs.forget(bigint, bigint);
        -- contract: as above
        DROP FUNCTION jobs.figures();
        -- contract: as above
        ALTER TABLE jobs.job RENAME TO job_without_slot;

        CREATE FUNCTION jobs.slot(moment timestamptz) RETURNS smallint LANGUAGE sql STABLE PARALLEL SAFE
            AS $$ SELECT (floor(extract(epoch FROM moment) / 86400)::bigint % 3)::smallint $$;

        CREATE TABLE jobs.job (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            slot smallint NOT NULL DEFAULT jobs.slot(clock_timestamp()),
            kind text NOT NULL,
            payload text NOT NULL,
            state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'done', 'dead')),
            due_at timestamptz NOT NULL,
            attempts smallint NOT NULL DEFAULT 0,
            max_attempts smallint NOT NULL DEFAULT 10,
            lease_token uuid,
            last_error text,
            created_at timestamptz NOT NULL DEFAULT now(),
            finished_at timestamptz,
            CONSTRAINT job_finished CHECK ((finished_at IS NULL) = (state IN ('ready', 'leased'))),
            CONSTRAINT job_in_slot PRIMARY KEY (tenant_id, id, slot)
        ) PARTITION BY LIST (slot);
        CREATE TABLE jobs.job_0 PARTITION OF jobs.job FOR VALUES IN (0)
            WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
        CREATE TABLE jobs.job_1 PARTITION OF jobs.job FOR VALUES IN (1)
            WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
        CREATE TABLE jobs.job_2 PARTITION OF jobs.job FOR VALUES IN (2)
            WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
        CREATE INDEX job_in_lane ON jobs.job (tenant_id, due_at, id) WHERE state IN ('ready', 'leased');
        CREATE INDEX job_dead_letter ON jobs.job (tenant_id, id) WHERE state = 'dead';
        SELECT app.protect('jobs.job', 'SELECT, INSERT, UPDATE');

        -- So that a second job of the same kind and key is not queued.
        CREATE TABLE jobs.key (
            tenant_id uuid NOT NULL,
            kind text NOT NULL,
            key text NOT NULL,
            job_id uuid NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, kind, key)
        );
        CREATE INDEX key_created ON jobs.key (created_at);
        SELECT app.protect('jobs.key', 'SELECT, INSERT');

        -- Every organisation that has ever queued a job: a claim asks each, so that none waits behind another's.
        CREATE TABLE jobs.lane (
            tenant_id uuid NOT NULL PRIMARY KEY
        );
        SELECT app.protect('jobs.lane', 'SELECT, INSERT');

        GRANT SELECT, INSERT, UPDATE ON jobs.job TO wcc_system;
        GRANT TRUNCATE ON jobs.job_0, jobs.job_1, jobs.job_2 TO wcc_system;
        GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.key TO wcc_system;
        GRANT SELECT, INSERT ON jobs.lane TO wcc_system;

        -- Row security binds the owner too; the system sees all of them.
        SET LOCAL ROLE wcc_system;
        INSERT INTO jobs.job (tenant_id, id, kind, payload, state, due_at, attempts, max_attempts, lease_token,
                last_error, created_at, finished_at)
            SELECT tenant_id, id, kind, payload, state, due_at, attempts, max_attempts, lease_token, last_error,
                created_at, CASE state WHEN 'dead' THEN due_at END
            FROM jobs.job_without_slot WHERE state <> 'done';
        INSERT INTO jobs.key (tenant_id, kind, key, job_id, created_at)
            SELECT tenant_id, kind, key, id, created_at FROM jobs.job_without_slot WHERE key IS NOT NULL;
        INSERT INTO jobs.lane SELECT DISTINCT tenant_id FROM jobs.job_without_slot;
        SET LOCAL ROLE wcc_owner;
        -- contract: as above
        DROP TABLE jobs.job_without_slot;

        -- Takes what is due, from every lane in turn by chance, and `most` of one lane. A lane that is named in
        -- `lanes` is looked through from its place on and gives no more than its share; the others from `since`.
        CREATE FUNCTION jobs.claim(
            number bigint, most bigint, lease_ms bigint, kinds text[], moment timestamptz, since timestamptz,
            lanes uuid[], dues timestamptz[], ids uuid[], shares bigint[]
        ) RETURNS TABLE (
            claimed_at timestamptz, tenant_id uuid, id uuid, kind text, payload text, attempts smallint,
            max_attempts smallint, lease_token uuid, due_at timestamptz
        ) LANGUAGE sql AS $$
            WITH due AS (
                SELECT found.*
                FROM (
                    SELECT lane.tenant_id, coalesce(known.due_at, since) AS due_at,
                        coalesce(known.id, '00000000-0000-0000-0000-000000000000') AS id,
                        coalesce(known.share, most) AS share
                    FROM jobs.lane
                    LEFT JOIN unnest(lanes, dues, ids, shares) AS known (tenant_id, due_at, id, share)
                        ON known.tenant_id = lane.tenant_id
                    ORDER BY random()
                ) AS lane
                CROSS JOIN LATERAL (
                    SELECT job.tenant_id, job.id, job.slot, job.due_at FROM jobs.job
                    WHERE job.tenant_id = lane.tenant_id AND job.state IN ('ready', 'leased')
                        AND (job.due_at, job.id) >= (lane.due_at, lane.id) AND job.due_at <= coalesce(moment, now())
                        AND job.kind = ANY (kinds)
                    ORDER BY job.due_at, job.id LIMIT lane.share FOR UPDATE SKIP LOCKED
                ) AS found
                LIMIT number
            ), taken AS (
                UPDATE jobs.job SET
                    state = CASE WHEN job.attempts < job.max_attempts THEN 'leased' ELSE 'dead' END,
                    finished_at = CASE WHEN job.attempts < job.max_attempts THEN NULL ELSE now() END,
                    attempts = least(job.attempts + 1, job.max_attempts),
                    due_at = coalesce(moment, now()) + lease_ms * interval '1 ms',
                    lease_token = gen_random_uuid()
                FROM due WHERE job.tenant_id = due.tenant_id AND job.id = due.id AND job.slot = due.slot
                RETURNING job.tenant_id, job.id, job.kind, job.payload, job.attempts, job.max_attempts,
                    job.lease_token, due.due_at, job.state
            )
            SELECT coalesce(moment, now()), taken.tenant_id, taken.id, taken.kind, taken.payload, taken.attempts,
                taken.max_attempts, taken.lease_token, taken.due_at
            FROM (VALUES (1)) AS always LEFT JOIN taken ON taken.state = 'leased'
        $$;

        -- Ends those that are still held under their token, and says which they were.
        CREATE FUNCTION jobs.finish(tenants uuid[], ids uuid[], tokens uuid[]) RETURNS SETOF uuid LANGUAGE sql AS $$
            UPDATE jobs.job SET state = 'done', finished_at = now(), lease_token = NULL, last_error = NULL
            FROM unnest(tenants, ids, tokens) AS held (tenant_id, id, token)
            WHERE job.tenant_id = held.tenant_id AND job.id = held.id AND job.lease_token = held.token
            RETURNING job.id
        $$;

        -- Empties tomorrow's slot, which is that of the day before yesterday, once; what is not done moves to today's.
        CREATE FUNCTION jobs.turn(moment timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
            today smallint := jobs.slot(moment);
            tomorrow smallint := jobs.slot(moment + interval '1 day');
        BEGIN
            IF NOT EXISTS (SELECT FROM jobs.job WHERE slot = tomorrow) THEN RETURN false; END IF;
            -- Whoever reads all of it, a dump for instance, is not waited for: there is time until tomorrow.
            EXECUTE format('LOCK TABLE jobs.job_%s IN ACCESS EXCLUSIVE MODE NOWAIT', tomorrow);
            INSERT INTO jobs.job (tenant_id, id, slot, kind, payload, state, due_at, attempts, max_attempts,
                    lease_token, last_error, created_at, finished_at)
                SELECT tenant_id, id, today, kind, payload, state, due_at, attempts, max_attempts, lease_token,
                    last_error, created_at, finished_at
                FROM jobs.job WHERE slot = tomorrow AND state <> 'done';
            EXECUTE format('TRUNCATE jobs.job_%s', tomorrow);
            RETURN true;
        EXCEPTION WHEN lock_not_available THEN
            RETURN false;
        END $$;

        -- A key is of use for as long as its job waits, and for a while after.
        CREATE FUNCTION jobs.forget_keys(age_ms bigint, number bigint) RETURNS bigint LANGUAGE sql AS $$
            WITH old AS (
                SELECT key.tenant_id, key.kind, key.key FROM jobs.key
                WHERE key.created_at < now() - age_ms * interval '1 ms' AND NOT EXISTS (
                    SELECT FROM jobs.job WHERE job.tenant_id = key.tenant_id AND job.id = key.job_id
                        AND (job.state <> 'done' OR job.finished_at >= now() - age_ms * interval '1 ms'))
                ORDER BY key.created_at LIMIT number FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM jobs.key USING old
                WHERE key.tenant_id = old.tenant_id AND key.kind = old.kind AND key.key = old.key
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

        SELECT app.across_tenants('jobs.claim(bigint, bigint, bigint, text[], timestamptz, timestamptz, uuid[], timestamptz[], uuid[], bigint[])');
        SELECT app.across_tenants('jobs.finish(uuid[], uuid[], uuid[])');
        SELECT app.across_tenants('jobs.turn(timestamptz)');
        SELECT app.across_tenants('jobs.forget_keys(bigint, bigint)');
        SELECT app.across_tenants('jobs.figures()');
        """)
}
