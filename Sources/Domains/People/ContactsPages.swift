import FoundationEssentials
import Hummingbird
import Kernel
import Web

/// The people in a resident's life, on a page of their own.
extension PeoplePages {
    private static let path = "residents/{resident}/contacts"

    func registerContacts(on pages: inout PageRoutes) {
        let one = "\(Self.path)/{contact}"
        pages.get(Self.path, needs: ReadContacts.self) { call in try await self.contactsPage(call) }
        pages.post(Self.path, needs: ChangeContacts.self, fields: ContactForm.fields) { call in
            try await self.changeContacts(call, .add) { resident in
                _ = try await self.people.add(
                    ContactForm(call.form).details(), to: resident, by: call.principal, once: call.once)
            }
        }
        pages.post(
            "\(one)/edit", needs: ChangeContacts.self,
            fields: ContactForm.fields + [.one("version", maxLength: 20)]
        ) { call in
            try await self.changeContacts(call, .edit) { resident in
                guard let version = Int(call.form.text("version")) else { throw PeopleError.stale }
                _ = try await self.people.change(
                    call.identifier("contact"), to: ContactForm(call.form).details(), from: version, of: resident,
                    by: call.principal, once: call.once)
            }
        }
        pages.post("\(one)/end", needs: ChangeContacts.self, fields: [.one("reason", maxLength: 500)]) { call in
            try await self.changeContacts(call, .end) { resident in
                _ = try await self.people.end(
                    contact: call.identifier("contact"), Ending(reason: call.form.text("reason")), of: resident,
                    by: call.principal, once: call.once)
            }
        }
        pages.post(
            "\(one)/restrictions", needs: RestrictContact.self,
            fields: [
                .one("kind", maxLength: 20), .one("reason", maxLength: 500), .one("review_due_on", maxLength: 10),
            ]
        ) { call in
            try await self.changeContacts(call, .restrict) { resident in
                guard let kind = ContactRestriction.Kind(rawValue: call.form.text("kind")) else {
                    throw PeopleError.invalid("/kind", "Choose what is restricted")
                }
                let restriction = NewRestriction(
                    kind: kind, reason: call.form.text("reason"), reviewDueOn: try call.form.day("review_due_on"))
                _ = try await self.people.restrict(
                    call.identifier("contact"), restriction, of: resident, by: call.principal, once: call.once)
            }
        }
        pages.post(
            "\(one)/restrictions/{restriction}/end", needs: RestrictContact.self,
            fields: [.one("reason", maxLength: 500)]
        ) { call in
            try await self.changeContacts(call, .lift) { resident in
                _ = try await self.people.lift(
                    call.identifier("restriction"), Ending(reason: call.form.text("reason")),
                    on: call.identifier("contact"), of: resident, by: call.principal, once: call.once)
            }
        }
    }

    private func changeContacts(
        _ call: PageCall, _ kind: ContactView.Kind, _ act: (Identifier<Person>) async throws -> Void
    ) async throws -> Response {
        let resident: Identifier<Person> = try call.identifier("resident")
        do {
            try await act(resident)
            return call.redirect("/residents/\(resident)/contacts")
        } catch {
            guard let error = error as? PeopleError, error != .notFound else { throw error }
            let back = ContactView.Back(
                form: call.form, kind: kind, error: error, contact: try? call.identifier("contact"),
                restriction: try? call.identifier("restriction"))
            return try await self.contactsPage(call, back)
        }
    }

    private func contactsPage(_ call: PageCall, _ back: ContactView.Back? = nil) async throws -> Response {
        let record = try await self.people.resident(call.identifier("resident"), for: call.principal)
        let resident = record.resident, home = call.visitor.home(resident.homeId)
        let contacts = try await self.people.contacts(of: resident.id, for: call.principal).items
        let mayChange = call.principal.may(ChangeContacts.self, record.standing(of: call.principal))
        let mayRestrict = call.principal.may(RestrictContact.self, record.standing(of: call.principal))
        let mayInvite = call.principal.may(InviteContact.self, record.standing(of: call.principal))
        let mayWithdraw = call.principal.may(WithdrawContactInvitation.self, record.standing(of: call.principal))
        let invitations = mayWithdraw ? try await self.invitations(resident.id, call.principal) : [:]
        // There is nothing to mend in what somebody may not send at all, nor in what is not there any more.
        if let back {
            guard back.kind.isRestriction ? mayRestrict : mayChange else { throw Problem.notAllowed }
            guard back.kind == .add || contacts.contains(where: { $0.id == back.contact }) else {
                throw PeopleError.notFound
            }
        }
        let path = "/residents/\(resident.id)/contacts"
        let typed = back.flatMap { $0.kind == .add ? $0 : nil }
        let model: Model = [
            "back": ["href": "/residents/\(resident.id)", "text": resident.fullName] as Model,
            "tint": (home?.tint).orFalse, "heading": "The people in \(resident.preferredName)’s life",
            "lead": "How they are reached, what the law lets them decide, and what was restricted.",
            "errors": back.map(\.summary).orFalse,
            "contacts": contacts.map { contact in
                ContactView(
                    contact: contact, path: "\(path)/\(contact.id)",
                    time: call.visitor.time(at: call.now, in: resident.homeId),
                    back: back.flatMap { $0.contact == contact.id ? $0 : nil }, mayChange: mayChange,
                    mayRestrict: mayRestrict, mayInvite: mayInvite, mayWithdraw: mayWithdraw,
                    invitation: invitations[contact.id]
                ).model(key: call.newKey)
            },
            "add":
                (mayChange
                ? [
                    "action": path, "key": call.newKey(),
                    "fields": (typed.map { ContactForm($0.form) } ?? ContactForm()).models("", typed?.problem),
                ] as Model : nil).orFalse,
        ]
        let status: HTTPResponse.Status = back.map { .init(code: $0.problem.kind.status) } ?? .ok
        return try await call.page(
            "people/contacts", model, title: "Contacts · \(resident.fullName)", nav: .residents, home: home,
            status: status)
    }
}
