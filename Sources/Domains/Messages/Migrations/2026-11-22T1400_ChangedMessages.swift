import Postgres

extension Migration {
    /// What was said can be said better, or taken away, and neither is ever lost.
    ///
    /// The words of a removed message leave `message.body` in the same transaction, instead of being hidden by each
    /// reader of it: a query that nobody thought of, a search index and a process of the release before find nothing.
    static let changedMessages = Migration(
        "2026-11-22T1400 changed messages",
        """
        ALTER TABLE messages.message
            ADD COLUMN version bigint NOT NULL DEFAULT 1,
            ADD COLUMN edited_at timestamptz,
            ADD COLUMN removed_at timestamptz;
        ALTER TABLE messages.message DROP CONSTRAINT message_body_check;
        ALTER TABLE messages.message ADD CONSTRAINT message_body_or_removal
            CHECK (length(body) <= 4000 AND (body = '') = (removed_at IS NOT NULL)) NOT VALID;
        GRANT UPDATE (body, version, edited_at, removed_at) ON messages.message TO wcc_app;
        -- Who is mentioned follows the words; who was mentioned before is in the revision.
        GRANT DELETE ON messages.mention TO wcc_app;
        -- Of a removed message nothing is asked any more; who had been asked is in the removal.
        GRANT DELETE ON messages.acknowledgement TO wcc_app;

        -- The words that were replaced or removed, each version once; it can only be added to.
        CREATE TABLE messages.revision (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            version bigint NOT NULL,
            body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
            mentions uuid[] NOT NULL,
            written_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, message_id, version),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id)
        );
        SELECT app.protect('messages.revision', 'SELECT, INSERT');

        CREATE TABLE messages.removal (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            removed_by uuid NOT NULL,
            -- Somebody who removes what another said says why.
            reason text CHECK (length(reason) BETWEEN 1 AND 500),
            -- Those who had been asked to answer it, and had not.
            unanswered uuid[] NOT NULL,
            PRIMARY KEY (tenant_id, message_id),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id),
            FOREIGN KEY (tenant_id, removed_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('messages.removal', 'SELECT, INSERT');
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let changedMessagesChecked = Migration(
        "2026-11-22T1410 changed messages checked",
        "ALTER TABLE messages.message VALIDATE CONSTRAINT message_body_or_removal;")
}
