package import Kernel

// MARK: What nobody decides

package enum IssueTokens: Act {
    package static let name = "accounts.issue_tokens"
    package static let summary = "Sign in with a program, which is given tokens"
    package static let kind = ActKind.login
}

package enum RefreshTokens: Act {
    package static let name = "accounts.refresh_tokens"
    package static let summary = "Stay signed in with a program, by its refresh token"
    package static let kind = ActKind.login
}

/// Somebody has a copy, or had one: which of the two came is not to be told, so neither gets any further.
package enum ReuseToken: Act {
    package static let name = "accounts.reuse_token"
    package static let summary = "Come with a refresh token that was exchanged before, which ends the sign-in"
    package static let kind = ActKind.loginFail
    package static let security: SecurityKind? = .tokenReused
}

package enum RevokeTokens: Act {
    package static let name = "accounts.revoke_tokens"
    package static let summary = "Sign out with a program, by its refresh token"
    package static let kind = ActKind.logout
}
