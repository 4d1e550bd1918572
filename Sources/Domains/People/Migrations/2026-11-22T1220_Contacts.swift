import Postgres

extension Migration {
    static let contacts = Migration(
        "2026-11-22T1220 contacts",
        """
        -- Somebody in a resident's life. A couple's daughter is the contact of each, with what each of them wishes.
        CREATE TABLE people.contact (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            resident_id uuid NOT NULL,
            full_name text NOT NULL CHECK (length(full_name) BETWEEN 1 AND 200),
            relationship text NOT NULL CHECK (relationship ~ '^[a-z_]{1,40}$'),
            telephone text CHECK (length(telephone) BETWEEN 1 AND 30),
            email text CHECK (length(email) BETWEEN 3 AND 254),
            is_emergency boolean NOT NULL,
            -- What the law lets them decide; it counts once somebody has seen the papers.
            authority text NOT NULL CHECK (authority ~ '^[a-z_]{1,40}$'),
            authority_scope text CHECK (length(authority_scope) BETWEEN 1 AND 500),
            authority_verified_on date,
            authority_verified_by uuid,
            version bigint NOT NULL DEFAULT 1,
            recorded_by uuid NOT NULL,
            recorded_at timestamptz NOT NULL,
            ended_by uuid,
            ended_at timestamptz,
            end_reason text CHECK (length(end_reason) BETWEEN 1 AND 500),
            PRIMARY KEY (tenant_id, id),
            CHECK ((authority_verified_on IS NULL) = (authority_verified_by IS NULL)),
            CHECK (authority <> 'none' OR authority_verified_on IS NULL AND authority_scope IS NULL),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
            FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
            FOREIGN KEY (tenant_id, authority_verified_by) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, recorded_by) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, ended_by) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX contact_resident ON people.contact (tenant_id, resident_id) WHERE ended_at IS NULL;
        SELECT app.protect('people.contact', 'SELECT, INSERT, UPDATE');

        CREATE TABLE people.contact_restriction (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            contact_id uuid NOT NULL,
            kind text NOT NULL CHECK (kind IN ('no_contact', 'no_visits', 'supervised', 'no_information')),
            reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
            approved_by uuid NOT NULL,
            approved_at timestamptz NOT NULL,
            review_due_on date NOT NULL,
            ended_by uuid,
            ended_at timestamptz,
            end_reason text CHECK (length(end_reason) BETWEEN 1 AND 500),
            PRIMARY KEY (tenant_id, id),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
            FOREIGN KEY (tenant_id, contact_id) REFERENCES people.contact (tenant_id, id),
            FOREIGN KEY (tenant_id, approved_by) REFERENCES people.person (tenant_id, id),
            FOREIGN KEY (tenant_id, ended_by) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX contact_restriction_contact ON people.contact_restriction (tenant_id, contact_id)
            WHERE ended_at IS NULL;
        SELECT app.protect('people.contact_restriction', 'SELECT, INSERT, UPDATE');
        """)
}
