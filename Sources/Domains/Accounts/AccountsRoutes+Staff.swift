import HTTPTypes
import Kernel
import Web

/// Who works here, and in which roles.
extension AccountsRoutes {
    func registerStaff(on api: inout APIRoutes) {
        api.add(self.staff, in: "accounts")
        api.add(self.staffMember, in: "accounts")
        api.add(self.grantRole, in: "accounts")
        api.add(self.changeRole, in: "accounts")
        api.add(self.revokeRole, in: "accounts")
        api.add(self.closeAccount, in: "accounts")
        api.add(self.reopenAccount, in: "accounts")
        api.add(self.endSignInsOf, in: "accounts")
    }

    var staff: Endpoint<Nothing, Page<StaffMember>> {
        Endpoint(
            .get, "staff", "List your colleagues, with their roles", needs: ListStaffRoles.self,
            query: [
                QueryParameter("home", .identifier, "Only those of this home, and those of the whole organisation"),
                QueryParameter("role", .oneOf(Role.self), "Only those who have this role"),
                QueryParameter(
                    "account", .oneOf(StaffMember.State.self), "`closed` for those who have left, if you may see them"),
                QueryParameter("q", .string(maxLength: 100), "Only those whose name has this in it"),
                QueryParameter("before", .cursor, "The `next` of the page before"),
            ],
            details: "Colleagues are those whose role is for one of your homes, and those of the whole organisation."
        ) { call in
            var filter = StaffFilter()
            filter.home = call.query("home").flatMap { Identifier($0) }
            filter.role = call.query("role").flatMap { Role(rawValue: $0) }
            filter.account = call.query("account").flatMap { .init(rawValue: $0) } ?? .open
            filter.search = call.query("q")
            return .init(
                try await self.accounts.staff(
                    filter, after: call.query("before").map { try Keyset($0, parts: 2) }, for: call.principal))
        }
    }

    var staffMember: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .get, "staff/{person}", "See a colleague’s roles", needs: ReadStaffMember.self, errors: [.notFound]
        ) { call in
            .init(try await self.accounts.staffMember(call.identifier("person"), for: call.principal))
        }
    }

    var grantRole: Endpoint<NewRole, StaffMember> {
        Endpoint(
            .post, "staff/{person}/roles", "Give somebody a role", needs: GrantRole.self, status: .created,
            errors: [.notFound, .conflict],
            details: "Within the reach of a role of yours that may give it. Nobody gives themselves a role."
        ) { call in
            let granted = try await self.accounts.grant(
                call.input, to: call.identifier("person"), by: call.principal, once: call.once)
            return .init(granted.value, isReplay: granted.isReplay)
        }
    }

    var changeRole: Endpoint<RoleEnd, StaffMember> {
        Endpoint(
            .put, "staff/{person}/roles/{role}", "Change when somebody’s role ends", needs: ChangeRole.self,
            errors: [.notFound, .conflict], isVersioned: true,
            details:
                "Send the role’s version as If-Match, or what somebody else decided in the meantime is overwritten."
        ) { call in
            let changed = try await self.accounts.change(
                call.identifier("role"), of: call.identifier("person"), to: call.input, from: call.version,
                by: call.principal, once: call.once)
            return .init(changed.value, isReplay: changed.isReplay)
        }
    }

    var revokeRole: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .delete, "staff/{person}/roles/{role}", "Take a role away from somebody", needs: RevokeRole.self,
            errors: [.notFound, .conflict], isVersioned: true,
            details: "At once: their next request is judged without it. An organisation keeps at least one nominated "
                + "individual or director of all of it."
        ) { call in
            let revoked = try await self.accounts.revoke(
                call.identifier("role"), of: call.identifier("person"), from: call.version, by: call.principal,
                once: call.once)
            return .init(revoked.value, isReplay: revoked.isReplay)
        }
    }

    var closeAccount: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .post, "staff/{person}/close", "Close the account of somebody who leaves", needs: CloseAccount.self,
            errors: [.notFound, .conflict],
            details: "All of their sign-ins end at once. For those who may take away each of the roles."
        ) { call in
            let closed = try await self.accounts.close(
                call.identifier("person"), by: call.principal, once: call.once)
            return .init(closed.value, isReplay: closed.isReplay)
        }
    }

    var reopenAccount: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .post, "staff/{person}/reopen", "Open the account of somebody who comes back", needs: ReopenAccount.self,
            errors: [.notFound, .conflict],
            details: "With the roles that have not ended meanwhile. For those who may give each of them."
        ) { call in
            let opened = try await self.accounts.reopen(
                call.identifier("person"), by: call.principal, once: call.once)
            return .init(opened.value, isReplay: opened.isReplay)
        }
    }

    var endSignInsOf: Endpoint<Nothing, StaffMember> {
        Endpoint(
            .post, "staff/{person}/sign-ins/end", "End every sign-in of somebody", needs: EndSignInsOf.self,
            errors: [.notFound], details: "They can sign in again. For a telephone that was lost."
        ) { call in
            let ended = try await self.accounts.endSignIns(
                of: call.identifier("person"), by: call.principal, once: call.once)
            return .init(ended.value, isReplay: ended.isReplay)
        }
    }
}
