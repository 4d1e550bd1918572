import Postgres

extension Migration {
    /// How each member keeps a conversation for themselves.
    static let arrangement = Migration(
        "2026-11-22T1330 arrangement",
        """
        ALTER TABLE messages.member ADD COLUMN is_pinned boolean NOT NULL DEFAULT false,
            ADD COLUMN is_muted boolean NOT NULL DEFAULT false,
            ADD COLUMN is_archived boolean NOT NULL DEFAULT false;
        """)
}
