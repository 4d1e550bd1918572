import Postgres

extension Migration {
    static let residentDetails = Migration(
        "2026-11-22T1200 resident details",
        """
        ALTER TABLE people.resident ADD COLUMN nhs_number text;
        ALTER TABLE people.resident ADD COLUMN died_on date;
        ALTER TABLE people.resident ADD CONSTRAINT resident_nhs_number_digits
            CHECK (nhs_number ~ '^[0-9]{10}$') NOT VALID;
        ALTER TABLE people.resident ADD CONSTRAINT resident_died_on
            CHECK (died_on IS NULL OR status = 'died') NOT VALID;

        -- A row for each field that a change touched, in the words of that day: names of homes and people change.
        CREATE TABLE people.resident_change (
            tenant_id uuid NOT NULL,
            resident_id uuid NOT NULL,
            -- The version that the change made.
            version bigint NOT NULL,
            field text NOT NULL CHECK (field IN ('admitted', 'full_name', 'preferred_name', 'date_of_birth', 'home_id',
                'unit_id', 'room', 'status', 'moved_in_on', 'died_on', 'key_worker_id', 'nhs_number')),
            was text,
            became text,
            changed_by uuid NOT NULL,
            changed_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, resident_id, version, field),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            FOREIGN KEY (tenant_id, changed_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('people.resident_change', 'SELECT, INSERT');
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let residentDetailsChecked = Migration(
        "2026-11-22T1201 resident details checked",
        """
        ALTER TABLE people.resident VALIDATE CONSTRAINT resident_nhs_number_digits;
        ALTER TABLE people.resident VALIDATE CONSTRAINT resident_died_on;
        """)

    /// One person has one record here: a number that is typed twice is somebody entered twice, or a slip.
    static let residentNHSNumber = Migration(
        "2026-11-22T1202 one resident for each NHS number",
        """
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS resident_nhs_number
            ON people.resident (tenant_id, nhs_number) WHERE nhs_number IS NOT NULL
        """, isTransactional: false)
}
