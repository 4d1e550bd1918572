import Kernel
import Postgres

/// Care team conversations, as they follow the care team.
extension MessagesStore {
    /// The open ones about a resident; they stay as they are until the commit.
    func holdTeamConversations(
        about resident: Identifier<Person>, in tx: borrowing Transaction
    ) throws -> [Conversation] {
        try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM messages.conversation
            WHERE tenant_id = app.tid() AND resident_id = \(resident.uuid) AND kind IN ('care_team', 'family')
                AND state = 'open'
            ORDER BY id FOR UPDATE
            """
        ).map(Self.conversation)
    }

    /// All that somebody is in; they stay as they are until the commit.
    func holdConversations(of person: Identifier<Person>, in tx: borrowing Transaction) throws -> [Conversation] {
        try tx.execute(
            """
            SELECT \(fragment: Self.columns) FROM messages.conversation
            WHERE tenant_id = app.tid() AND EXISTS (
                SELECT FROM messages.member WHERE member.tenant_id = app.tid()
                    AND member.conversation_id = conversation.id AND member.person_id = \(person.uuid)
                    AND member.until_seq IS NULL)
            ORDER BY id FOR UPDATE
            """
        ).map(Self.conversation)
    }

    /// Their window begins with the next message.
    func join(_ person: Identifier<Person>, _ conversation: Conversation, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO messages.member (tenant_id, conversation_id, person_id, from_seq, read_seq)
            VALUES (app.tid(), \(conversation.id.uuid), \(person.uuid), \(conversation.lastSeq + 1),
                \(conversation.lastSeq))
            ON CONFLICT (tenant_id, conversation_id, person_id) DO UPDATE
                SET from_seq = excluded.from_seq, read_seq = excluded.read_seq, until_seq = NULL
                WHERE member.until_seq IS NOT NULL
            """)
    }

    /// Closes their window.
    func leave(_ person: Identifier<Person>, _ conversation: Conversation, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE messages.member SET until_seq = \(conversation.lastSeq)
            WHERE tenant_id = app.tid() AND conversation_id = \(conversation.id.uuid) AND person_id = \(person.uuid)
                AND until_seq IS NULL
            """)
    }
}
