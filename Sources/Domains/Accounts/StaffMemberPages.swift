import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/staff/{person}`: somebody's roles, and what their reader may do about them.
struct StaffMemberPages: Sendable {
    let accounts: AccountsService

    func register(on pages: inout PageRoutes) {
        let path = "staff/{person}", role = "\(path)/roles/{role}"
        pages.get(path, needs: ReadStaffMember.self) { call in try await self.page(call) }
        pages.post("\(path)/roles", needs: GrantRole.self, fields: RoleForm.fields) { call in
            try await self.change(call, .give) { person in
                _ = try await self.accounts.grant(
                    RoleForm(call.form).role(for: call.visitor, at: call.now), to: person, by: call.principal,
                    once: call.once)
            }
        }
        pages.post(
            "\(role)/end", needs: ChangeRole.self,
            fields: [.one("until", maxLength: 10), .one("version", maxLength: 20)]
        ) { call in
            try await self.change(call, .end) { person in try await self.changeEnd(of: person, call) }
        }
        pages.post("\(role)/removal", needs: RevokeRole.self, fields: [.one("version", maxLength: 20)]) { call in
            try await self.change(call, .take) { person in
                guard let version = Int(call.form.text("version")) else { throw AccountsError.stale }
                _ = try await self.accounts.revoke(
                    call.identifier("role"), of: person, from: version, by: call.principal, once: call.once)
            }
        }
        pages.post("\(path)/close", needs: CloseAccount.self, fields: []) { call in
            try await self.change(call, .account) { person in
                _ = try await self.accounts.close(person, by: call.principal, once: call.once)
            }
        }
        pages.post("\(path)/reopen", needs: ReopenAccount.self, fields: []) { call in
            try await self.change(call, .account) { person in
                _ = try await self.accounts.reopen(person, by: call.principal, once: call.once)
            }
        }
        pages.post("\(path)/password-change", needs: RequirePasswordChange.self, fields: []) { call in
            try await self.change(call, .account) { person in
                _ = try await self.accounts.requirePasswordChange(of: person, by: call.principal, once: call.once)
            }
        }
        pages.post("\(path)/second-factor/removal", needs: RemoveFactorOf.self, fields: []) { call in
            try await self.change(call, .account) { person in
                _ = try await self.accounts.removeFactor(of: person, by: call.principal, once: call.once)
            }
        }
        pages.post("\(path)/sign-ins/end", needs: EndSignInsOf.self, fields: []) { call in
            try await self.change(call, .account) { person in
                _ = try await self.accounts.endSignIns(of: person, by: call.principal, once: call.once)
            }
        }
    }

    private func changeEnd(of person: Identifier<Person>, _ call: PageCall) async throws {
        let id: Identifier<Grant> = try call.identifier("role")
        guard let version = Int(call.form.text("version")) else { throw AccountsError.stale }
        // The day is one of the home's, so the role must be known; the act itself asks again.
        let roles = try await self.accounts.glance(at: person, for: call.principal)
        guard let role = roles?.first(where: { $0.id == id }) else { throw AccountsError.notFound }
        let until = try RoleForm.end(call.form.text("until"), of: role, for: call.visitor, at: call.now)
        _ = try await self.accounts.change(
            id, of: person, to: RoleEnd(until), from: version, by: call.principal, once: call.once)
    }

    private func change(
        _ call: PageCall, _ kind: StaffMemberView.Kind, _ act: (Identifier<Person>) async throws -> Void
    ) async throws -> Response {
        let person: Identifier<Person> = try call.identifier("person")
        do {
            try await act(person)
            // Whoever takes away the last role that somebody has in their home does not see them any more.
            let isSeen = try await self.accounts.glance(at: person, for: call.principal) != nil
            return call.redirect(isSeen ? "/staff/\(person)" : "/staff")
        } catch {
            guard let error = error as? AccountsError, error != .notFound else { throw error }
            let role: Identifier<Grant>? = try? call.identifier("role")
            return try await self.page(call, .init(form: call.form, kind: kind, error: error, role: role))
        }
    }

    private func page(_ call: PageCall, _ back: StaffMemberView.Back? = nil) async throws -> Response {
        let (member, standing) = try await self.accounts.readStaffMember(
            call.identifier("person"), for: call.principal)
        let view = StaffMemberView(
            member: member, standing: standing, words: RoleWords(visitor: call.visitor, now: call.now), back: back)
        // There is nothing to mend in what somebody may not send at all.
        if back?.error.problem.kind == .invalidRequest, !view.hasForm { throw Problem.notAllowed }
        let status: HTTPResponse.Status = back.map { .init(code: $0.problem.kind.status) } ?? .ok
        return try await call.page(
            "accounts/member", view.model(key: call.newKey), title: "\(member.name) · Staff", nav: .staff,
            status: status)
    }
}
