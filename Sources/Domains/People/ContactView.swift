import FoundationEssentials
import HTTPTypes
import Kernel
import Web

/// One contact on the page of contacts, with the forms that its reader may send.
struct ContactView {
    enum Kind: Sendable {
        case add, edit, end, restrict, lift
        var isRestriction: Bool { self == .restrict || self == .lift }
    }

    /// A form that has come back, with what was typed.
    struct Back {
        let form: Form
        let kind: Kind
        let error: PeopleError
        let contact: Identifier<Contact>?
        let restriction: Identifier<ContactRestriction>?

        var problem: Problem { self.error.problem }

        /// What keeps the ids of this form's fields apart from those of the others.
        var suffix: String {
            switch (self.kind, self.contact, self.restriction) {
            case (.add, _, _): ""
            case (.lift, _, let restriction?): "-\(restriction)"
            case (.end, let contact?, _): "-end-\(contact)"
            case (_, let contact?, _): "-\(contact)"
            case (_, nil, _): ""
            }
        }

        var summary: Model {
            let names = ContactForm.names + ["kind", "reason", "review_due_on"]
            return self.problem.summary(
                Dictionary(names.map { ("/\($0)", "#\($0)\(self.suffix)") }) { first, _ in first })
        }
    }

    let contact: Contact
    let path: String
    let time: LocalTime
    let back: Back?
    let mayChange: Bool
    let mayRestrict: Bool
    let mayInvite: Bool
    let mayWithdraw: Bool
    /// Their link, if they are invited and have not come.
    let invitation: OpenInvitation?

    func model(key: () -> String) -> Model {
        var forms: [Model] = []
        if self.mayChange { forms.append(self.editForm(key())) }
        if self.mayInvite, self.contact.mayWrite, self.contact.role != nil, self.contact.isConnected != true {
            forms.append(self.inviteForm(key()))
        }
        if self.mayWithdraw, self.invitation != nil { forms.append(self.withdrawForm(key())) }
        if self.mayInvite, self.contact.isConnected == true { forms.append(self.passwordForm(key())) }
        if self.mayRestrict { forms.append(self.restrictForm(key())) }
        if self.mayChange { forms.append(self.endForm(key())) }
        return [
            "id": self.contact.id.description, "name": self.contact.fullName,
            "relationship": self.contact.relationship.words, "isEmergency": self.contact.isEmergency,
            "telephone": self.contact.telephone.map { number -> Model in
                ["href": "tel:\(number.filter { $0.isNumber || $0 == "+" })", "text": number]
            }.orFalse,
            "email": self.contact.email.map { ["href": "mailto:\($0)", "text": $0] as Model }.orFalse,
            "authority": self.contact.authorityWords.orFalse, "messages": self.messages.orFalse,
            "restrictions": self.contact.restrictions.map { self.restriction($0, key: key()) }, "forms": forms,
        ]
    }

    /// Whether they can write with the home.
    private var messages: String? {
        if self.contact.isConnected == true { return "Has a sign-in here, for the conversations they are in." }
        return self.invitation.map { invitation in
            invitation.isExpired
                ? "Was invited to messages; the link does not work any more."
                : "Invited to messages. The link works until \(self.time.full(invitation.expiresAt))."
        }
    }

    private func inviteForm(_ key: String) -> Model {
        [
            "action": "\(self.path)/invitation", "key": key,
            "summary": self.invitation == nil ? "Invite to messages" : "Make a new link",
            "submit": "Make the link", "isOpen": false, "version": false, "isMain": true, "fields": [Model](),
        ]
    }

    private func withdrawForm(_ key: String) -> Model {
        [
            "action": "\(self.path)/invitation/withdrawal", "key": key, "summary": "Withdraw the invitation",
            "submit": "Withdraw it", "isOpen": false, "version": false, "isMain": false, "fields": [Model](),
        ]
    }

    private func passwordForm(_ key: String) -> Model {
        [
            "action": "\(self.path)/password-reset", "key": key, "summary": "They have forgotten the password",
            "submit": "Make a link for a new one", "isOpen": false, "version": false, "isMain": false,
            "fields": [Model](),
        ]
    }

    private func restriction(_ one: ContactRestriction, key: String) -> Model {
        let typed = self.back.flatMap { $0.restriction == one.id ? $0 : nil }
        let isOverdue = self.time.today.map { one.reviewDueOn < $0 } ?? false
        let lift: Model = [
            "action": "\(self.path)/restrictions/\(one.id)/end", "key": key, "summary": "End this restriction",
            "submit": "End the restriction", "isOpen": typed != nil, "version": false, "isMain": false,
            "fields": [self.reason("-\(one.id)", "Why it is not needed any more", typed)],
        ]
        return [
            "text": one.kind.words, "reason": one.reason,
            "approved": "Approved by \(one.approvedBy.name), \(self.time.day(one.approvedAt))",
            "review": isOverdue
                ? "To be looked at again since \(one.reviewDueOn.words)"
                : "To be looked at again by \(one.reviewDueOn.words)",
            "isOverdue": isOverdue, "forms": self.mayRestrict ? [lift] : [Model](),
        ]
    }

    private func reason(_ suffix: String, _ label: String, _ typed: Back?) -> Model {
        FieldModel(
            "reason", id: "reason\(suffix)", label, .area(limit: 500), value: typed?.form.text("reason") ?? "",
            error: typed?.problem.error(at: "/reason"), isRequired: true
        ).model
    }

    private func editForm(_ key: String) -> Model {
        let typed = self.back.flatMap { $0.kind == .edit ? $0 : nil }
        let isStale = typed?.error == .stale, stored = ContactForm(self.contact)
        let form = typed.map { ContactForm($0.form) } ?? stored
        let version = isStale ? nil : typed.flatMap { Int($0.form.text("version")) }
        return [
            "action": "\(self.path)/edit", "key": key, "summary": "Change", "submit": "Save", "isOpen": typed != nil,
            "version": "\(version ?? self.contact.version)", "isMain": true,
            "fields": form.models("-\(self.contact.id)", typed?.problem, now: isStale ? stored : nil),
        ]
    }

    private func restrictForm(_ key: String) -> Model {
        let typed = self.back.flatMap { $0.kind == .restrict ? $0 : nil }, suffix = "-\(self.contact.id)"
        let kinds = ContactRestriction.Kind.allCases.map { ($0.rawValue, $0.words) }
        let kind = FieldModel(
            "kind", id: "kind\(suffix)", "What is restricted", .menu(nothing: "Choose", [.init(nil, kinds)]),
            value: typed?.form.text("kind") ?? "", error: typed?.problem.error(at: "/kind"), isRequired: true)
        let review = FieldModel(
            "review_due_on", id: "review_due_on\(suffix)", "Look at it again by",
            hint: "Six months from now if you leave it empty.", .line(type: "date", limit: 10),
            value: typed?.form.text("review_due_on") ?? "", error: typed?.problem.error(at: "/review_due_on"))
        return [
            "action": "\(self.path)/restrictions", "key": key, "summary": "Restrict",
            "submit": "Approve the restriction", "isOpen": typed != nil, "version": false, "isMain": true,
            "fields": [
                kind.model, self.reason(suffix, "Why; you answer for it", typed), review.model,
            ],
        ]
    }

    private func endForm(_ key: String) -> Model {
        let typed = self.back.flatMap { $0.kind == .end ? $0 : nil }
        return [
            "action": "\(self.path)/end", "key": key, "summary": "Take off the list", "submit": "Take off the list",
            "isOpen": typed != nil, "version": false, "isMain": false,
            "fields": [self.reason("-end-\(self.contact.id)", "Why they are no contact any more", typed)],
        ]
    }
}

extension Contact {
    /// What they may decide, and on what ground; `nil` if nothing.
    var authorityWords: String? {
        guard self.authority != .nothing else { return nil }
        let seen =
            if let day = self.authorityVerifiedOn {
                "papers seen by \(self.authorityVerifiedBy?.name ?? "somebody here"), \(day.words)"
            } else {
                "papers not seen yet: treated as family until they are"
            }
        return ["\(self.authority.words), \(seen).", self.authorityScope, self.authority.limits].compactMap { $0 }
            .joined(separator: " ")
    }
}
