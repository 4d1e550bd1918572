import Postgres

extension Migration {
    static let contactPersons = Migration(
        "2026-11-23T0200 contact persons",
        """
        -- Who they are here once they have come by an invitation; and whether that still opens anything to them.
        ALTER TABLE people.contact ADD COLUMN person_id uuid;
        ALTER TABLE people.contact ADD COLUMN is_connected boolean NOT NULL DEFAULT false;
        ALTER TABLE people.contact ADD CONSTRAINT contact_person FOREIGN KEY (tenant_id, person_id)
            REFERENCES people.person (tenant_id, id) NOT VALID;
        ALTER TABLE people.contact ADD CONSTRAINT contact_connected CHECK (
            NOT is_connected OR person_id IS NOT NULL AND ended_at IS NULL) NOT VALID;
        """)

    /// A step of its own, because it reads the whole table and must not keep the lock of the one before.
    static let contactPersonsChecked = Migration(
        "2026-11-23T0201 contact persons checked",
        """
        ALTER TABLE people.contact VALIDATE CONSTRAINT contact_person;
        ALTER TABLE people.contact VALIDATE CONSTRAINT contact_connected;
        """)

    static let contactByPerson = Migration(
        "2026-11-23T0202 contacts by person",
        """
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS contact_person_unique ON people.contact (tenant_id, person_id)
            WHERE person_id IS NOT NULL
        """, isTransactional: false)
}
