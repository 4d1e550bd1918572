package import Kernel
package import Postgres

/// The people in residents' lives who have a sign-in of their own.
extension PeopleDirectory {
    /// Those of a resident to whom it opens anything now, by name.
    package func family(
        of resident: Identifier<Person>, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try self.store.family(of: resident, in: tx)
    }

    /// A contact, for whoever invites them or takes that back.
    package func contact<Act: Permission>(
        _ contact: Identifier<Contact>, _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> Contact where Act.Object == Person {
        guard let found = try self.store.contacts(decision, in: tx).first(where: { $0.id == contact }) else {
            throw PeopleError.notFound
        }
        return found
    }

    /// Who has the sign-in of a contact; `nil` if nobody has.
    package func person(
        of contact: Identifier<Contact>, _ decision: Decision<ResetContactPassword>, in tx: borrowing Transaction
    ) throws -> Identifier<Person>? {
        try self.store.person(of: contact, decision, in: tx)
    }

    /// Keeps a resident and their contacts as they are until the commit.
    package func hold(_ resident: Identifier<Person>, in tx: borrowing Transaction) throws {
        try self.store.hold(resident, in: tx)
    }

    /// How somebody stands to a resident who stays as they are until the commit, with their contacts.
    package func hold(
        _ resident: Identifier<Person>, for principal: Principal, in tx: borrowing Transaction
    ) throws -> Standing<Person>? {
        try self.store.standing(of: principal, to: resident, holding: true, in: tx)
    }

    /// Makes somebody known who comes as a contact; `false` if the contact has ended by now.
    package func connect(
        _ person: NewPerson, as contact: Identifier<Contact>, of resident: Identifier<Person>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try self.store.insert([person], in: tx)
        return try self.store.connect(person.id, as: contact, of: resident, in: tx)
    }
}
