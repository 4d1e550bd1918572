import FoundationEssentials
import Kernel
import Postgres

/// Contacts who have a sign-in of their own.
extension PeopleStore {
    /// Those of a resident to whom it opens anything now, by name.
    func family(of resident: Identifier<Person>, in tx: borrowing Transaction) throws -> [Identifier<Person>] {
        try tx.execute(
            """
            SELECT person_id FROM people.contact
            WHERE tenant_id = app.tid() AND resident_id = \(resident.uuid) AND is_connected ORDER BY full_name, id
            """
        ).map { Identifier(try $0.read("person_id")) }
    }

    /// Whom a contact's sign-in belongs to, if it opens anything.
    func person(
        of contact: Identifier<Contact>, _ decision: Decision<ResetContactPassword>, in tx: borrowing Transaction
    ) throws -> Identifier<Person>? {
        try tx.execute(
            """
            SELECT person_id FROM people.contact
            WHERE tenant_id = app.tid() AND resident_id = \(decision.object.uuid) AND id = \(contact.uuid)
                AND is_connected
            """
        ).first.map { Identifier(try $0.read("person_id")) }
    }

    func hold(_ resident: Identifier<Person>, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            SELECT FROM people.resident WHERE tenant_id = app.tid() AND person_id = \(resident.uuid) FOR UPDATE
            """)
    }

    /// Links somebody to the contact whom they came as; `false` if it has ended by now.
    func connect(
        _ person: Identifier<Person>, as contact: Identifier<Contact>, of resident: Identifier<Person>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE people.contact SET person_id = \(person.uuid), is_connected = true
            WHERE tenant_id = app.tid() AND id = \(contact.uuid) AND resident_id = \(resident.uuid)
                AND ended_at IS NULL
            """
        ).affected == 1
    }

    /// Takes the link back; whom it opened something to, if anybody.
    func disconnect(_ contact: Identifier<Contact>, in tx: borrowing Transaction) throws -> Identifier<Person>? {
        try tx.execute(
            """
            UPDATE people.contact SET is_connected = false
            WHERE tenant_id = app.tid() AND id = \(contact.uuid) AND is_connected RETURNING person_id
            """
        ).first.map { Identifier(try $0.read("person_id")) }
    }
}
