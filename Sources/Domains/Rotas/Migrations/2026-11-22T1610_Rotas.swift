import Postgres

extension Migration {
    static let rotas = Migration(
        "2026-11-22T1610 rotas",
        """
        CREATE SCHEMA rotas;
        GRANT USAGE ON SCHEMA rotas TO wcc_app;

        -- What was taken off the rota stays, with who took it off: it says who was to be there.
        CREATE TABLE rotas.shift (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            home_id uuid NOT NULL,
            -- Without a unit: for the whole home.
            unit_id uuid,
            person_id uuid NOT NULL,
            kind text NOT NULL CHECK (kind IN ('shift', 'on_call_manager')),
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            -- Who is asked first.
            position smallint NOT NULL CHECK (position BETWEEN 1 AND 99),
            planned_by uuid NOT NULL,
            planned_at timestamptz NOT NULL,
            removed_by uuid,
            removed_at timestamptz,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id, unit_id) REFERENCES accounts.unit (tenant_id, home_id, id),
            FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, planned_by) REFERENCES people.person (tenant_id, id),
            CHECK (ends_at > starts_at AND extract(epoch FROM ends_at - starts_at) <= 86400),
            CHECK ((removed_at IS NULL) = (removed_by IS NULL))
        );
        CREATE INDEX shift_home ON rotas.shift (tenant_id, home_id, starts_at) WHERE removed_at IS NULL;
        CREATE INDEX shift_person ON rotas.shift (tenant_id, person_id, starts_at) WHERE removed_at IS NULL;
        SELECT app.protect('rotas.shift', 'SELECT, INSERT, UPDATE (removed_by, removed_at)');
        """)
}
