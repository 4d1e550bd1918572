import Postgres

extension Migration {
    /// Of what two people may have open at once.
    static let placeVersions = Migration(
        "2026-11-22T1530 versions of homes",
        """
        ALTER TABLE accounts.organisation ADD COLUMN version bigint NOT NULL DEFAULT 1;
        ALTER TABLE accounts.home ADD COLUMN version bigint NOT NULL DEFAULT 1;
        ALTER TABLE accounts.unit ADD COLUMN version bigint NOT NULL DEFAULT 1;
        GRANT UPDATE (version) ON accounts.organisation TO wcc_app;
        """)
}
