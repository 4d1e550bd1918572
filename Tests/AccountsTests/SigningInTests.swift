import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

@Suite(.database, .serialized) struct SigningInTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    @Test func `somebody signs in by username or address, however it is spelled`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        let account = try await provider.employ(
            "Precious Adeyemi", "precious.one", email: "precious.one@example.org",
            Grant(.careAssistant, .home(provider.rowan)), Grant(.seniorCarer, .unit(provider.garden)))
        for name in ["precious.one", " Precious.ONE ", "ｐｒｅｃｉｏｕｓ.one", "Precious.One@Example.org"] {
            let signIn = try await self.accounts.attempt(name, Provider.password)
            let visitor = try #require(try await self.accounts.visitor(of: signIn.secret, isActing: true))
            #expect(visitor.principal.person == account.person)
            #expect(visitor.principal.organisation == provider.organisation)
            #expect(
                visitor.principal.grants == [
                    Grant(.careAssistant, .home(provider.rowan)), Grant(.seniorCarer, .unit(provider.garden)),
                ])
            #expect(visitor.name == "Precious Adeyemi" && visitor.initials == "PA")
            #expect(visitor.roleTitle == "Senior carer" && !visitor.isOutside)
            #expect(visitor.homes.map(\.name) == ["Rowan House", "Harbour View"])
            #expect(visitor.homes.map(\.isMine) == [true, false])
            #expect(visitor.homes.first?.units.map(\.name) == ["Garden", "Orchard"])
        }
        let entries = try await provider.entries()
        #expect(entries.filter { $0 == "accounts.sign_in" }.count == 4)
        #expect(!entries.contains { $0.hasPrefix("accounts.fail_sign_in") })
    }

    /// What is wrong with an account, and what the audit of its organisation says.
    enum Wrong: String, CaseIterable {
        case password = "wrong_password"
        case disabled, noRole = "no_role", endedRole, futureRole, unknown, long
        var entry: String? {
            switch self {
            case .unknown: nil
            case .endedRole, .futureRole: "no_role"
            case .long: "wrong_password"
            default: self.rawValue
            }
        }
    }

    @Test(arguments: Wrong.allCases)
    func `whatever is wrong, the answer is one, and one hash is made`(_ wrong: Wrong) async throws {
        let provider = try await Provider(self.accounts, self.clock)
        let username = "somebody.\(wrong)".lowercased()
        if wrong == .noRole {
            try await provider.employ("Somebody", username)
        } else {
            try await provider.employ(
                "Somebody", username, Grant(.careAssistant, .organisation),
                until: wrong == .endedRole ? self.clock.now + 60 : nil)
        }
        var password = Provider.password
        switch wrong {
        case .password: password += "x"
        case .long: password += String(repeating: "x", count: 2_000)
        case .disabled:
            try await provider.change(
                "UPDATE accounts.account SET state = 'disabled' WHERE tenant_id = app.tid() AND username = \(username)")
        case .futureRole:
            let admin = TestDatabase.current.open(as: "postgres", size: 1)
            try await admin.transaction(as: .system("test")) { tx in
                try tx.execute(
                    "UPDATE accounts.role_grant SET valid_from = \(self.clock.now + 60) WHERE tenant_id = \(provider.organisation.uuid)"
                )
            }
            await admin.shutDown()
        case .endedRole: self.clock.advance(61)
        case .noRole, .unknown: break
        }
        let before = self.accounts.passwords.count
        let name = wrong == .unknown ? "nobody.at.all" : username
        #expect(
            try await refusal { try await self.accounts.attempt(name, password) } == .wrongNameOrPassword)
        #expect(self.accounts.passwords.count == before + 1)
        let failures = try await provider.entries().filter { $0.hasPrefix("accounts.fail_sign_in") }
        #expect(failures == (wrong.entry.map { ["accounts.fail_sign_in \($0)"] } ?? []))
    }

    @Test func `the answer to a wrong try says the same of every name`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Known", "known.name", Grant(.careAssistant, .organisation))
        let known = try #require(try await refusal { try await self.accounts.attempt("known.name", "wrong") })
        let unknown = try #require(try await refusal { try await self.accounts.attempt("unknown.name", "wrong") })
        #expect("\(known.problem)" == "\(unknown.problem)")
        #expect(known.problem.kind == .unauthenticated)
    }

    @Test func `a wrong try takes its time, whatever was wrong`() async throws {
        var settings = AccountsService.Settings()
        settings.refusal = .milliseconds(400)
        let patient = AccountsService(
            database: self.accounts.database, audit: .init(), people: .init(), keyring: TestKeys.keyring,
            settings: settings, rule: .testing,
            security: .quiet)
        let start = ContinuousClock.now
        #expect(try await refusal { try await patient.attempt("nobody.here", "wrong") } == .wrongNameOrPassword)
        #expect(ContinuousClock.now - start >= .milliseconds(400))
    }

    @Test func `two organisations may use one name; the password decides`() async throws {
        let one = try await Provider(self.accounts, self.clock), two = try await Provider(self.accounts, self.clock)
        try await one.employ("One", "shared.name", password: "first password here", Grant(.dpo, .organisation))
        try await two.employ("Two", "shared.name", password: "second password here", Grant(.hr, .organisation))
        let first = try await self.accounts.attempt("shared.name", "first password here")
        let second = try await self.accounts.attempt("shared.name", "second password here")
        #expect(first.visitor.principal.organisation == one.organisation && first.visitor.name == "One")
        #expect(second.visitor.principal.organisation == two.organisation && second.visitor.name == "Two")
        #expect(try await refusal { try await self.accounts.attempt("shared.name", "third") } == .wrongNameOrPassword)
        // Each organisation hears of what failed on its own account, and not of what the other's people did.
        #expect(try await one.entries().filter { $0.contains("fail") }.count == 1)
        #expect(try await two.entries().filter { $0.contains("fail") }.count == 1)
    }

    @Test func `a name is taken within an organisation, and nobody learns of another's`() async throws {
        let one = try await Provider(self.accounts, self.clock), two = try await Provider(self.accounts, self.clock)
        try await one.employ("One", "taken.name", Grant(.dpo, .organisation))
        try await two.employ("Two", "taken.name", Grant(.dpo, .organisation))
        #expect(
            try await refusal { try await one.employ("Three", "taken.name", Grant(.dpo, .organisation)) }
                == .usernameTaken)
    }

    @Test func `a password that was kept with weaker parameters is kept anew`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        let account = try await provider.employ("Old", "old.hash", Grant(.careAssistant, .organisation))
        // Argon2id with 1 MiB and one pass, of "imported password".
        let weak = "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ujevuNeTwHJpTjTyT+GWetRiACFQFFwAuzkDQHCGjpA"
        try await provider.change(
            "UPDATE accounts.account SET password_hash = \(weak) WHERE tenant_id = app.tid() AND id = \(account.id.uuid)"
        )
        #expect(try await StoredPassword.hash(of: account.id) == weak)
        for _ in 0..<2 { _ = try await self.accounts.attempt("old.hash", "imported password") }
        #expect(try await StoredPassword.hash(of: account.id).hasPrefix(Argon2.prefix))
    }

    // MARK: The throttle

    @Test func `of two hundred wrong tries at once ten are looked at`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Target", "target.one", Grant(.careAssistant, .organisation))
        let before = self.accounts.passwords.count
        let refusals = try await withThrowingTaskGroup(of: AccountsError?.self) { group in
            for number in 0..<200 {
                group.addTask { try await refusal { try await self.accounts.attempt("target.one", "guess \(number)") } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(self.accounts.passwords.count - before == 10)
        #expect(refusals.filter { $0 == .wrongNameOrPassword }.count == 10)
        #expect(refusals.filter { $0 == .tooManyTries(seconds: 60) }.count == 190)
    }

    @Test func `the spellings of a name share its tries, known or not`() async throws {
        let spellings = ["ghost.name", "GHOST.NAME", " ghost.name ", "ｇｈｏｓｔ.name"]
        var refusals: [AccountsError?] = []
        for number in 0..<12 {
            refusals.append(
                try await refusal { try await self.accounts.attempt(spellings[number % 4], "guess \(number)") })
        }
        #expect(refusals.prefix(10).allSatisfy { $0 == .wrongNameOrPassword })
        #expect(refusals.suffix(2).allSatisfy { $0 == .tooManyTries(seconds: 60) })
    }

    @Test func `a try that succeeds is given back`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Busy", "busy.person", Grant(.careAssistant, .organisation))
        for _ in 0..<15 { _ = try await self.accounts.attempt("busy.person", Provider.password, from: "203.0.113.5") }
    }
}
