import Postgres

extension Migration {
    /// Links for a new password that are long over; that there was one stays in the audit.
    static let forgottenResets = Migration(
        "2026-11-23T1300 forgotten password resets",
        """
        CREATE FUNCTION accounts.forget_password_resets(before timestamptz, most bigint) RETURNS bigint
        LANGUAGE sql AS $$
            WITH old AS (
                SELECT reset.tenant_id, reset.id FROM accounts.password_reset AS reset
                WHERE reset.expires_at < before LIMIT most FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM accounts.password_reset AS known USING old
                WHERE (known.tenant_id, known.id) = (old.tenant_id, old.id) RETURNING 1
            )
            SELECT count(*) FROM gone
        $$;
        GRANT SELECT, UPDATE, DELETE ON accounts.password_reset TO wcc_system;
        SELECT app.across_tenants('accounts.forget_password_resets(timestamptz, bigint)');
        """)
}
