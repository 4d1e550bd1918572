import Postgres

extension Migration {
    static let announcements = Migration(
        "2026-11-22T1700 announcements",
        """
        CREATE SCHEMA announcements;
        GRANT USAGE ON SCHEMA announcements TO wcc_app;

        CREATE TABLE announcements.announcement (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            author_id uuid NOT NULL,
            -- Whom it is for; without a home the whole organisation, without a unit the whole home.
            home_id uuid,
            unit_id uuid,
            -- Only those of these roles; empty for everybody there.
            roles text[] NOT NULL DEFAULT '{}' CHECK (cardinality(roles) <= 40),
            title text NOT NULL CHECK (length(title) BETWEEN 1 AND 150),
            body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
            asks_confirmation boolean NOT NULL,
            announced_at timestamptz NOT NULL,
            shown_until timestamptz CHECK (shown_until > announced_at),
            -- How many it was for when it was accepted.
            people bigint NOT NULL CHECK (people >= 0),
            -- How far the telling is: chunks done, people told, the last of them, and when all were.
            chunks bigint NOT NULL DEFAULT 0,
            told bigint NOT NULL DEFAULT 0,
            told_through uuid,
            told_at timestamptz,
            reminders bigint NOT NULL DEFAULT 0,
            reminded_at timestamptz,
            state text NOT NULL DEFAULT 'current' CHECK (state IN ('current', 'withdrawn')),
            withdrawn_at timestamptz,
            withdrawal text CHECK (length(withdrawal) BETWEEN 1 AND 500),
            PRIMARY KEY (tenant_id, id),
            CHECK (unit_id IS NULL OR home_id IS NOT NULL),
            CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal IS NOT NULL)),
            FOREIGN KEY (tenant_id, author_id) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
            FOREIGN KEY (tenant_id, home_id, unit_id) REFERENCES accounts.unit (tenant_id, home_id, id)
        ) WITH (fillfactor = 70);
        SELECT app.protect('announcements.announcement', 'SELECT, INSERT, UPDATE');

        -- A row for each person who was told: once told, always told, whatever becomes of their role.
        CREATE TABLE announcements.receipt (
            tenant_id uuid NOT NULL,
            announcement_id uuid NOT NULL,
            person_id uuid NOT NULL,
            told_at timestamptz NOT NULL,
            seen_at timestamptz,
            confirmed_at timestamptz CHECK (confirmed_at IS NULL OR seen_at IS NOT NULL),
            PRIMARY KEY (tenant_id, announcement_id, person_id),
            FOREIGN KEY (tenant_id, announcement_id) REFERENCES announcements.announcement (tenant_id, id),
            FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id)
        ) WITH (fillfactor = 70);
        CREATE INDEX receipt_person ON announcements.receipt (tenant_id, person_id, announcement_id);
        SELECT app.protect('announcements.receipt', 'SELECT, INSERT, UPDATE');
        """)
}
