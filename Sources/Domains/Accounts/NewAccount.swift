package import FoundationEssentials
package import Kernel

/// A login for a person who is known already, with the roles it begins with.
package struct NewAccount: Sendable {
    package let id: Identifier<Account>
    package let person: Identifier<Person>
    package let username: SignInName
    package let email: SignInName?
    package let password: PasswordHash
    package let grants: Set<Grant>
    /// When the roles end, for those who come for a shift; `nil` for those who stay.
    package let until: Date?

    package init(
        id: Identifier<Account>, person: Identifier<Person>, username: SignInName, email: SignInName? = nil,
        password: PasswordHash, grants: Set<Grant>, until: Date? = nil
    ) {
        self.id = id
        self.person = person
        self.username = username
        self.email = email
        self.password = password
        self.grants = grants
        self.until = until
    }
}
