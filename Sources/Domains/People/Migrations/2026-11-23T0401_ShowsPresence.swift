import Postgres

extension Migration {
    /// Whether colleagues are shown that somebody has the product open; theirs to say.
    static let showsPresence = Migration(
        "2026-11-23T0401 showing presence",
        "ALTER TABLE people.staff ADD COLUMN shows_presence boolean NOT NULL DEFAULT true;")
}
