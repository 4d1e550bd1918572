import Postgres

extension Migration {
    static let emergencies = Migration(
        "2026-11-23T1200 emergency access",
        """
        -- One person, one resident, one hour at most. It ends by its times, so that nothing has to happen for it to end.
        CREATE TABLE people.emergency_access (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            resident_id uuid NOT NULL,
            person_id uuid NOT NULL,
            -- Where the resident lived then: those in charge there look at it again.
            home_id uuid NOT NULL,
            reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
            opened_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            reviewed_at timestamptz,
            reviewed_by uuid,
            is_justified boolean,
            review_words text CHECK (length(review_words) BETWEEN 1 AND 500),
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
            FOREIGN KEY (tenant_id, reviewed_by) REFERENCES people.person (tenant_id, id),
            CHECK (ends_at >= opened_at AND ends_at <= opened_at + interval '60 minutes'),
            CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (is_justified IS NULL)),
            -- Nobody says of themselves that they were right.
            CHECK (reviewed_by <> person_id)
        );
        CREATE INDEX emergency_access_person ON people.emergency_access (tenant_id, person_id, resident_id, opened_at);
        CREATE INDEX emergency_access_waiting ON people.emergency_access (tenant_id, opened_at, id)
            WHERE reviewed_at IS NULL;
        SELECT app.protect('people.emergency_access', 'SELECT, INSERT, UPDATE');
        """)
}
