import Postgres

extension Migration {
    static let tags = Migration(
        "2026-11-22T1430 tags",
        """
        -- Which names there are is the organisation's to say, and not the table's.
        CREATE TABLE messages.tag (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
            tagged_by uuid NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, message_id, name),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id),
            FOREIGN KEY (tenant_id, tagged_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('messages.tag', 'SELECT, INSERT, DELETE');
        """)
}
