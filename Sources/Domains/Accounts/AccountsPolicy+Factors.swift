package import Kernel

// MARK: One's own second factor

package enum ReadFactor: Permission {
    package typealias Object = Account
    package static let name = "accounts.read_factor"
    package static let summary = "See whether you have a second step, and how many recovery codes are left"
    package static let kind = ActKind.read
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

package enum SetUpFactor: Permission {
    package typealias Object = Account
    package static let name = "accounts.set_up_factor"
    package static let summary = "Begin to set up a second step"
    package static let kind = ActKind.create
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

package enum ConfirmFactor: Permission {
    package typealias Object = Account
    package static let name = "accounts.confirm_factor"
    package static let summary = "Confirm a second step by its first code"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

package enum RenewRecoveryCodes: Permission {
    package typealias Object = Account
    package static let name = "accounts.renew_recovery_codes"
    package static let summary = "Make new recovery codes, so that the earlier ones open nothing"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
    package static let asksForCode = true
}

package enum RemoveFactor: Permission {
    package typealias Object = Account
    package static let name = "accounts.remove_factor"
    package static let summary = "Take away your own second step"
    package static let kind = ActKind.update
    package static let security: SecurityKind? = .factorRemoved
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
    package static let asksForCode = true
}

package enum StepUp: Permission {
    package typealias Object = Account
    package static let name = "accounts.step_up"
    package static let summary = "Show the second step again, for an act that asks for it"
    package static let kind = ActKind.login
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

// MARK: Somebody else's, and everybody's

/// To take somebody's second factor away is half of signing in as them, so it is for those who could give all of it.
///
/// Nobody gives the roles of those from outside, so for them it is the provider's.
package enum RemoveFactorOf: Permission {
    package typealias Object = Person
    package static let name = "accounts.remove_factor_of"
    package static let summary = "Take away the second step of somebody who has lost it"
    package static let kind = ActKind.update
    package static let security: SecurityKind? = .factorRemoved
    package static let rules = RoleTable.rulesOfAccounts(
        RoleTable.give.map { $0.by == RoleTable.provider ? ($0.by, Set(Role.allCases)) : $0 })
    package static let asksForCode = true
}

package enum ReadFactorPolicy: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.read_factor_policy"
    package static let summary = "See who must have a second step"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.staff, [.member], while: ["open"])]
}

package enum ChangeFactorPolicy: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.change_factor_policy"
    package static let summary = "Decide who must have a second step"
    package static let kind = ActKind.config
    package static let rules = [Rule(RoleTable.provider.union([.itAdmin]), [.place], while: ["open"])]
    package static let asksForCode = true
}

// MARK: What nobody decides

package enum EnterCode: Act {
    package static let name = "accounts.enter_code"
    package static let summary = "Sign in with the second step, after the password"
    package static let kind = ActKind.login
}

package enum UseRecoveryCode: Act {
    package static let name = "accounts.use_recovery_code"
    package static let summary = "Use a recovery code in place of the second step"
    package static let kind = ActKind.login
}

package enum FailCode: Act {
    package static let name = "accounts.fail_code"
    package static let summary = "Enter a wrong code"
    package static let kind = ActKind.loginFail
    package static let security: SecurityKind? = .codeFailed
}

/// For the last administrator, by whoever runs the server.
package enum RemoveFactorAtServer: Act {
    package static let name = "accounts.remove_factor_at_server"
    package static let summary = "Take away somebody’s second step by a command on the server"
    package static let kind = ActKind.config
    package static let security: SecurityKind? = .factorRemoved
}
