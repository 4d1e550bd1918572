package import Kernel

/// What people do with their own account: role × relationship × state.
///
/// Granting roles and closing accounts are not here; they come with the pages for it.
package enum ReadOwnAccount: Permission {
    package typealias Object = Account
    package static let name = "accounts.read_own"
    package static let summary = "See who you are signed in as"
    package static let kind = ActKind.read
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["active"])]
}

package enum ListHomes: Permission {
    package typealias Object = Organisation
    package static let name = "accounts.list_homes"
    package static let summary = "See the organisation’s homes and units"
    package static let kind = ActKind.read
    package static let rules = [Rule(Role.working, [.member], while: ["open"])]
}

package enum SignOut: Permission {
    package typealias Object = SignIn
    package static let name = "accounts.sign_out"
    package static let summary = "Sign out"
    package static let kind = ActKind.logout
    package static let rules = [Rule(Set(Role.allCases), [.own], while: ["live"])]
}

// MARK: What nobody decides

package enum BeginSignIn: Act {
    package static let name = "accounts.sign_in"
    package static let summary = "Sign in"
    package static let kind = ActKind.login
}

package enum FailSignIn: Act {
    package static let name = "accounts.fail_sign_in"
    package static let summary = "Try to sign in, and fail"
    package static let kind = ActKind.loginFail
    package static let security: SecurityKind? = .signInFailed
}

package enum ReplaceSignIn: Act {
    package static let name = "accounts.replace_sign_in"
    package static let summary = "End a sign-in by signing in again from the same browser"
    package static let kind = ActKind.logout
}

package enum PrepareOrganisation: Act {
    package static let name = "accounts.prepare"
    package static let summary = "Set an organisation up, and invite its first administrator"
    package static let kind = ActKind.config
}

package enum CreateAccount: Act {
    package static let name = "accounts.create"
    package static let summary = "Give somebody an account"
    package static let kind = ActKind.create
}

package enum MakeFirstAdministrator: Act {
    package static let name = "accounts.make_first_administrator"
    package static let summary = "Become the first administrator, by invitation"
    package static let kind = ActKind.create
}
