import Postgres

extension Migration {
    /// Roles that are given, changed and taken away; sign-ins that others end.
    static let roles = Migration(
        "2026-11-22T1500 roles",
        """
        ALTER TABLE accounts.role_grant ADD COLUMN version bigint NOT NULL DEFAULT 1;
        -- Who took it away, or gave it another end.
        ALTER TABLE accounts.role_grant ADD COLUMN ended_by uuid;
        -- One that is taken away before it has begun ends where it begins, and so never was.
        ALTER TABLE accounts.role_grant ADD CONSTRAINT role_grant_period
            CHECK (valid_until >= valid_from) NOT VALID;
        ALTER TABLE accounts.role_grant DROP CONSTRAINT role_grant_check;
        GRANT UPDATE (version, ended_by) ON accounts.role_grant TO wcc_app;

        -- What it is read on, as a person would say it; nobody can be told by it.
        ALTER TABLE accounts.sign_in ADD COLUMN device text;
        ALTER TABLE accounts.sign_in ADD CONSTRAINT sign_in_device
            CHECK (length(device) BETWEEN 1 AND 60) NOT VALID;
        ALTER TABLE accounts.sign_in ADD CONSTRAINT sign_in_end
            CHECK (end_reason IN ('signed_out', 'replaced', 'ended', 'ended_by_other', 'closed')) NOT VALID;
        ALTER TABLE accounts.sign_in DROP CONSTRAINT sign_in_end_reason_check;
        """)

    /// A step of its own, because it reads whole tables and must not keep the locks of the one before.
    static let rolesChecked = Migration(
        "2026-11-22T1501 roles checked",
        """
        ALTER TABLE accounts.role_grant VALIDATE CONSTRAINT role_grant_period;
        ALTER TABLE accounts.sign_in VALIDATE CONSTRAINT sign_in_device;
        ALTER TABLE accounts.sign_in VALIDATE CONSTRAINT sign_in_end;
        """)
}
