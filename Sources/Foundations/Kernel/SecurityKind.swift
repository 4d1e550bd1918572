/// What the security log tells apart.
package enum SecurityKind: String, Sendable, Hashable, CaseIterable, Codable {
    case signInFailed = "sign_in_failed"
    /// With a name that nobody has: no organisation's business, so the installation's.
    case unknownName = "unknown_name"
    case signInThrottled = "sign_in_throttled"
    case codeFailed = "code_failed"
    case passwordFailed = "password_failed"
    case newDevice = "new_device"
    case limitReached = "limit_reached"
    case accessRefused = "access_refused"
    case roleGiven = "role_given"
    case roleChanged = "role_changed"
    case factorRemoved = "factor_removed"
    case passwordReset = "password_reset"
    case signInsEnded = "sign_ins_ended"
    case accountClosed = "account_closed"
    case accountReopened = "account_reopened"
    case organisationSuspended = "organisation_suspended"
    case organisationResumed = "organisation_resumed"
    case emergencyOpened = "emergency_opened"
    case emergencyMissed = "emergency_missed"
}
