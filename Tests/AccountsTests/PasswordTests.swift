import Foundation
import Testing

@testable import Accounts

@Suite(.serialized) struct PasswordTests {
    let hasher = PasswordHasher(limit: 100)

    @Test func `a hash is Argon2id with today's parameters and a salt of its own`() async throws {
        let one = try await self.hasher.hash(Password("correct horse battery"))
        let two = try await self.hasher.hash(Password("correct horse battery"))
        #expect(one.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(one != two)
        #expect(try await self.hasher.verify(Password("correct horse battery"), against: one))
        #expect(try await self.hasher.verify(Password("correct horse batterz"), against: one) == false)
    }

    @Test func `every character counts, however long it is`() async throws {
        let long = String(repeating: "long enough ", count: 17)
        let hash = try await self.hasher.hash(Password(long))
        #expect(try await self.hasher.verify(Password(long), against: hash))
        #expect(try await self.hasher.verify(Password(String(long.dropLast())), against: hash) == false)
        var late = Array(long)
        late[80] = "!"
        #expect(try await self.hasher.verify(Password(String(late)), against: hash) == false)
    }

    @Test(arguments: [
        ("caf\u{E9} au lait noir", "cafe\u{301} au lait noir", true),
        ("ｆｕｌｌ width letters", "full width letters", true),
        ("nothing\u{0} after this", "nothing", false),
        ("nothing\u{0} after this", "nothing\u{0} after that", false),
        ("Case Counts Here", "case counts here", false),
        (" space around it ", "space around it", false),
    ])
    func `what is typed on two keyboards is one password, and nothing else is`(
        _ chosen: String, _ typed: String, _ isSame: Bool
    ) async throws {
        let hash = try await self.hasher.hash(Password(chosen))
        #expect(try await self.hasher.verify(Password(typed), against: hash) == isSame)
    }

    @Test func `the decoy is a hash that nobody has the password of, and that can be read`() async throws {
        #expect(Argon2.decoy.text.hasPrefix(Argon2.prefix))
        #expect(try await self.hasher.verify(Password(""), against: Argon2.decoy) == false)
    }

    @Test func `a damaged hash is an error, not a wrong password`() async throws {
        for text in ["$argon2id$", "", String(Argon2.decoy.text.prefix(60))] {
            await #expect(throws: Argon2.Failure.self) {
                try await self.hasher.verify(Password("x"), against: PasswordHash(text))
            }
        }
    }

    @Test func `a password prints as nothing`() {
        let password = Password("correct horse battery")
        #expect(!"\(password) \(String(reflecting: password)) \(password.bytes)".contains("horse"))
        var dumped = ""
        dump(password, to: &dumped)
        #expect(!dumped.contains("104"))
    }

    @Test func `more than the limit is refused at once, and the rest is hashed`() async throws {
        let hasher = PasswordHasher(limit: 4)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do {
                        _ = try await hasher.hash(Password("correct horse battery"))
                        return true
                    } catch {
                        #expect(error as? AccountsError == .busy)
                        return false
                    }
                }
            }
            return await group.reduce(into: [false: 0, true: 0]) { $0[$1, default: 0] += 1 }
        }
        let hashed = try #require(outcomes[true]), refused = try #require(outcomes[false])
        #expect(hashed >= 4 && refused > 0 && hashed + refused == 40)
        #expect(hasher.count == hashed)
        #expect(try await hasher.hash(Password("there is room again")).text.hasPrefix(Argon2.prefix))
    }
}
