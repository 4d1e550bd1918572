import Postgres

extension Migration {
    static let familyConversations = Migration(
        "2026-11-23T0220 family conversations",
        """
        ALTER TABLE messages.conversation DROP CONSTRAINT conversation_kind_check;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_kind
            CHECK (kind IN ('direct', 'group', 'care_team', 'family')) NOT VALID;
        ALTER TABLE messages.conversation DROP CONSTRAINT conversation_check1;
        ALTER TABLE messages.conversation ADD CONSTRAINT conversation_about
            CHECK (kind NOT IN ('care_team', 'family') OR resident_id IS NOT NULL) NOT VALID;
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let familyConversationsChecked = Migration(
        "2026-11-23T0221 family conversations checked",
        """
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_kind;
        ALTER TABLE messages.conversation VALIDATE CONSTRAINT conversation_about;
        """)
}
