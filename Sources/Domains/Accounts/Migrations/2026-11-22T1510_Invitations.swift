import Postgres

extension Migration {
    /// The first administrator's invitation, and a colleague's, are one thing: a secret that opens an account, once.
    static let invitations = Migration(
        "2026-11-22T1510 invitations",
        """
        -- Of a colleague: who is to come, and as what. All of it is absent for the first administrator.
        ALTER TABLE accounts.invitation ADD COLUMN full_name text;
        ALTER TABLE accounts.invitation ADD COLUMN role text;
        ALTER TABLE accounts.invitation ADD COLUMN scope_kind text;
        ALTER TABLE accounts.invitation ADD COLUMN home_id uuid;
        ALTER TABLE accounts.invitation ADD COLUMN unit_id uuid;
        ALTER TABLE accounts.invitation ADD COLUMN role_until timestamptz;
        -- Whose right it rests on: asked again when somebody comes with it.
        ALTER TABLE accounts.invitation ADD COLUMN invited_by uuid;
        ALTER TABLE accounts.invitation ADD COLUMN withdrawn_at timestamptz;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_colleague CHECK (
            CASE WHEN role IS NULL THEN num_nonnulls(full_name, scope_kind, home_id, unit_id, invited_by) = 0
            ELSE length(full_name) BETWEEN 1 AND 100 AND role ~ '^[a-z_]{2,40}$' AND invited_by IS NOT NULL
                AND scope_kind IN ('organisation', 'home', 'unit')
                AND (home_id IS NOT NULL) = (scope_kind IN ('home', 'unit'))
                AND (unit_id IS NOT NULL) = (scope_kind = 'unit') END) NOT VALID;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_home FOREIGN KEY (tenant_id, home_id)
            REFERENCES accounts.home (tenant_id, id) NOT VALID;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_unit FOREIGN KEY (tenant_id, home_id, unit_id)
            REFERENCES accounts.unit (tenant_id, home_id, id) NOT VALID;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_inviter FOREIGN KEY (tenant_id, invited_by)
            REFERENCES people.person (tenant_id, id) NOT VALID;
        GRANT UPDATE (secret_hash, invited_by, withdrawn_at) ON accounts.invitation TO wcc_app;

        -- Whom a link is for, while it opens anything. Whoever shows it belongs to no organisation yet.
        CREATE FUNCTION accounts.invited(asked bytea, moment timestamptz) RETURNS TABLE (
            tenant_id uuid, id uuid, organisation text, full_name text, role text, place text
        ) LANGUAGE sql STABLE AS $$
            SELECT invitation.tenant_id, invitation.id, organisation.name, invitation.full_name, invitation.role,
                coalesce(unit.name || ', ' || home.name, home.name)
            FROM accounts.invitation
            JOIN accounts.organisation ON organisation.tenant_id = invitation.tenant_id
            LEFT JOIN accounts.home ON home.tenant_id = invitation.tenant_id AND home.id = invitation.home_id
            LEFT JOIN accounts.unit ON unit.tenant_id = invitation.tenant_id AND unit.id = invitation.unit_id
            WHERE invitation.secret_hash = asked AND invitation.role IS NOT NULL AND invitation.used_at IS NULL
                AND invitation.withdrawn_at IS NULL AND invitation.expires_at > moment
        $$;
        SELECT app.across_tenants('accounts.invited(bytea, timestamptz)');
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let invitationsChecked = Migration(
        "2026-11-22T1511 invitations checked",
        """
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_colleague;
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_home;
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_unit;
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_inviter;
        """)

    static let invitationSecret = Migration(
        "2026-11-22T1512 invitations by their secret",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS invitation_secret ON accounts.invitation (secret_hash)",
        isTransactional: false)
}
