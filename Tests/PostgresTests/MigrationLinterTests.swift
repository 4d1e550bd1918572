import Foundation
import Testing
import WriteCareConnect

@testable import Postgres

@Suite struct MigrationLinterTests {
    typealias Rule = MigrationLinter.Rule

    private func rules(_ sql: String, isTransactional: Bool = true) -> [Rule] {
        MigrationLinter.findings(in: Migration("2030-01-01T0000 test", sql, isTransactional: isTransactional)).map(
            \.rule)
    }

    @Test func `no module's migration is unsafe on tables in use`() {
        #expect(MigrationLinter.findings(in: WriteCareConnect.migrator.steps).map(\.description) == [])
    }

    @Test(arguments: [
        ("CREATE INDEX ON m.t (a)", Rule.index),
        ("CREATE UNIQUE INDEX IF NOT EXISTS i ON m.t (a)", .index),
        ("CREATE INDEX CONCURRENTLY i ON m.t (a)", .indexAlone),
        ("ALTER TABLE m.t ADD COLUMN a text NOT NULL", .requiredColumn),
        ("ALTER TABLE IF EXISTS ONLY m.t ADD a text NOT NULL", .requiredColumn),
        ("ALTER TABLE m.t ADD b int, ADD COLUMN IF NOT EXISTS a text NOT NULL", .requiredColumn),
        ("ALTER TABLE m.t ADD COLUMN a uuid NOT NULL DEFAULT gen_random_uuid()", .rewrite),
        ("ALTER TABLE m.t ADD COLUMN a timestamptz DEFAULT clock_timestamp()", .rewrite),
        ("ALTER TABLE m.t ADD COLUMN a bigserial", .rewrite),
        ("ALTER TABLE m.t ADD COLUMN a int GENERATED ALWAYS AS IDENTITY", .rewrite),
        ("ALTER TABLE m.t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED", .rewrite),
        ("ALTER TABLE m.t SET UNLOGGED", .rewrite),
        ("ALTER TABLE m.t ALTER COLUMN a TYPE bigint", .changedType),
        ("ALTER TABLE m.t ALTER a SET DATA TYPE bigint", .changedType),
        ("ALTER TABLE m.t RENAME COLUMN a TO b", .renamed),
        ("ALTER TABLE m.t RENAME TO u", .renamed),
        ("ALTER INDEX m.i RENAME TO j", .renamed),
        ("ALTER FUNCTION m.f() SET SCHEMA n", .renamed),
        ("ALTER TABLE m.t DROP COLUMN a", .dropped),
        ("ALTER TABLE m.t DROP a", .dropped),
        ("DROP TABLE IF EXISTS m.t", .dropped),
        ("DROP FUNCTION m.f(int)", .dropped),
        ("DROP SCHEMA m CASCADE", .dropped),
        ("-- contract:\nDROP TABLE m.t", .dropped),
        ("-- empty: no rows\nDROP TABLE m.t", .dropped),
        ("SELECT '-- contract: hidden'; DROP TABLE m.t", .dropped),
        ("ALTER TABLE m.t ADD CHECK (a > 0)", .unchecked),
        ("ALTER TABLE m.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES m.u (a)", .unchecked),
        ("ALTER TABLE m.t ADD COLUMN a int CHECK (a > 0)", .unchecked),
        ("ALTER TABLE m.t ADD COLUMN a uuid REFERENCES m.u (a)", .unchecked),
        ("ALTER TABLE m.t ADD CONSTRAINT c UNIQUE (a)", .index),
        ("ALTER TABLE m.t ADD PRIMARY KEY (a)", .index),
        ("ALTER TABLE m.t ADD COLUMN a int UNIQUE", .index),
        (
            "ALTER TABLE m.t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE m.t VALIDATE CONSTRAINT c",
            .validatedTooSoon
        ),
        ("ALTER TABLE m.t ALTER COLUMN a SET NOT NULL", .setNotNull),
        ("CREATE TYPE m.colour AS ENUM ('red')", .enumeration),
        ("ALTER TYPE m.colour ADD VALUE 'blue'", .enumeration),
        ("CREATE TABLE m.t (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id))", .unprotected),
        ("CREATE TABLE m.t (tenant_id uuid, id uuid PRIMARY KEY); SELECT app.protect('m.t', 'SELECT')", .key),
        (
            "CREATE TABLE m.t (tenant_id uuid, id uuid, PRIMARY KEY (id, tenant_id)); SELECT app.protect('m.t', 'SELECT')",
            .key
        ),
        ("ALTER TABLE m.t NO FORCE ROW LEVEL SECURITY", .opened),
        ("ALTER TABLE m.t DISABLE ROW LEVEL SECURITY", .opened),
        ("DROP POLICY tenant ON m.t", .opened),
        ("UPDATE m.t SET a = 1", .rows),
        ("DELETE FROM m.t", .rows),
        ("TRUNCATE TABLE m.t", .rows),
        ("LOCK TABLE m.t", .exclusive),
        ("DROP INDEX m.i", .exclusive),
        ("REINDEX TABLE m.t", .exclusive),
        ("REFRESH MATERIALIZED VIEW m.v", .exclusive),
        ("COMMIT", .ends),
        ("SET search_path = m", .ends),
        ("DO $$ BEGIN IF true THEN ALTER TABLE m.t DROP COLUMN a; END IF; END $$", .dropped),
        ("DO $$ BEGIN EXECUTE 'DROP TABLE m.t'; END $$", .dropped),
        ("DO $$ BEGIN EXECUTE format('CREATE INDEX ON %I (a)', 't'); END $$", .index),
    ])
    func `what is unsafe on a table in use is found`(_ sql: String, _ rule: Rule) {
        #expect(self.rules(sql) == [rule])
    }

    @Test(arguments: [
        """
        CREATE TABLE m.t (tenant_id uuid NOT NULL, id uuid, a text, PRIMARY KEY (tenant_id, id));
        CREATE UNIQUE INDEX ON m.t (tenant_id, a); CREATE INDEX i ON ONLY m.t (a);
        ALTER TABLE m.t ADD COLUMN b text NOT NULL, ADD FOREIGN KEY (tenant_id) REFERENCES m.u (tenant_id);
        ALTER TABLE m.t ALTER a TYPE varchar, RENAME TO u; UPDATE m.t SET a = 1; DROP TABLE m.t;
        SELECT app.protect('m.t', 'SELECT, INSERT');
        """,
        "CREATE TABLE m.t (tenant_id uuid PRIMARY KEY, name text); SELECT app.protect('m.t', 'SELECT')",
        "CREATE TABLE m.t (id uuid PRIMARY KEY)",
        "CREATE TABLE m.t_1 PARTITION OF m.t FOR VALUES FROM (1) TO (2)",
        "ALTER TABLE m.t ADD COLUMN a text",
        "ALTER TABLE m.t ADD COLUMN a text NOT NULL DEFAULT 'none'",
        "ALTER TABLE m.t ADD COLUMN a timestamptz NOT NULL DEFAULT now()",
        "ALTER TABLE m.t ADD COLUMN a numeric(10, 2) NOT NULL DEFAULT 0::numeric(10, 2)",
        "ALTER TABLE m.t ADD CONSTRAINT c CHECK (length(a) > 0) NOT VALID",
        "ALTER TABLE m.t VALIDATE CONSTRAINT c",
        "ALTER TABLE m.t ADD CONSTRAINT c PRIMARY KEY USING INDEX i",
        "ALTER TABLE m.t ALTER a DROP NOT NULL, ALTER a SET DEFAULT 1, DROP CONSTRAINT c",
        "-- contract: release 3 reads it no more\nALTER TABLE m.t DROP COLUMN a",
        "-- empty: made in the same release\nCREATE INDEX ON m.t (a)",
        "CREATE TYPE m.pair AS (a int, b int)",
        "CREATE FUNCTION m.f() RETURNS void LANGUAGE sql AS $$ DELETE FROM m.t $$",
        "INSERT INTO m.t VALUES ('DROP TABLE m.t; COMMIT')",
        "DO $$ BEGIN PERFORM 1; END $$",
        "SET LOCAL lock_timeout = '1s'",
        "GRANT SELECT, UPDATE ON m.t TO wcc_system",
    ])
    func `what is safe is left alone`(_ sql: String) {
        #expect(self.rules(sql) == [])
    }

    @Test func `what runs in no transaction runs alone`() {
        #expect(self.rules("CREATE INDEX CONCURRENTLY i ON m.t (a)", isTransactional: false) == [])
        let two = "CREATE INDEX CONCURRENTLY i ON m.t (a); CREATE INDEX CONCURRENTLY j ON m.t (b)"
        #expect(self.rules(two, isTransactional: false) == [.alone])
    }

    @Test func `a finding says where`() {
        let migration = Migration("2030-01-01T0000 test", "SELECT 1;\n\nDROP TABLE m.t;")
        #expect(
            MigrationLinter.findings(in: migration).map(\.description) == [
                "2030-01-01T0000 test, line 3: \(Rule.dropped.rawValue)"
            ])
    }

    /// Spacing, comments and case carry no meaning, whatever the statement.
    @Test func `what a statement looks like changes nothing`() {
        let pieces = [
            "ALTER TABLE m.t", "ADD COLUMN", "a text", "NOT NULL", "DEFAULT", "f()", "CREATE INDEX", "ON m.t (a)", ";",
            "DROP TABLE m.t", "CREATE TABLE m.t (a int)", "RENAME TO b", ",", "CHECK (a)", "NOT VALID", "(", ")",
            "UPDATE m.t SET a = 1", "'text'", "COMMIT", "DO $$ BEGIN DROP TABLE m.x; END $$",
        ]
        for _ in 0..<2_000 {
            let chosen = (0..<Int.random(in: 0...12)).map { _ in pieces.randomElement() ?? "" }
            let plain = self.rules(chosen.joined(separator: " "))
            let noisy = chosen.map { $0.hasPrefix("'") || $0.hasPrefix("DO") ? $0 : $0.lowercased() }
                .joined(separator: " /* DROP ' */ -- ; \n\t")
            #expect(Set(self.rules(noisy)) == Set(plain))
        }
    }
}
