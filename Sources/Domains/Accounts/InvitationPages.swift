import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/staff/invite` and `/staff/invitations` for those who invite, `/invitation/{secret}` for those who come.
struct InvitationPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        let one = "staff/invitations/{invitation}"
        pages.get("staff/invite", needs: InviteColleague.self) { call in
            let words = RoleWords(visitor: call.visitor, now: call.now), places = words.places()
            guard !places.isEmpty else { throw Problem.notAllowed }
            return try await self.form(call, RoleForm(place: places.count == 1 ? places.first?.value : nil))
        }
        pages.post(
            "staff/invite", needs: InviteColleague.self,
            fields: RoleForm.invitationFields, self.invite)
        pages.get("staff/invitations", needs: ListInvitations.self, query: ["before"]) { call in
            try await self.list(call)
        }
        pages.post("\(one)/renewal", needs: RenewInvitation.self, fields: []) { call in
            let renewed = try await self.accounts.renew(
                call.identifier("invitation"), by: call.principal, once: call.once)
            return try await self.linkPage(call, renewed.value)
        }
        pages.post("\(one)/withdrawal", needs: WithdrawInvitation.self, fields: []) { call in
            try await self.accounts.withdraw(call.identifier("invitation"), by: call.principal, once: call.once)
            return call.redirect("/staff/invitations")
        }
        WelcomePages(accounts: self.accounts).register(on: &pages)
    }

    // MARK: Inviting

    @Sendable private func invite(_ call: PageCall) async throws -> Response {
        let form = RoleForm(call.form)
        do {
            var role = NewRole?.none, found: [Problem.Violation] = []
            let name = call.form.text("name").trimmed
            if name.isEmpty { found.append(.init("/name", "Enter their name")) }
            do {
                role = try form.role(for: call.visitor, at: call.now)
            } catch AccountsError.invalid(let violations) {
                found += violations
            }
            guard found.isEmpty, let role else { throw AccountsError.invalid(found) }
            let invited = try await self.accounts.invite(
                NewInvitation(name: name, role), by: call.principal, once: call.once)
            return try await self.linkPage(call, invited.value)
        } catch let error as AccountsError where error.problem.kind == .invalidRequest {
            return try await self.form(call, form, error.problem)
        }
    }

    private func form(_ call: PageCall, _ form: RoleForm, _ problem: Problem? = nil) async throws -> Response {
        let words = RoleWords(visitor: call.visitor, now: call.now)
        let name = FieldModel(
            "name", "Their name", hint: "As colleagues know them, first name first.", .line(type: "text", limit: 100),
            value: call.form.text("name"), error: problem?.error(at: "/name"), isRequired: true)
        let model: Model = [
            "back": ["href": "/staff", "text": "Staff"] as Model, "heading": "Invite a colleague",
            "lead": "You get a link to hand over in person. Whoever opens it chooses a username and a password.",
            "errors": problem.map { $0.summary(RoleForm.addresses()) }.orFalse, "key": call.newKey(),
            "fields": [name.model] + form.models(words, problem, hasBeginning: false),
        ]
        return try await call.page(
            "accounts/invite", model, title: "Invite a colleague · Staff", nav: .staff,
            status: problem == nil ? .ok : .unprocessableContent)
    }

    /// The page is the answer to the form: the link is in no address of ours, and nowhere to come back to.
    private func linkPage(_ call: PageCall, _ made: InvitationLink) async throws -> Response {
        let invitation = made.invitation, words = RoleWords(visitor: call.visitor, now: call.now)
        let place = Place(home: invitation.homeId, unit: invitation.unitId)
        let time = call.visitor.time(at: call.now, in: invitation.homeId)
        let model: Model = [
            "back": ["href": "/staff/invitations", "text": "Invitations"] as Model,
            "name": invitation.name, "role": invitation.title, "place": words.place(place),
            "link": made.link.map { "\(call.origin)\($0)" }.orFalse, "expires": time.full(invitation.expiresAt),
        ]
        return try await call.page(
            "accounts/invited", model, title: "\(invitation.name) is invited · Staff", nav: .staff)
    }

    // MARK: The list

    private func list(_ call: PageCall) async throws -> Response {
        let before = call.query("before")
        let page = try await self.accounts.invitations(
            after: before.map { try Keyset($0, parts: 1) }, for: call.principal)
        let words = RoleWords(visitor: call.visitor, now: call.now)
        let model: Model = [
            "back": ["href": "/staff", "text": "Staff"] as Model,
            "invite": (words.places().isEmpty ? nil : "/staff/invite").orFalse,
            "items": page.items.map { self.item($0, call, words) },
            "first": (before == nil ? nil : "/staff/invitations").orFalse,
            "next": page.next.map { "/staff/invitations?before=\($0)" }.orFalse,
        ]
        return try await call.page("accounts/invitations", model, title: "Invitations · Staff", nav: .staff)
    }

    private func item(_ invitation: ColleagueInvitation, _ call: PageCall, _ words: RoleWords) -> Model {
        let place = Place(home: invitation.homeId, unit: invitation.unitId)
        let time = call.visitor.time(at: call.now, in: invitation.homeId)
        let standing = Standing<ColleagueInvitation>(invitation.id, [], at: place, state: invitation.role.rawValue)
        let path = "/staff/invitations/\(invitation.id)"
        return [
            "id": invitation.id.description, "name": invitation.name, "role": invitation.title,
            "place": words.place(place), "until": invitation.until.map { words.lastDay($0, time) }.orFalse,
            "by": invitation.invitedBy, "isExpired": invitation.isExpired,
            "expires": invitation.isExpired
                ? "The link does not work any more since \(time.full(invitation.expiresAt))"
                : "The link works until \(time.full(invitation.expiresAt))",
            "renew":
                (call.principal.may(RenewInvitation.self, standing)
                ? ["action": "\(path)/renewal", "key": call.newKey()] as Model : nil).orFalse,
            "withdraw": ["action": "\(path)/withdrawal", "key": call.newKey()] as Model,
        ]
    }
}
