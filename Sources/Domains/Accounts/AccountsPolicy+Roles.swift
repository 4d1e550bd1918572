package import Kernel

/// Who gives which role, and who takes which away.
///
/// Nobody hands on what they do not hold: a role stands behind another only if it may do everything that the other may,
/// giving roles included. So those who read no care give no role that does; carers are taken on by those in charge of
/// care. Taking away opens nothing to anybody, so there the offices that see people leave reach further.
package enum RoleTable {
    package typealias Line = (by: Set<Role>, roles: Set<Role>)

    /// Those who answer for the provider, and may give any role.
    ///
    /// An organisation always has one of them.
    package static let provider: Set<Role> = [.nominatedIndividual, .providerDirector]
    /// Those who look after a home and see nothing of anybody's care.
    private static let running: Set<Role> = [.housekeeping, .catering, .maintenance, .volunteer]

    package static let give: [Line] = [
        ([.nominatedIndividual, .providerDirector], Role.staff),
        (
            [.registeredManager],
            Role.care.union(Self.running).union([
                .registeredManager, .deputyManager, .clinicalLead, .safeguardingLead, .complaintsManager, .hr, .admin,
            ])
        ),
        ([.deputyManager], Role.care.union(Self.running).union([.deputyManager, .clinicalLead, .admin])),
        ([.clinicalLead], Role.care.union([.clinicalLead])),
        ([.itAdmin], Self.running.union([.itAdmin, .hr, .admin])),
        ([.hr], Self.running.union([.hr, .admin])),
        ([.admin], Self.running.union([.admin])),
    ]

    package static let take: [Line] = Self.give.map { line in
        switch line.by {
        case Self.provider: (line.by, Set(Role.allCases))
        case [.registeredManager]: (line.by, line.roles.union(Role.professionals).union(Role.circle))
        case [.itAdmin], [.hr], [.admin]: (line.by, line.roles.union(Role.care))
        default: line
        }
    }

    /// What stands where a role is asked for, of an account that has none.
    package static let noRole = "none"

    /// What is decided about a role lies where the role reaches, and its state is the role itself.
    static func rules(_ lines: [Line]) -> [Rule] {
        lines.map { Rule($0.by, [.place], while: Set($0.roles.map(\.rawValue))) }
    }

    /// As of roles; and of an account without one, which lies in no home.
    static func rulesOfAccounts(_ lines: [Line]) -> [Rule] {
        lines.map { Rule($0.by, [.place], while: Set($0.roles.map(\.rawValue)).union([Self.noRole])) }
    }

    /// Those who do anything about others' roles and accounts.
    static let managers = Self.give.reduce(into: Set<Role>()) { $0.formUnion($1.by) }
}

package enum ListStaffRoles: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.list_staff"
    package static let summary = "See who works here, where, and in which roles"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

/// Colleagues are those whose role is for the same home, and those of the whole organisation.
///
/// That somebody has left is for those who deal with it.
package enum ReadStaffMember: Permission {
    package typealias Object = Person
    package static let name = "accounts.read_staff"
    package static let summary = "See a colleague’s roles"
    package static let kind = ActKind.read
    package static let rules = [
        Rule(Role.staff, [.own, .member], while: ["active"]),
        Rule(RoleTable.managers, [.member], while: ["disabled"]),
    ]
}

package enum GrantRole: Permission {
    package typealias Object = Person
    package static let name = "accounts.grant_role"
    package static let summary = "Give somebody a role"
    package static let kind = ActKind.share
    package static let security: SecurityKind? = .roleGiven
    package static let rules = RoleTable.rules(RoleTable.give)
    package static let asksForCode = true
}

/// A later end is as much as a new role, so it is for those who may give it.
package enum ChangeRole: Permission {
    package typealias Object = Person
    package static let name = "accounts.change_role"
    package static let summary = "Change when somebody’s role ends"
    package static let kind = ActKind.update
    package static let security: SecurityKind? = .roleChanged
    package static let rules = RoleTable.rules(RoleTable.give)
    package static let asksForCode = true
}

package enum RevokeRole: Permission {
    package typealias Object = Person
    package static let name = "accounts.revoke_role"
    package static let summary = "Take a role away from somebody"
    package static let kind = ActKind.update
    package static let security: SecurityKind? = .roleChanged
    package static let rules = RoleTable.rules(RoleTable.take)
    package static let asksForCode = true
}

/// To close an account is to take all of its roles away.
package enum CloseAccount: Permission {
    package typealias Object = Person
    package static let name = "accounts.close"
    package static let summary = "Close the account of somebody who leaves"
    package static let kind = ActKind.update
    package static let security: SecurityKind? = .accountClosed
    package static let rules = RoleTable.rulesOfAccounts(RoleTable.take)
    package static let asksForCode = true
}

/// To open one again is to give them.
package enum ReopenAccount: Permission {
    package typealias Object = Person
    package static let name = "accounts.reopen"
    package static let summary = "Open the account of somebody who comes back"
    package static let kind = ActKind.update
    package static let security: SecurityKind? = .accountReopened
    package static let rules = RoleTable.rulesOfAccounts(RoleTable.give)
    package static let asksForCode = true
}

package enum EndSignInsOf: Permission {
    package typealias Object = Person
    package static let name = "accounts.end_sign_ins_of"
    package static let summary = "End every sign-in of somebody else"
    package static let kind = ActKind.logout
    package static let security: SecurityKind? = .signInsEnded
    package static let rules = RoleTable.rulesOfAccounts(RoleTable.take)
}

// MARK: Invitations

package enum InviteColleague: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.invite"
    package static let summary = "Invite a colleague by a link"
    package static let kind = ActKind.share
    package static let rules = RoleTable.rules(RoleTable.give)
    package static let asksForCode = true
}

package enum ListInvitations: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.list_invitations"
    package static let summary = "See who is invited and has not come yet"
    package static let kind = ActKind.read
    package static let rules = [Rule(RoleTable.managers, [.member], while: ["open"])]
}

/// Whoever makes a new link answers for the invitation from then on.
package enum RenewInvitation: Permission {
    package typealias Object = ColleagueInvitation
    package typealias Sight = WithdrawInvitation
    package static let name = "accounts.renew_invitation"
    package static let summary = "Make a new link for somebody who is invited"
    package static let kind = ActKind.share
    package static let rules = RoleTable.rules(RoleTable.give)
    package static let asksForCode = true
}

/// Whoever may withdraw an invitation sees it in the list.
package enum WithdrawInvitation: Permission {
    package typealias Object = ColleagueInvitation
    package static let name = "accounts.withdraw_invitation"
    package static let summary = "Withdraw an invitation"
    package static let kind = ActKind.update
    package static let rules = RoleTable.rules(RoleTable.take)
}

/// Nobody decides it: whoever comes with the link is not signed in.
///
/// The inviter's right is asked again.
package enum AcceptInvitation: Act {
    package static let name = "accounts.accept_invitation"
    package static let summary = "Come by an invitation, and have an account"
    package static let kind = ActKind.create
}

/// Nobody decides it by itself: it follows from who ended or restricted a contact.
package enum CloseContact: Act {
    package static let name = "accounts.close_contact"
    package static let summary = "Close the sign-in of a resident’s contact, with the contact"
    package static let kind = ActKind.update
}

// MARK: One's own sign-ins

package enum ListSignIns: Permission {
    package typealias Object = Account
    package static let name = "accounts.list_sign_ins"
    package static let summary = "See where you are signed in"
    package static let kind = ActKind.read
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

package enum EndSignIn: Permission {
    package typealias Object = SignIn
    package static let name = "accounts.end_sign_in"
    package static let summary = "End one of your sign-ins"
    package static let kind = ActKind.logout
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["live"])]
}

package enum EndOtherSignIns: Permission {
    package typealias Object = Account
    package static let name = "accounts.end_other_sign_ins"
    package static let summary = "End all of your sign-ins but this one"
    package static let kind = ActKind.logout
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}
