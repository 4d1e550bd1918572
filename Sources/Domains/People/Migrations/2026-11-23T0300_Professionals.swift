import Postgres

extension Migration {
    static let professionals = Migration(
        "2026-11-23T0300 external professionals",
        """
        -- Somebody from outside who looks after residents; they have no account here.
        CREATE TABLE people.professional (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            full_name text NOT NULL CHECK (length(full_name) BETWEEN 1 AND 200),
            role text NOT NULL CHECK (role ~ '^[a-z_]{1,40}$'),
            works_for text CHECK (length(works_for) BETWEEN 1 AND 200),
            -- As they say it: nobody has asked the register.
            register text CHECK (register ~ '^[a-z_]{1,20}$'),
            registration_number text CHECK (length(registration_number) BETWEEN 1 AND 30),
            telephone text CHECK (length(telephone) BETWEEN 1 AND 30),
            email text CHECK (length(email) BETWEEN 3 AND 254),
            -- Where they come in, and when.
            comes_in text CHECK (length(comes_in) BETWEEN 1 AND 500),
            version bigint NOT NULL DEFAULT 1,
            ended_by uuid,
            ended_at timestamptz,
            end_reason text CHECK (length(end_reason) BETWEEN 1 AND 500),
            PRIMARY KEY (tenant_id, id),
            CHECK ((register IS NULL) = (registration_number IS NULL)),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
            FOREIGN KEY (tenant_id) REFERENCES accounts.organisation (tenant_id),
            FOREIGN KEY (tenant_id, ended_by) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX professional_name ON people.professional (tenant_id, full_name, id) WHERE ended_at IS NULL;
        SELECT app.protect('people.professional', 'SELECT, INSERT, UPDATE');

        -- A row for each field that a change touched.
        CREATE TABLE people.professional_change (
            tenant_id uuid NOT NULL,
            professional_id uuid NOT NULL,
            -- The version that the change made.
            version bigint NOT NULL,
            field text NOT NULL CHECK (field ~ '^[a-z_]{1,40}$'),
            was text,
            became text,
            changed_by uuid NOT NULL,
            changed_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, professional_id, version, field),
            FOREIGN KEY (tenant_id, professional_id) REFERENCES people.professional (tenant_id, id),
            FOREIGN KEY (tenant_id, changed_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('people.professional_change', 'SELECT, INSERT');

        -- Whose they are, from one day to another: "their GP".
        CREATE TABLE people.resident_professional (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            resident_id uuid NOT NULL,
            professional_id uuid NOT NULL,
            since date NOT NULL,
            -- The last day on which they are; without one, they still are.
            until date,
            linked_by uuid NOT NULL,
            linked_at timestamptz NOT NULL,
            ended_by uuid,
            ended_at timestamptz,
            PRIMARY KEY (tenant_id, id),
            CHECK (until >= since),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            FOREIGN KEY (tenant_id, professional_id) REFERENCES people.professional (tenant_id, id),
            FOREIGN KEY (tenant_id, linked_by) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, ended_by) REFERENCES people.person (tenant_id, id)
        );
        -- Nobody is a resident's twice at once.
        CREATE UNIQUE INDEX resident_professional_open
            ON people.resident_professional (tenant_id, resident_id, professional_id) WHERE ended_at IS NULL;
        CREATE INDEX resident_professional_whose ON people.resident_professional (tenant_id, professional_id)
            WHERE ended_at IS NULL;
        SELECT app.protect('people.resident_professional', 'SELECT, INSERT, UPDATE');
        """)
}
