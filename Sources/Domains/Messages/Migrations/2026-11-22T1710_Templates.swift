import Postgres

extension Migration {
    static let templates = Migration(
        "2026-11-22T1710 message templates",
        """
        CREATE TABLE messages.template (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            -- The newest; earlier ones stay, because messages were made from them.
            version bigint NOT NULL DEFAULT 1,
            state text NOT NULL DEFAULT 'current' CHECK (state IN ('current', 'retired')),
            created_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id) REFERENCES accounts.organisation (tenant_id)
        );
        SELECT app.protect('messages.template', 'SELECT, INSERT, UPDATE (version, state)');

        CREATE TABLE messages.template_version (
            tenant_id uuid NOT NULL,
            template_id uuid NOT NULL,
            version bigint NOT NULL,
            title text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
            body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
            written_by uuid NOT NULL,
            written_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, template_id, version),
            FOREIGN KEY (tenant_id, template_id) REFERENCES messages.template (tenant_id, id),
            FOREIGN KEY (tenant_id, written_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('messages.template_version', 'SELECT, INSERT');

        -- Which words a message began as; what was sent may be others.
        CREATE TABLE messages.message_template (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            template_id uuid NOT NULL,
            version bigint NOT NULL,
            PRIMARY KEY (tenant_id, message_id),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id),
            FOREIGN KEY (tenant_id, template_id, version)
                REFERENCES messages.template_version (tenant_id, template_id, version)
        );
        SELECT app.protect('messages.message_template', 'SELECT, INSERT');
        """)
}
