import Postgres

extension Migration {
    static let photos = Migration(
        "2026-11-23T0420 photos of residents",
        """
        -- One for each resident who has one. What is taken down is gone; who did so is among the changes.
        CREATE TABLE people.photo (
            tenant_id uuid NOT NULL,
            resident_id uuid NOT NULL,
            -- The resident's version that putting it up made, so that no two photos of theirs ever have the same.
            version bigint NOT NULL,
            large bytea NOT NULL CHECK (length(large) BETWEEN 1 AND 1048576),
            small bytea NOT NULL CHECK (length(small) BETWEEN 1 AND 1048576),
            agreed_by text NOT NULL CHECK (agreed_by ~ '^[a-z_]{1,40}$'),
            put_up_by uuid NOT NULL,
            put_up_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, resident_id),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            FOREIGN KEY (tenant_id, put_up_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('people.photo', 'SELECT, INSERT, UPDATE, DELETE');

        ALTER TABLE people.resident_change DROP CONSTRAINT resident_change_field_check;
        ALTER TABLE people.resident_change ADD CONSTRAINT resident_change_field
            CHECK (field ~ '^[a-z_]{1,40}$') NOT VALID;
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let photosChecked = Migration(
        "2026-11-23T0421 photos of residents checked",
        "ALTER TABLE people.resident_change VALIDATE CONSTRAINT resident_change_field;")
}
