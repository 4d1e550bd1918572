import Postgres

extension Migration {
    static let messagePolicy = Migration(
        "2026-11-23T0120 message policy",
        """
        -- What an organisation lets be done with messages; without a row, as the product has it.
        CREATE TABLE messages.policy (
            tenant_id uuid NOT NULL PRIMARY KEY,
            change_minutes smallint NOT NULL CHECK (change_minutes BETWEEN 0 AND 1440),
            -- None means any.
            tags text[] NOT NULL CHECK (cardinality(tags) <= 100),
            version integer NOT NULL CHECK (version > 1),
            changed_by uuid NOT NULL,
            changed_at timestamptz NOT NULL,
            FOREIGN KEY (tenant_id, changed_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('messages.policy', 'SELECT, INSERT, UPDATE');
        """)
}
