import Postgres

extension Migration {
    /// Who must not know of a case, whatever else would open it to them.
    ///
    /// Row-level security hides the conversation, and that somebody was in it, from whoever is denied: no query has to
    /// remember it, those to come included. Only the search, which row-level security does not bind, says it itself.
    static let denials = Migration(
        "2026-11-23T1202 denials",
        """
        CREATE TABLE messages.denial (
            tenant_id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            person_id uuid NOT NULL,
            denied_by uuid NOT NULL,
            denied_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, conversation_id, person_id),
            FOREIGN KEY (tenant_id, conversation_id) REFERENCES messages.conversation (tenant_id, id),
            FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, denied_by) REFERENCES people.person (tenant_id, id),
            -- Or a case could lose the last one who says who is in it.
            CHECK (person_id <> denied_by)
        );
        -- Never taken back: whoever it is about does not stop being that.
        SELECT app.protect('messages.denial', 'SELECT, INSERT');
        GRANT SELECT ON messages.denial TO wcc_system;

        CREATE POLICY denial ON messages.conversation AS RESTRICTIVE FOR SELECT USING (NOT EXISTS (
            SELECT FROM messages.denial WHERE denial.tenant_id = app.tid() AND denial.conversation_id = conversation.id
                AND denial.person_id = app.person()));
        CREATE POLICY denial ON messages.member AS RESTRICTIVE FOR SELECT USING (NOT EXISTS (
            SELECT FROM messages.denial WHERE denial.tenant_id = app.tid()
                AND denial.conversation_id = member.conversation_id AND denial.person_id = app.person()));

        CREATE OR REPLACE FUNCTION messages.find(
            wanted tsquery, newest bigint, member_states text[], place_states text[], place_homes uuid[],
            place_units uuid[], in_conversation uuid, about_resident uuid, by_author uuid, sent_since timestamptz,
            sent_before timestamptz, only_unanswered boolean, page_at timestamptz, page_id uuid, most bigint
        ) RETURNS TABLE (found_id uuid) LANGUAGE sql STABLE
        -- What is known of a function's parameters when it is planned says one row where there may be thousands.
        SET enable_nestloop = off AS $$
            WITH matching AS MATERIALIZED (
                SELECT recent.id, recent.conversation_id, recent.seq, recent.author_id, recent.sent_at FROM (
                    SELECT message.* FROM messages.message
                    WHERE message.tenant_id = app.tid() AND message.sent_at < coalesce(sent_before, 'infinity')
                        AND (message.sent_at, message.id) < (
                            coalesce(page_at, 'infinity'), coalesce(page_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                    ORDER BY message.sent_at DESC, message.id DESC LIMIT newest) AS recent
                WHERE newest IS NOT NULL AND recent.words @@ wanted
                UNION ALL
                SELECT message.id, message.conversation_id, message.seq, message.author_id, message.sent_at
                FROM messages.message
                WHERE newest IS NULL AND message.tenant_id = app.tid() AND message.words @@ wanted
                    AND (page_at IS NULL OR (message.sent_at, message.id) < (page_at, page_id))
            ), opened AS MATERIALIZED (
                -- Judged once for each conversation, however much of it matches; OFFSET keeps it from being joined.
                SELECT judged.id, judged.from_seq FROM (SELECT DISTINCT conversation_id FROM matching) AS matched
                CROSS JOIN LATERAL (
                    SELECT conversation.id, coalesce(member.from_seq, 1) AS from_seq FROM messages.conversation
                    LEFT JOIN messages.member ON member.tenant_id = conversation.tenant_id
                        AND member.conversation_id = conversation.id AND member.person_id = app.person()
                        AND member.until_seq IS NULL
                    WHERE conversation.tenant_id = app.tid() AND conversation.id = matched.conversation_id
                        AND NOT EXISTS (SELECT FROM messages.denial WHERE denial.tenant_id = conversation.tenant_id
                            AND denial.conversation_id = conversation.id AND denial.person_id = app.person())
                        AND (in_conversation IS NULL OR conversation.id = in_conversation)
                        AND (about_resident IS NULL OR conversation.resident_id = about_resident)
                        AND (member.person_id IS NOT NULL AND conversation.state = ANY (member_states)
                            OR conversation.home_id IS NOT NULL AND EXISTS (
                                SELECT FROM unnest(place_states, place_homes, place_units) AS place (state, home, unit)
                                WHERE place.state = conversation.state
                                    AND (place.home IS NULL OR place.home = conversation.home_id)
                                    AND (place.unit IS NULL OR place.unit = conversation.unit_id)))
                    OFFSET 0) AS judged
            )
            SELECT message.id FROM matching AS message JOIN opened ON opened.id = message.conversation_id
            WHERE message.seq >= opened.from_seq
                AND (by_author IS NULL OR message.author_id = by_author)
                AND (sent_since IS NULL OR message.sent_at >= sent_since)
                AND (sent_before IS NULL OR message.sent_at < sent_before)
                AND (NOT only_unanswered OR EXISTS (
                    SELECT FROM messages.acknowledgement
                    WHERE acknowledgement.tenant_id = app.tid() AND acknowledgement.message_id = message.id
                        AND acknowledgement.at IS NULL AND EXISTS (
                            SELECT FROM messages.member AS asked
                            WHERE asked.tenant_id = app.tid() AND asked.conversation_id = message.conversation_id
                                AND asked.person_id = acknowledgement.person_id AND asked.until_seq IS NULL OFFSET 0)))
            ORDER BY message.sent_at DESC, message.id DESC LIMIT most
        $$;
        SELECT app.across_tenants('messages.find(tsquery, bigint, text[], text[], uuid[], uuid[], uuid, uuid, uuid,
            timestamptz, timestamptz, boolean, timestamptz, uuid, bigint)');
        """)
}
