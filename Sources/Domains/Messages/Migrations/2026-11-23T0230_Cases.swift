import Postgres

extension Migration {
    /// A case lies in no home, so whatever asks which homes somebody answers for finds none of it.
    static let cases = Migration(
        "2026-11-23T0230 cases",
        """
        -- Which home a case is about; never a reason to see it.
        ALTER TABLE messages.conversation ADD COLUMN case_home_id uuid;
        ALTER TABLE messages.conversation ADD COLUMN outcome text;
        ALTER TABLE messages.conversation ADD COLUMN closed_by uuid;
        ALTER TABLE messages.conversation ADD COLUMN closed_at timestamptz;
        ALTER TABLE messages.conversation DROP CONSTRAINT conversation_kind;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_kind
            CHECK (kind IN ('direct', 'group', 'care_team', 'family', 'case')) NOT VALID;
        ALTER TABLE messages.conversation DROP CONSTRAINT conversation_check2;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_place CHECK (
            CASE kind WHEN 'case' THEN home_id IS NULL AND unit_id IS NULL AND case_home_id IS NOT NULL
            ELSE case_home_id IS NULL AND (resident_id IS NULL) = (home_id IS NULL) END) NOT VALID;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_outcome CHECK (
            (outcome IS NULL) = (closed_at IS NULL) AND (outcome IS NULL) = (closed_by IS NULL)
            AND length(outcome) BETWEEN 1 AND 500) NOT VALID;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_case_home
            FOREIGN KEY (tenant_id, case_home_id) REFERENCES accounts.home (tenant_id, id) NOT VALID;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_closed_by
            FOREIGN KEY (tenant_id, closed_by) REFERENCES people.person (tenant_id, id) NOT VALID;
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let casesChecked = Migration(
        "2026-11-23T0231 cases checked",
        """
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_kind;
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_place;
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_outcome;
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_case_home;
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_closed_by;
        """)
}
