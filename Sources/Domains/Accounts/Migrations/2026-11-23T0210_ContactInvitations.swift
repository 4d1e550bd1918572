import Postgres

extension Migration {
    /// A contact is invited as a colleague is: by a secret that opens an account, once.
    static let contactInvitations = Migration(
        "2026-11-23T0210 contact invitations",
        """
        -- Of a resident's contact: whose, and which. Both are absent for a colleague.
        ALTER TABLE accounts.invitation ADD COLUMN resident_id uuid;
        ALTER TABLE accounts.invitation ADD COLUMN contact_id uuid;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_contact CHECK (
            (resident_id IS NULL) = (contact_id IS NULL)
            AND (contact_id IS NULL OR role IS NOT NULL AND scope_kind = 'home')) NOT VALID;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_of_resident FOREIGN KEY (tenant_id, resident_id)
            REFERENCES people.resident (tenant_id, person_id) NOT VALID;
        ALTER TABLE accounts.invitation ADD CONSTRAINT invitation_of_contact FOREIGN KEY (tenant_id, contact_id)
            REFERENCES people.contact (tenant_id, id) NOT VALID;
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let contactInvitationsChecked = Migration(
        "2026-11-23T0211 contact invitations checked",
        """
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_contact;
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_of_resident;
        ALTER TABLE accounts.invitation VALIDATE CONSTRAINT invitation_of_contact;
        """)

    static let contactInvitationOpen = Migration(
        "2026-11-23T0212 open invitations by contact",
        """
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS invitation_open_contact
            ON accounts.invitation (tenant_id, contact_id)
            WHERE contact_id IS NOT NULL AND used_at IS NULL AND withdrawn_at IS NULL
        """, isTransactional: false)
}
