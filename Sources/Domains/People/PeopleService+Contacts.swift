import Audit
import FoundationEssentials
package import Kernel
import Postgres
package import Web

/// The people in residents' lives: how they are reached, what they may decide, and what was restricted.
extension PeopleService {
    /// Those that count now.
    package func contacts(of resident: Identifier<Person>, for principal: Principal) async throws -> Page<Contact> {
        try await self.database.transaction(as: principal) { tx in
            let decision = try principal.decide(
                ReadContacts.self, self.store.standing(of: principal, to: resident, in: tx))
            self.audit.record(decision, about: resident, in: tx)
            return Page(items: try self.store.contacts(decision, in: tx), next: nil)
        }
    }

    package func add(
        _ contact: ContactDetails, to resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Contact> {
        let now = self.source.now(), id = self.source.identifier(Contact.self)
        return try await self.changeContacts(ChangeContacts.self, of: resident, by: principal, once: once) {
            tx, decision, today in
            guard try self.store.contacts(decision, in: tx).count < Self.mostContacts else {
                throw PeopleError.invalid("/full_name", "There are too many already: end one first")
            }
            try self.store.insert(contact.checked(on: today), id: id, decision, at: now, in: tx)
            return try self.contact(id, decision, in: tx)
        }
    }

    private static let mostContacts = 50

    /// Writes a contact anew.
    ///
    /// - Parameters:
    ///   - contact: Which.
    ///   - details: All of them; what is left out is taken away.
    ///   - version: The one that was read before; `nil` to overwrite whatever is there.
    ///   - resident: Whose.
    ///   - principal: Who asks.
    ///   - once: The request's key.
    /// - Returns: The contact as it is now.
    /// - Throws: ``PeopleError/stale`` if there is another version by now.
    package func change(
        _ contact: Identifier<Contact>, to details: ContactDetails, from version: Int? = nil,
        of resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Contact> {
        try await self.changeContacts(ChangeContacts.self, of: resident, by: principal, once: once) {
            tx, decision, today in
            let before = try self.contact(contact, decision, in: tx)
            if let version, version != before.version { throw PeopleError.stale }
            let checked = try details.checked(on: today)
            // Papers for something else are other papers.
            let isSeenBefore =
                checked.authority == before.authority && checked.authorityVerifiedOn == before.authorityVerifiedOn
            let verifier = isSeenBefore ? before.authorityVerifiedBy?.id : principal.person
            try self.store.update(
                contact, to: checked, verifiedBy: checked.authorityVerifiedOn == nil ? nil : verifier, decision, in: tx)
            return try self.contact(contact, decision, in: tx)
        }
    }

    /// Says that somebody is no contact any more, and why; it is kept.
    package func end(
        contact: Identifier<Contact>, _ ending: Ending, of resident: Identifier<Person>, by principal: Principal,
        once: Once? = nil
    ) async throws -> Replayable<Contact> {
        let now = self.source.now()
        return try await self.changeContacts(ChangeContacts.self, of: resident, by: principal, once: once) {
            tx, decision, _ in
            let ended = try self.contact(contact, decision, in: tx)
            // Somebody who is added again would come without it.
            guard ended.restrictions.isEmpty else { throw PeopleError.restricted }
            try self.close(contact, of: resident, by: principal, in: tx)
            try self.store.end(contact, because: ending.checked(), decision, at: now, in: tx)
            return ended
        }
    }

    /// Restricts a contact; whoever does it has approved it.
    package func restrict(
        _ contact: Identifier<Contact>, _ restriction: NewRestriction, of resident: Identifier<Person>,
        by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Contact> {
        let now = self.source.now(), id = self.source.identifier(ContactRestriction.self)
        return try await self.changeContacts(RestrictContact.self, of: resident, by: principal, once: once) {
            tx, decision, today in
            let before = try self.contact(contact, decision, in: tx)
            let (reason, review) = try restriction.checked(on: today)
            guard !before.restrictions.contains(where: { $0.kind == restriction.kind }) else {
                throw PeopleError.invalid("/kind", "This is restricted already")
            }
            try self.store.insert(
                restriction.kind, id: id, on: contact, because: reason, review: review, decision, at: now, in: tx)
            if restriction.kind.closesMessages { try self.close(contact, of: resident, by: principal, in: tx) }
            return try self.contact(contact, decision, in: tx)
        }
    }

    package func lift(
        _ restriction: Identifier<ContactRestriction>, _ ending: Ending, on contact: Identifier<Contact>,
        of resident: Identifier<Person>, by principal: Principal, once: Once? = nil
    ) async throws -> Replayable<Contact> {
        let now = self.source.now()
        return try await self.changeContacts(RestrictContact.self, of: resident, by: principal, once: once) {
            tx, decision, _ in
            guard
                try self.contact(contact, decision, in: tx).restrictions.contains(where: { $0.id == restriction })
            else { throw PeopleError.notFound }
            try self.store.end(restriction, because: ending.checked(), decision, at: now, in: tx)
            return try self.contact(contact, decision, in: tx)
        }
    }

    private func contact<Act: Permission>(
        _ id: Identifier<Contact>, _ decision: Decision<Act>, in tx: borrowing Transaction
    ) throws -> Contact where Act.Object == Person {
        guard let contact = try self.store.contacts(decision, in: tx).first(where: { $0.id == id }) else {
            throw PeopleError.notFound
        }
        return contact
    }

    private func changeContacts<Act: Permission>(
        _ act: Act.Type, of resident: Identifier<Person>, by principal: Principal, once: Once?,
        _ body: @Sendable (borrowing Transaction, Decision<Act>, LocalDate) throws -> Contact
    ) async throws -> Replayable<Contact> where Act.Object == Person {
        let today = try self.today
        return try await self.database.transaction(as: principal, once: once) { tx in
            try principal.decide(act, self.store.standing(of: principal, to: resident, holding: true, in: tx))
        } _: { tx, decision in
            let contact = try body(tx, decision, today)
            self.audit.record(decision, about: resident, in: tx)
            return contact
        }
    }

    /// A day more or less is nothing to a date of review, so it is London's for every home.
    var today: LocalDate {
        get throws {
            guard let today = LocalTime(zone: "Europe/London", now: self.source.now()).today else {
                throw Problem(.internalFailure, "The clock is beyond what a calendar has")
            }
            return today
        }
    }
}
