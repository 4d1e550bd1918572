import Postgres

/// What is asked of the audit, newest first: each of these is a step of its own, because it is made while entries are
/// written.
extension Migration {
    static let auditByTime = Migration(
        "2026-11-23T0100 audit by time",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS entry_at ON audit.entry (tenant_id, at, id)", isTransactional: false)

    static let auditByPerson = Migration(
        "2026-11-23T0101 audit by person",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS entry_person ON audit.entry (tenant_id, person_id, at, id)",
        isTransactional: false)

    static let auditByAction = Migration(
        "2026-11-23T0102 audit by action",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS entry_action ON audit.entry (tenant_id, action, at, id)",
        isTransactional: false)

    static let auditByObject = Migration(
        "2026-11-23T0103 audit by object",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS entry_object ON audit.entry (tenant_id, object_id, at, id)",
        isTransactional: false)

    static let auditByRequest = Migration(
        "2026-11-23T0104 audit by request",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS entry_request ON audit.entry (tenant_id, request)",
        isTransactional: false)

    /// The only way for the application to read the audit: one page, of the organisation that it works for.
    static let auditFind = Migration(
        "2026-11-23T0110 audit search",
        """
        -- Planned anew each time, for what is asked this time: one plan for every question would read everything.
        CREATE FUNCTION audit.find(
            since timestamptz, before timestamptz, by_person uuid, of_actions text[], about uuid, on_object uuid,
            in_request text, page_at timestamptz, page_id uuid, most bigint
        ) RETURNS SETOF audit.entry LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
        BEGIN
            RETURN QUERY
            SELECT entry.* FROM audit.entry
            WHERE entry.tenant_id = app.tid()
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
        GRANT SELECT ON audit.entry TO wcc_system;
        """)
}
