import Kernel
import Messages
import People
import Postgres
import TestKit

extension MessagesKit {
    /// A resident's contact who has come by an invitation, and as which contact.
    func relative(
        of resident: Identifier<Person>, named name: String = "Margaret Ellis",
        as relationship: Contact.Relationship = .child, by manager: Principal
    ) async throws -> (principal: Principal, contact: Identifier<Contact>) {
        let contact = try await self.people.add(
            ContactDetails(fullName: name, relationship: relationship), to: resident, by: manager
        ).value.id
        let person = NewPerson(
            id: .any(), fullName: name, preferredName: name.split(separator: " ").first.map(String.init) ?? name)
        let isConnected = try await self.database.transaction(as: .tenant(self.organisation.id)) { tx in
            try PeopleDirectory().connect(person, as: contact, of: resident, in: tx)
        }
        guard isConnected else { throw CancellationError() }
        return (
            Principal(
                person: person.id, organisation: self.organisation.id,
                grants: [Grant(.relative, .home(self.organisation.rowan.id))]), contact
        )
    }

    /// People, whose contacts take their conversations with them.
    var closing: PeopleService {
        self.people.closing { change, tx in try self.messages.follow(change, in: tx) }
            .telling { change, tx in try self.messages.follow(change, in: tx) }
    }

    func family(
        about resident: Identifier<Person>, _ members: [Principal] = [], subject: String? = nil, by person: Principal
    ) async throws -> Identifier<Conversation> {
        try await self.messages.start(
            Opening(kind: .family, subject: subject, resident: resident, members: members.map(\.person)), by: person
        ).value.id
    }
}
