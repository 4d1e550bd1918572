import Audit
package import Kernel
package import Postgres

/// Contacts who have a sign-in of their own.
extension PeopleService {
    /// Those of a resident's contacts who have a sign-in, for whoever may know of their contacts.
    package func family(
        of resident: Identifier<Person>, for principal: Principal
    ) async throws -> [PersonSummary] {
        try await self.database.transaction(as: principal) { tx in
            guard let standing = try self.store.standing(of: principal, to: resident, in: tx),
                principal.may(ReadContacts.self, standing)
            else { return [] }
            let decision = try principal.decide(ReadContacts.self, standing)
            self.audit.record(decision, about: resident, in: tx)
            let family = try self.store.family(of: resident, in: tx)
            let known = try self.store.summaries(of: Set(family), in: tx)
            return family.compactMap { known[$0] }
        }
    }

    /// The same service, which tells of contacts to whom nothing is open any more, in the transaction that closes it.
    package func closing(
        _ onContact: @escaping @Sendable (ContactClosed, borrowing Transaction) throws -> Void
    ) -> Self {
        var service = self
        service.onContact = onContact
        return service
    }

    /// Takes back what a contact's sign-in opened.
    func close(
        _ contact: Identifier<Contact>, of resident: Identifier<Person>, by principal: Principal,
        in tx: borrowing Transaction
    ) throws {
        let person = try self.store.disconnect(contact, in: tx)
        try self.onContact(
            ContactClosed(resident: resident, contact: contact, person: person, principal: principal), tx)
    }
}
