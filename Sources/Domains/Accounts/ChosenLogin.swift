import Kernel

/// What somebody chooses to sign in with, and what is wrong with it.
struct ChosenLogin: Sendable {
    let username: SignInName?
    let email: SignInName?
    let violations: [Problem.Violation]

    /// The password may be made neither of what is chosen here nor of these names.
    init(username: String, email: String, password: Password, by rule: PasswordRule, beside names: [String]) {
        var violations: [Problem.Violation] = []
        self.username = SignInName(choosing: username)
        if self.username == nil {
            violations.append(
                .init("/username", "Use 2 to 64 letters, digits, full stops, dashes and underscores"))
        }
        self.email = email.trimmed.isEmpty ? nil : SignInName(address: email)
        if self.email == nil, !email.trimmed.isEmpty {
            violations.append(.init("/email", "Enter an e-mail address, such as name@example.org"))
        }
        let context = PasswordContext(names + [username, email])
        if let objection = rule.objection(to: password, of: context) {
            violations.append(.init("/password", objection))
        }
        self.violations = violations
    }
}
