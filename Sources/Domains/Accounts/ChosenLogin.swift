import Kernel

/// What somebody chooses to sign in with, and what is wrong with it.
struct ChosenLogin: Sendable {
    let username: SignInName?
    let email: SignInName?
    let violations: [Problem.Violation]

    init(username: String, email: String, password: Password) {
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
        if let objection = password.objection { violations.append(.init("/password", objection)) }
        self.violations = violations
    }
}
