import Postgres

extension Migration {
    static let scheduled = Migration(
        "2026-11-22T1720 scheduled messages",
        """
        -- A message that is to be sent later, in its author's name and by the rights they have then.
        CREATE TABLE messages.scheduled (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            author_id uuid NOT NULL,
            body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
            -- What is urgent does not wait.
            urgency text NOT NULL CHECK (urgency IN ('routine', 'same_day')),
            goes_at timestamptz NOT NULL,
            -- Counts the changes, so that a job from before one finds out.
            version bigint NOT NULL DEFAULT 1,
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'cancelled', 'refused')),
            refusal text CHECK (refusal IN ('account', 'not_member', 'closed')),
            message_id uuid,
            ended_at timestamptz,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            CHECK ((state = 'sent') = (message_id IS NOT NULL)),
            CHECK ((state = 'refused') = (refusal IS NOT NULL)),
            CHECK ((state = 'waiting') = (ended_at IS NULL)),
            FOREIGN KEY (tenant_id, conversation_id) REFERENCES messages.conversation (tenant_id, id),
            FOREIGN KEY (tenant_id, author_id) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id)
        );
        CREATE INDEX scheduled_author ON messages.scheduled (tenant_id, author_id, goes_at);
        SELECT app.protect('messages.scheduled', 'SELECT, INSERT, UPDATE');
        """)
}
