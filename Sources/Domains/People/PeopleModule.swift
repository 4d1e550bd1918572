package import Kernel
package import Postgres

/// What the composition root needs to know about this module.
package enum PeopleModule {
    package static let permissions: [any Permission.Type] = [
        ListResidents.self, ReadResident.self, ListStaff.self, AdmitResident.self, ChangeResident.self,
        PrepareResidentChange.self, ReadResidentChanges.self, ChangeCareTeam.self, ReadNeeds.self, ChangeNeeds.self,
        ReadContacts.self, ChangeContacts.self, RestrictContact.self, CheckImport.self,
        ImportResidents.self, InviteContact.self, ResetContactPassword.self, WithdrawContactInvitation.self,
        ListProfessionals.self, AddProfessional.self, ReadProfessional.self,
        ChangeProfessional.self, PrepareProfessionalChange.self, ReadResidentProfessionals.self, LinkProfessional.self,
        ReadPhoto.self, PutUpPhoto.self, TakeDownPhoto.self, PreparePhoto.self,
        OpenInEmergency.self, ListEmergencies.self, ReadEmergency.self, ReviewEmergency.self,
    ]

    /// What is recorded without a decision on what was looked for.
    package static let acts: [any Act.Type] = [MissInEmergency.self]

    package static let migrations: [Migration] = [
        Migration(
            "2026-11-22T1050 people",
            """
            CREATE SCHEMA people;
            GRANT USAGE ON SCHEMA people TO wcc_app;

            CREATE TABLE people.person (
                tenant_id uuid NOT NULL,
                id uuid NOT NULL,
                full_name text NOT NULL CHECK (length(full_name) BETWEEN 1 AND 200),
                preferred_name text NOT NULL CHECK (length(preferred_name) BETWEEN 1 AND 100),
                date_of_birth date,
                version bigint NOT NULL DEFAULT 1,
                created_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id) REFERENCES accounts.organisation (tenant_id)
            );
            SELECT app.protect('people.person', 'SELECT, INSERT, UPDATE');

            CREATE TABLE people.staff (
                tenant_id uuid NOT NULL,
                person_id uuid NOT NULL,
                -- Without a home: for the whole organisation.
                home_id uuid,
                unit_id uuid,
                job_title text NOT NULL CHECK (length(job_title) BETWEEN 1 AND 100),
                status text NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'left')),
                PRIMARY KEY (tenant_id, person_id),
                FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id),
                FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
                FOREIGN KEY (tenant_id, unit_id) REFERENCES accounts.unit (tenant_id, id)
            );
            SELECT app.protect('people.staff', 'SELECT, INSERT, UPDATE');

            CREATE TABLE people.resident (
                tenant_id uuid NOT NULL,
                person_id uuid NOT NULL,
                home_id uuid NOT NULL,
                unit_id uuid,
                room text NOT NULL CHECK (length(room) BETWEEN 1 AND 20),
                status text NOT NULL DEFAULT 'current'
                    CHECK (status IN ('current', 'hospital', 'respite', 'moved_out', 'died')),
                moved_in_on date NOT NULL,
                key_worker_id uuid,
                version bigint NOT NULL DEFAULT 1,
                PRIMARY KEY (tenant_id, person_id),
                FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id),
                FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
                FOREIGN KEY (tenant_id, unit_id) REFERENCES accounts.unit (tenant_id, id),
                FOREIGN KEY (tenant_id, key_worker_id) REFERENCES people.staff (tenant_id, person_id)
            );
            CREATE INDEX resident_home ON people.resident (tenant_id, home_id);
            SELECT app.protect('people.resident', 'SELECT, INSERT, UPDATE');

            CREATE TABLE people.care_team (
                tenant_id uuid NOT NULL,
                resident_id uuid NOT NULL,
                person_id uuid NOT NULL,
                since timestamptz NOT NULL DEFAULT now(),
                until timestamptz,
                PRIMARY KEY (tenant_id, resident_id, person_id),
                FOREIGN KEY (tenant_id, resident_id) REFERENCES people.resident (tenant_id, person_id),
                FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id)
            );
            CREATE INDEX care_team_person ON people.care_team (tenant_id, person_id);
            SELECT app.protect('people.care_team', 'SELECT, INSERT, UPDATE');

            -- Validated by the migration after this one.
            ALTER TABLE accounts.account ADD CONSTRAINT account_person FOREIGN KEY (tenant_id, person_id)
                REFERENCES people.person (tenant_id, id) NOT VALID;
            """),
        .residentDetails, .residentDetailsChecked, .residentNHSNumber, .communicationNeeds, .contacts,
        .contactPersons, .contactPersonsChecked, .contactByPerson, .professionals, .showsPresence, .photos,
        .photosChecked, .emergencies,
    ]
}
