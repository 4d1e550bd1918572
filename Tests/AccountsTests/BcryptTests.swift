import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// The second way to keep passwords, and the way from one to the other.
@Suite(.database, .serialized) struct BcryptTests {
    private static let pepper = Redacted("pepper of the tests, long enough to be one")
    private let bcrypt = Bcrypt(pepper: Self.pepper)

    /// From OpenBSD's and Solar Designer's own tests.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.", "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.", "VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.", "7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
    ])
    func `libcrypt's bcrypt is the one that others have`(
        _ phrase: String, _ setting: String, _ hash: String
    ) throws {
        #expect(try Bcrypt.crypt(phrase, setting: setting) == setting + hash)
    }

    /// Made with Python's `bcrypt` over `base64(hmac-sha384(pepper, password))`.
    @Test func `a hash is of the HMAC of the password, as others would make it`() throws {
        let hash = PasswordHash("$2b$12$abcdefghijklmnopqrstuujjyCLU9Omhdrk0HmcFTrAm6ZZkATjxW")
        #expect(try self.bcrypt.verify(Password("correct horse battery"), against: hash))
        #expect(try self.bcrypt.verify(Password("correct horse batterz"), against: hash) == false)
        let other = Bcrypt(pepper: Redacted("another pepper, which is as long as the first"))
        #expect(try other.verify(Password("correct horse battery"), against: hash) == false)
    }

    @Test func `every character counts, after the 72nd byte and after a zero`() throws {
        let long = String(repeating: "long enough ", count: 17)
        let hash = try self.bcrypt.hash(Password(long))
        #expect(hash.text.hasPrefix("$2b$12$") && hash.text.utf8.count == 60)
        #expect(try self.bcrypt.verify(Password(long), against: hash))
        #expect(try self.bcrypt.verify(Password(String(long.dropLast())), against: hash) == false)
        var late = Array(long)
        late[80] = "!"
        #expect(try self.bcrypt.verify(Password(String(late)), against: hash) == false)
        let zero = try self.bcrypt.hash(Password("nothing\u{0} after this"))
        #expect(try self.bcrypt.verify(Password("nothing\u{0} after that"), against: zero) == false)
        #expect(try self.bcrypt.hash(Password(long)) != hash)
    }

    @Test func `the decoy can be read, and nobody has its password`() throws {
        let scheme = PasswordScheme(.bcrypt, pepper: Self.pepper)
        #expect(scheme.isCurrent(scheme.decoy))
        #expect(try scheme.verify(Password(""), against: scheme.decoy) == false)
    }

    @Test func `a damaged hash, or one without its pepper, is an error, not a wrong password`() {
        let scheme = PasswordScheme(.bcrypt, pepper: Self.pepper)
        for text in ["$2b$12$abcdefghijklmnopqrstuv", "$2b$", "$2b$99$\(String(repeating: "a", count: 53))"] {
            #expect(throws: Bcrypt.Failure.unreadable) { try scheme.verify(Password("x"), against: PasswordHash(text)) }
        }
        #expect(throws: Bcrypt.Failure.noPepper) {
            try PasswordScheme(.argon2id).verify(Password("x"), against: Bcrypt.decoy)
        }
        #expect(throws: Bcrypt.Failure.noPepper) { try PasswordScheme(.bcrypt).hash(Password("x")) }
    }

    @Test func `whoever signs in is kept in the way that is selected, in both directions`() async throws {
        let database = TestDatabase.current.patient(), clock = ManualClock()
        let argon = AccountsService.testing(clock, database)
        let bcrypt = AccountsService.testing(
            clock, database, PasswordHasher(PasswordScheme(.bcrypt, pepper: Self.pepper), limit: 1_000))
        let back = AccountsService.testing(
            clock, database, PasswordHasher(PasswordScheme(.argon2id, pepper: Self.pepper), limit: 1_000))
        let provider = try await Provider(argon, clock), name = StaffKit.username()
        let account = try await provider.employ("Somebody", name, Grant(.careAssistant, .organisation))
        for (service, prefix) in [
            (argon, Argon2.prefix), (bcrypt, Bcrypt.prefix), (bcrypt, Bcrypt.prefix), (back, Argon2.prefix),
        ] {
            _ = try await service.attempt(name, Provider.password)
            #expect(try await StoredPassword.hash(of: account.id).hasPrefix(prefix))
        }
        // One hash for a wrong name, as for a known one.
        let before = bcrypt.passwords.count
        #expect(try await refusal { try await bcrypt.attempt("nobody.at.all", "x") } == .wrongNameOrPassword)
        #expect(bcrypt.passwords.count == before + 1)
    }
}

/// What the application itself cannot read.
enum StoredPassword {
    static func hash(of account: Identifier<Account>) async throws -> String {
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let rows = try await admin.read(
            as: .system("test"), "SELECT password_hash FROM accounts.account WHERE id = \(account.uuid)")
        await admin.shutDown()
        return try #require(try rows.first?.read("password_hash", as: String.self))
    }
}
