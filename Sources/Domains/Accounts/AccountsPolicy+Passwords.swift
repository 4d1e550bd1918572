package import Kernel

/// One's own password.
package enum ChangePassword: Permission {
    package typealias Object = Account
    package static let name = "accounts.change_password"
    package static let summary = "Change your password, and end your other sign-ins"
    package static let kind = ActKind.update
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

/// It opens nothing to anybody, so it is for those who may end sign-ins.
package enum RequirePasswordChange: Permission {
    package typealias Object = Person
    package static let name = "accounts.require_password_change"
    package static let summary = "Make somebody choose a new password before anything else"
    package static let kind = ActKind.update
    package static let rules = RoleTable.rulesOfAccounts(RoleTable.take)
}

/// Whoever makes a link could come with it, so it is as much as to be given each of the account's roles.
package enum ResetPassword: Permission {
    package typealias Object = Person
    package static let name = "accounts.reset_password"
    package static let summary = "Make a link with which a colleague chooses a new password"
    package static let kind = ActKind.share
    package static let security: SecurityKind? = .passwordReset
    package static let rules = RoleTable.rulesOfAccounts(RoleTable.give)
}

// MARK: What nobody decides

package enum FailPasswordChange: Act {
    package static let name = "accounts.fail_password_change"
    package static let summary = "Try to change your password, and get the present one wrong"
    package static let kind = ActKind.loginFail
    package static let security: SecurityKind? = .passwordFailed
}

/// Nobody decides it: whoever comes with the link is not signed in.
///
/// The right of whoever made it is asked again.
package enum FinishPasswordReset: Act {
    package static let name = "accounts.finish_password_reset"
    package static let summary = "Come with a link, and choose a new password"
    package static let kind = ActKind.update
}

package enum ResetPasswordFromConsole: Act {
    package static let name = "accounts.reset_password_from_console"
    package static let summary = "Make a link for a new password with `wcc password reset`"
    package static let kind = ActKind.share
    package static let security: SecurityKind? = .passwordReset
}

package enum RequirePasswordChangeFromConsole: Act {
    package static let name = "accounts.require_password_change_from_console"
    package static let summary = "Make somebody choose a new password with `wcc password require-change`"
    package static let kind = ActKind.update
}

package enum SuspendOrganisation: Act {
    package static let name = "accounts.suspend_organisation"
    package static let summary = "Shut an organisation with `wcc organisation suspend`: nobody of it gets in"
    package static let kind = ActKind.config
    package static let security: SecurityKind? = .organisationSuspended
}

package enum ResumeOrganisation: Act {
    package static let name = "accounts.resume_organisation"
    package static let summary = "Open an organisation again with `wcc organisation resume`"
    package static let kind = ActKind.config
    package static let security: SecurityKind? = .organisationResumed
}
