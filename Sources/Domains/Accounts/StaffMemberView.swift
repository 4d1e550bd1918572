import Audit
import FoundationEssentials
import Kernel
import Web

/// Somebody's page, with the forms that its reader may send.
struct StaffMemberView {
    enum Kind: Sendable { case give, end, take, account }

    /// A form that has come back, with what was typed.
    struct Back {
        let form: Form
        let kind: Kind
        let error: AccountsError
        let role: Identifier<Grant>?

        var problem: Problem { self.error.problem }

        var summary: Model {
            self.problem.summary(RoleForm.addresses(self.kind == .give ? "" : self.role.map { "-\($0)" } ?? ""))
        }
    }

    let member: StaffMember
    let standing: StaffStanding
    let words: RoleWords
    let back: Back?

    private var principal: Principal { self.words.visitor.principal }
    private var path: String { "/staff/\(self.member.id)" }
    private var isSelf: Bool { self.member.id == self.principal.person }
    private var isClosed: Bool { self.member.account == .closed }

    func model(key: () -> String) -> Model {
        [
            "back": ["href": "/staff", "text": "Staff"] as Model, "errors": (self.back?.summary).orFalse,
            "name": self.member.name, "initials": self.words.initials(self.member.name),
            "isHere": self.member.isHere == true,
            "lead": self.isSelf ? "\(self.member.title). This is you." : self.member.title,
            "notice": self.notice.orFalse,
            "roles": self.member.roles.map { self.role($0, key) },
            "give": (self.mayGive ? self.giveForm(key()) : nil).orFalse, "account": self.accountForms(key),
            "yours": self.isSelf,
            "audit":
                (self.principal.may(SearchAudit.self, self.principal.membership)
                ? "/audit?person=\(self.member.id)" : nil).orFalse,
        ]
    }

    /// How things stand with the account, for those who deal with it.
    private var notice: String? {
        let called = self.member.preferredName
        if self.isClosed { return "This account is closed. \(called) cannot sign in, and what they wrote stays." }
        guard self.standing.mustChangePassword, self.mayAskForPassword else { return nil }
        return "\(called) has been asked for a new password, and chooses it before anything else."
    }

    private var mayAskForPassword: Bool {
        !self.isSelf && !self.isClosed && self.principal.may(RequirePasswordChange.self, everywhere: self.standing)
    }

    // MARK: Roles

    private func role(_ role: StaffRole, _ key: () -> String) -> Model {
        let standing = self.standing.about(role.role, at: role.place)
        var forms: [Model] = []
        if self.mayChange(role) { forms.append(self.endForm(role, key())) }
        if self.principal.may(RevokeRole.self, standing) { forms.append(self.takeForm(role, key())) }
        return [
            "id": role.id.description, "name": role.title, "place": self.words.place(role.place),
            "period": self.words.period(role)?.capitalised ?? "Without an end", "isOutside": role.role.isOutside,
            "forms": forms,
        ]
    }

    private func endForm(_ role: StaffRole, _ key: String) -> Model {
        let typed = self.back.flatMap { $0.kind == .end && $0.role == role.id ? $0 : nil }
        let isStale = typed?.error == .stale
        let time = self.words.visitor.time(at: self.words.now, in: role.homeId)
        let stored = role.until.flatMap { time.date($0.addingTimeInterval(-1)) }?.description ?? ""
        let value = typed?.form.text("until") ?? stored
        let version = isStale ? nil : typed.flatMap { Int($0.form.text("version")) }
        let field = FieldModel(
            "until", id: "until-\(role.id)", "Last day", hint: "Leave it empty for somebody who stays.",
            .line(type: "date", limit: 10), value: value, error: typed?.problem.error(at: "/until"),
            now: isStale && value != stored ? role.until.map { self.words.lastDay($0, time) } ?? "no end" : nil)
        return [
            "action": "\(self.path)/roles/\(role.id)/end", "key": key, "summary": "Change when it ends",
            "submit": "Save", "isOpen": typed != nil, "version": "\(version ?? role.version)", "isMain": true,
            "fields": [field.model],
        ]
    }

    private func takeForm(_ role: StaffRole, _ key: String) -> Model {
        let typed = self.back.flatMap { $0.kind == .take && $0.role == role.id ? $0 : nil }
        return [
            "action": "\(self.path)/roles/\(role.id)/removal", "key": key, "summary": "Take it away",
            "submit": self.isSelf ? "Give up this role" : "Take this role away", "isOpen": typed != nil,
            "version": "\(role.version)", "isMain": false, "fields": [Model](),
        ]
    }

    /// Whether the form that has come back is one that this reader may send.
    var hasForm: Bool {
        guard let back else { return true }
        if back.kind == .give { return self.mayGive }
        let role = self.member.roles.first { $0.id == back.role }
        return role.map { self.mayChange($0) } ?? false
    }

    private func mayChange(_ role: StaffRole) -> Bool {
        !self.isSelf && self.principal.may(ChangeRole.self, self.standing.about(role.role, at: role.place))
    }

    private var mayGive: Bool { !self.isSelf && !self.isClosed && self.principal.mayGiveRoles }

    private func giveForm(_ key: String) -> Model {
        let typed = self.back.flatMap { $0.kind == .give ? $0 : nil }
        let places = self.words.places()
        let form = typed.map { RoleForm($0.form) } ?? RoleForm(place: places.count == 1 ? places.first?.value : nil)
        return [
            "action": "\(self.path)/roles", "key": key,
            "fields": form.models(self.words, typed?.problem, hasBeginning: true),
        ]
    }

    // MARK: The account

    private func accountForms(_ key: () -> String) -> [Model] {
        if self.isSelf { return [] }
        let called = self.member.preferredName
        var forms: [Model] = []
        if !self.isClosed, self.principal.may(EndSignInsOf.self, everywhere: self.standing) {
            forms.append([
                "action": "\(self.path)/sign-ins/end", "key": key(), "title": "Sign \(called) out everywhere",
                "text": "For a telephone that is lost, or a tablet that was left open. \(called) can sign in again.",
                "submit": "End all sign-ins", "isDanger": false,
            ])
        }
        if self.mayAskForPassword, !self.standing.mustChangePassword {
            forms.append([
                "action": "\(self.path)/password-change", "key": key(), "title": "Ask for a new password",
                "text": "If somebody else may know the password. \(called) chooses a new one before anything else.",
                "submit": "Ask for a new password", "isDanger": false,
            ])
        }
        if !self.isClosed, self.principal.may(ResetPassword.self, everywhere: self.standing) {
            forms.append([
                "action": "\(self.path)/password-reset", "key": key(),
                "title": "When \(called) has forgotten the password",
                "text": "You get a link to hand over in person. You do not see what \(called) chooses.",
                "submit": "Make a link", "isDanger": false,
            ])
        }
        if !self.isClosed, self.principal.may(RemoveFactorOf.self, everywhere: self.standing) {
            forms.append([
                "action": "\(self.path)/second-factor/removal", "key": key(), "title": "When \(called)’s phone is gone",
                "text": "If \(called) has a second step and neither the phone nor a recovery code, take the step away. "
                    + "Make sure that it is \(called) who asks. All sign-ins end, and \(called) can set it up again.",
                "submit": "Take away the second step", "isDanger": false,
            ])
        }
        if !self.isClosed, self.principal.may(CloseAccount.self, everywhere: self.standing) {
            forms.append([
                "action": "\(self.path)/close", "key": key(), "title": "When \(called) leaves",
                "text": "Closing the account signs \(called) out everywhere at once. What they wrote stays.",
                "submit": "Close the account", "isDanger": true,
            ])
        }
        if self.isClosed, self.principal.may(ReopenAccount.self, everywhere: self.standing) {
            forms.append([
                "action": "\(self.path)/reopen", "key": key(), "title": "When \(called) comes back",
                "text": "With the roles above, the same username and the same password.",
                "submit": "Open the account again", "isDanger": false,
            ])
        }
        return forms
    }
}
