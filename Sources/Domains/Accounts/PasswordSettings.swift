import Kernel
package import Settings

/// How passwords are kept, and which are refused.
package struct PasswordSettings: Sendable {
    package let scheme: PasswordScheme
    /// The passwords that are tried first, one a line.
    package let blocklist: String

    /// - Parameters:
    ///   - reader: Where settings are.
    ///   - assets: The folder in which the list lies that comes with the product.
    package init(_ reader: SettingsReader, assets: String) {
        reader.section("passwords", "Passwords")
        let algorithm = reader.choice(
            "passwords.algorithm", default: PasswordScheme.Algorithm.argon2id,
            "How new passwords are hashed; a password that is hashed in another way is hashed again when its owner signs in"
        )
        let pepper = reader.secret(
            optional: "passwords.pepper", atLeast: 32,
            "Mixed into every password that is hashed with `bcrypt`, and needed for as long as there is one; losing it loses them",
            sample: "changeme-changeme-changeme-changeme")
        self.blocklist = reader.path(
            "passwords.blocklist", default: "\(assets)/vendor/passwords/common-passwords.txt", mustBe: .file,
            "A list of common and breached passwords, one a line, which nobody may choose")
        if algorithm == .bcrypt, pepper == nil {
            reader.refuse(
                "passwords.pepper", "is missing, and bcrypt is selected",
                fix: "set PASSWORDS_PEPPER to what `openssl rand -base64 32` prints, or PASSWORDS_ALGORITHM=argon2id")
        }
        self.scheme = PasswordScheme(algorithm, pepper: pepper)
    }
}
