import Postgres

extension Migration {
    static let communicationNeeds = Migration(
        "2026-11-22T1210 communication needs",
        """
        CREATE TABLE people.communication_need (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            resident_id uuid NOT NULL,
            -- A word of the product's; its code is the product's knowledge, which may be put right.
            kind text NOT NULL CHECK (kind ~ '^[a-z0-9_]{1,40}$'),
            words text CHECK (length(words) BETWEEN 1 AND 500),
            sharing text NOT NULL CHECK (sharing IN ('agreed', 'refused', 'not_asked')),
            review_due_on date NOT NULL,
            recorded_by uuid NOT NULL,
            recorded_at timestamptz NOT NULL,
            ended_by uuid,
            ended_at timestamptz,
            end_reason text CHECK (length(end_reason) BETWEEN 1 AND 500),
            PRIMARY KEY (tenant_id, id),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            FOREIGN KEY (tenant_id, recorded_by) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, ended_by) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX communication_need_resident ON people.communication_need (tenant_id, resident_id)
            WHERE ended_at IS NULL;
        SELECT app.protect('people.communication_need', 'SELECT, INSERT, UPDATE');

        -- Each time that a need was looked at: whether it was met, and why not.
        CREATE TABLE people.need_review (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            need_id uuid NOT NULL,
            outcome text NOT NULL CHECK (outcome IN ('met', 'partly', 'not_met')),
            note text CHECK (length(note) BETWEEN 1 AND 500),
            reviewed_by uuid NOT NULL,
            reviewed_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, need_id) REFERENCES people.communication_need (tenant_id, id),
            FOREIGN KEY (tenant_id, reviewed_by) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX need_review_need ON people.need_review (tenant_id, need_id, reviewed_at);
        SELECT app.protect('people.need_review', 'SELECT, INSERT');
        """)
}
