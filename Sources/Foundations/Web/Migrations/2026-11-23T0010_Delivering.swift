import Postgres

extension Migration {
    /// A counter is made, locked and raised in one pass by its key, whatever the table has grown to since its plan was made.
    ///
    /// Notices no longer check one by one that their counter is there: the function that
    /// writes them has just raised it, and nothing deletes counters.
    static let delivering = Migration(
        "2026-11-23T0010 delivering in one pass",
        """
        ALTER TABLE web.inbox DROP CONSTRAINT inbox_tenant_id_person_id_fkey;

        -- In one order, whoever the recipients are, or two deliveries can wait for each other.
        CREATE OR REPLACE FUNCTION web.deliver(people uuid[], kind text, object uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            WITH raised AS (
                INSERT INTO web.recv AS counter (tenant_id, person_id, last)
                SELECT app.tid(), person, 1 FROM unnest(people) AS person ORDER BY person
                ON CONFLICT (tenant_id, person_id) DO UPDATE SET last = counter.last + 1
                RETURNING person_id, last
            )
            INSERT INTO web.inbox (tenant_id, person_id, seq, kind, object_id)
                SELECT app.tid(), person_id, last, deliver.kind, object FROM raised;
        END $$;
        """)
}
