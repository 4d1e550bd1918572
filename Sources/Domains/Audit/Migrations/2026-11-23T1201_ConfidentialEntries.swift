import Postgres

extension Migration {
    /// What is done on what only named people may know of is read in the audit by whoever did it, and by nobody else.
    ///
    /// It is on record like everything else: whoever answers for the server can show all of it to an inspector or a court.
    static let confidentialEntries = Migration(
        "2026-11-23T1201 confidential entries",
        """
        ALTER TABLE audit.entry ADD COLUMN is_confidential boolean NOT NULL DEFAULT false;

        -- Planned anew each time, for what is asked this time: one plan for every question would read everything.
        CREATE OR REPLACE FUNCTION audit.find(
            since timestamptz, before timestamptz, by_person uuid, of_actions text[], about uuid, on_object uuid,
            in_request text, page_at timestamptz, page_id uuid, most bigint
        ) RETURNS SETOF audit.entry LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
        BEGIN
            RETURN QUERY
            SELECT entry.* FROM audit.entry
            WHERE entry.tenant_id = app.tid() AND (NOT entry.is_confidential OR entry.person_id = app.person())
                AND (since IS NULL OR entry.at >= since) AND (before IS NULL OR entry.at < before)
                AND (by_person IS NULL OR entry.person_id = by_person)
                AND (of_actions IS NULL OR entry.action = ANY (of_actions))
                AND (about IS NULL OR entry.resident_id = about)
                AND (on_object IS NULL OR entry.object_id = on_object)
                AND (in_request IS NULL OR entry.request = in_request)
                AND (page_at IS NULL OR (entry.at, entry.id) < (page_at, page_id))
            ORDER BY entry.at DESC, entry.id DESC LIMIT least(most, 1001);
        END
        $$;
        SELECT app.across_tenants('audit.find(timestamptz, timestamptz, uuid, text[], uuid, uuid, text, timestamptz,
            uuid, bigint)');
        """)
}
