import Postgres

extension Migration {
    static let reactions = Migration(
        "2026-11-22T1420 reactions",
        """
        -- One of each kind for each person; taken back, it is gone, and the audit knows.
        CREATE TABLE messages.reaction (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            person_id uuid NOT NULL,
            kind text NOT NULL CHECK (kind IN ('thumbs_up', 'heart', 'thank_you', 'seen_to', 'question')),
            at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, message_id, person_id, kind),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id),
            FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('messages.reaction', 'SELECT, INSERT, DELETE');
        """)
}
