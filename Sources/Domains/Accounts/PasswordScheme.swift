package import Kernel

/// How passwords are hashed from now on, and what is needed to verify those that were hashed before.
package struct PasswordScheme: Sendable {
    package enum Algorithm: String, Sendable, CaseIterable { case argon2id, bcrypt }

    package var algorithm: Algorithm
    /// Needed wherever a hash is, or was, made with bcrypt.
    package var pepper: Redacted<String>?

    package init(_ algorithm: Algorithm = .argon2id, pepper: Redacted<String>? = nil) {
        self.algorithm = algorithm
        self.pepper = pepper
    }

    private var bcrypt: Bcrypt {
        get throws(Bcrypt.Failure) {
            guard let pepper else { throw .noPepper }
            return Bcrypt(pepper: pepper)
        }
    }

    /// Costs what any hash made now does.
    var decoy: PasswordHash { self.algorithm == .bcrypt ? Bcrypt.decoy : Argon2.decoy }

    /// Whether a hash is as one would be made now; one that is not is made again while the password is at hand.
    func isCurrent(_ hash: PasswordHash) -> Bool {
        hash.text.hasPrefix(self.algorithm == .bcrypt ? Bcrypt.prefix : Argon2.prefix)
    }

    func hash(_ password: Password) throws -> PasswordHash {
        switch self.algorithm {
        case .argon2id: try Argon2.hash(password)
        case .bcrypt: try self.bcrypt.hash(password)
        }
    }

    /// By whatever made the hash, selected now or not.
    func verify(_ password: Password, against hash: PasswordHash) throws -> Bool {
        hash.text.hasPrefix("$2b$")
            ? try self.bcrypt.verify(password, against: hash) : try Argon2.verify(password, against: hash)
    }
}
