import Postgres

extension Migration {
    /// What a message's words are, and how a word is looked for.
    static let searchWords = Migration(
        "2026-11-22T1300 words of messages",
        """
        -- So that one index can hold both the organisation and the words.
        CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA app;

        -- The words as they are written, for names and codes, and then by their stems, for the rest. The word between
        -- the two is one that English leaves out: no phrase reaches from the one to the other.
        CREATE FUNCTION messages.words(body text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT to_tsvector('pg_catalog.simple', body) || to_tsvector('pg_catalog.english', 'the ' || body)
        $$;

        -- How a word is looked for: by its stem, or as it is written; not at all if English leaves it out.
        CREATE FUNCTION messages.wanted(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT CASE WHEN numnode(stem) = 0 THEN stem
                ELSE stem || phraseto_tsquery('pg_catalog.simple', word) END
            FROM phraseto_tsquery('pg_catalog.english', word) AS stem
        $$;
        """)

    /// A step of its own, because it is made while messages are sent.
    static let searchIndex = Migration(
        "2026-11-22T1310 index of words",
        """
        CREATE INDEX CONCURRENTLY IF NOT EXISTS message_words ON messages.message
            USING gin (tenant_id, messages.words(body))
        """, isTransactional: false)

    /// Finds messages by their words.
    ///
    /// Under row-level security PostgreSQL uses no index for `@@`, because that operator is not leakproof. So one
    /// function looks for messages as `wcc_system`, which row-level security does not bind, and says itself what row-level
    /// security and the policy would: whose organisation, and what of it this person may open. It only says which
    /// messages; what they say is read like everything else.
    static let searchFunction = Migration(
        "2026-11-22T1320 search",
        """
        -- The states and places are what the policy says of reading a conversation, for the person who asks.
        CREATE FUNCTION messages.find(
            wanted tsquery, member_states text[], place_states text[], place_homes uuid[], place_units uuid[],
            in_conversation uuid, about_resident uuid, by_author uuid, sent_since timestamptz,
            sent_before timestamptz, only_unanswered boolean, page_at timestamptz, page_id uuid, most bigint
        ) RETURNS TABLE (found_id uuid) LANGUAGE sql STABLE AS $$
            -- The words first, by their index: planned together with the rest, which is unknown when a function is
            -- planned, every message of every conversation would be taken apart.
            WITH matching AS MATERIALIZED (
                SELECT message.tenant_id, message.id, message.conversation_id, message.seq, message.sent_at
                FROM messages.message
                WHERE message.tenant_id = app.tid() AND messages.words(message.body) @@ wanted
                    AND (in_conversation IS NULL OR message.conversation_id = in_conversation)
                    AND (by_author IS NULL OR message.author_id = by_author)
                    AND (sent_since IS NULL OR message.sent_at >= sent_since)
                    AND (sent_before IS NULL OR message.sent_at < sent_before)
                    AND (page_at IS NULL OR (message.sent_at, message.id) < (page_at, page_id))
            )
            SELECT message.id FROM matching AS message
            JOIN messages.conversation ON conversation.tenant_id = message.tenant_id
                AND conversation.id = message.conversation_id
            LEFT JOIN messages.member ON member.tenant_id = message.tenant_id
                AND member.conversation_id = message.conversation_id AND member.person_id = app.person()
                AND member.until_seq IS NULL
            WHERE (member.person_id IS NOT NULL AND conversation.state = ANY (member_states)
                    OR conversation.home_id IS NOT NULL AND EXISTS (
                        SELECT FROM unnest(place_states, place_homes, place_units) AS place (state, home, unit)
                        WHERE place.state = conversation.state
                            AND (place.home IS NULL OR place.home = conversation.home_id)
                            AND (place.unit IS NULL OR place.unit = conversation.unit_id)))
                AND message.seq >= coalesce(member.from_seq, 1)
                AND (about_resident IS NULL OR conversation.resident_id = about_resident)
                AND (NOT only_unanswered OR EXISTS (
                    SELECT FROM messages.acknowledgement
                    JOIN messages.member AS asked ON asked.tenant_id = acknowledgement.tenant_id
                        AND asked.conversation_id = message.conversation_id
                        AND asked.person_id = acknowledgement.person_id AND asked.until_seq IS NULL
                    WHERE acknowledgement.tenant_id = message.tenant_id
                        AND acknowledgement.message_id = message.id AND acknowledgement.at IS NULL))
            ORDER BY message.sent_at DESC, message.id DESC LIMIT most
        $$;
        SELECT app.across_tenants('messages.find(tsquery, text[], text[], uuid[], uuid[], uuid, uuid, uuid,
            timestamptz, timestamptz, boolean, timestamptz, uuid, bigint)');
        GRANT SELECT ON messages.message, messages.conversation, messages.member, messages.acknowledgement
            TO wcc_system;
        """)
}
