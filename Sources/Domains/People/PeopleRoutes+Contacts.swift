import HTTPTypes
import Kernel
import Web

/// The people in residents' lives.
extension PeopleRoutes {
    func registerContacts(on api: inout APIRoutes) {
        api.add(self.contacts, in: "people")
        api.add(self.addContact, in: "people")
        api.add(self.changeContact, in: "people")
        api.add(self.endContact, in: "people")
        api.add(self.restrictContact, in: "people")
        api.add(self.liftRestriction, in: "people")
    }

    var contacts: Endpoint<Nothing, Page<Contact>> {
        Endpoint(
            .get, "residents/{resident}/contacts", "See the people in a resident’s life", needs: ReadContacts.self,
            errors: [.notFound]
        ) { call in
            .init(try await self.people.contacts(of: call.identifier("resident"), for: call.principal))
        }
    }

    var addContact: Endpoint<ContactDetails, Contact> {
        Endpoint(
            .post, "residents/{resident}/contacts", "Add somebody in a resident’s life", needs: ChangeContacts.self,
            status: .created, errors: [.notFound]
        ) { call in
            let contact = try await self.people.add(
                call.input, to: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(contact.value, isReplay: contact.isReplay, version: contact.value.version)
        }
    }

    var changeContact: Endpoint<ContactDetails, Contact> {
        Endpoint(
            .put, "residents/{resident}/contacts/{contact}", "Change a resident’s contact", needs: ChangeContacts.self,
            errors: [.notFound], isVersioned: true,
            details:
                "All of the details are written anew. Send its version as If-Match, or what somebody else wrote in "
                + "the meantime is overwritten."
        ) { call in
            let contact = try await self.people.change(
                call.identifier("contact"), to: call.input, from: call.version, of: call.identifier("resident"),
                by: call.principal, once: call.once)
            return .init(contact.value, isReplay: contact.isReplay, version: contact.value.version)
        }
    }

    var endContact: Endpoint<Ending, Contact> {
        Endpoint(
            .post, "residents/{resident}/contacts/{contact}/end", "Say that somebody is no contact any more",
            needs: ChangeContacts.self, errors: [.notFound, .conflict]
        ) { call in
            let contact = try await self.people.end(
                contact: call.identifier("contact"), call.input, of: call.identifier("resident"), by: call.principal,
                once: call.once)
            return .init(contact.value, isReplay: contact.isReplay)
        }
    }

    var restrictContact: Endpoint<NewRestriction, Contact> {
        Endpoint(
            .post, "residents/{resident}/contacts/{contact}/restrictions", "Restrict a resident’s contact",
            needs: RestrictContact.self, status: .created, errors: [.notFound],
            details: "Whoever sends this approves it, and answers for the reason."
        ) { call in
            let contact = try await self.people.restrict(
                call.identifier("contact"), call.input, of: call.identifier("resident"), by: call.principal,
                once: call.once)
            return .init(contact.value, isReplay: contact.isReplay)
        }
    }

    var liftRestriction: Endpoint<Ending, Contact> {
        Endpoint(
            .post, "residents/{resident}/contacts/{contact}/restrictions/{restriction}/end", "End a restriction",
            needs: RestrictContact.self, errors: [.notFound]
        ) { call in
            let contact = try await self.people.lift(
                call.identifier("restriction"), call.input, on: call.identifier("contact"),
                of: call.identifier("resident"), by: call.principal, once: call.once)
            return .init(contact.value, isReplay: contact.isReplay)
        }
    }
}
