import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// Each test has an installation of its own: whether anybody can sign in is one fact of all of it.
@Suite(.serialized) struct FoundingTests {
    static let administrator = FirstAdministrator(
        home: "Rowan House", name: "Joanne Hartley", username: "j.hartley", email: "joanne@example.org",
        password: Password("three words apart"))

    private func fresh() -> (AccountsService, ManualClock) {
        let clock = ManualClock()
        return (.testing(clock, TestDatabase.current.patient()), clock)
    }

    @Test(.database) func `nobody can sign in to a fresh installation, and no secret opens it`() async throws {
        let (accounts, _) = self.fresh()
        #expect(try await accounts.awaitsFirstAdministrator() == false)
        #expect(
            try await refusal { try await accounts.setUp(Self.administrator, with: Secret()) } == .alreadySetUp)
        for name in ["admin", "administrator", "root", "demo", "test", "wcc"] {
            #expect(try await refusal { try await accounts.attempt(name, name) } == .wrongNameOrPassword)
        }
    }

    @Test(.database) func `the secret makes one administrator, who can sign in, and never another`() async throws {
        let (accounts, _) = self.fresh()
        let secret = try await accounts.prepareFirstAdministrator(of: " Fernhill Care ")
        #expect(try await accounts.awaitsFirstAdministrator())
        try await accounts.setUp(Self.administrator, with: secret)
        #expect(try await accounts.awaitsFirstAdministrator() == false)
        let signIn = try await accounts.attempt("J.Hartley", "three words apart")
        #expect(signIn.visitor.name == "Joanne Hartley" && signIn.visitor.preferredName == "Joanne")
        #expect(signIn.visitor.principal.roles == [.nominatedIndividual, .itAdmin])
        #expect(signIn.visitor.homes.map(\.name) == ["Rowan House"])
        let only = try #require(try await accounts.onlyOrganisation())
        #expect(only.name == "Fernhill Care" && only.homes == ["Rowan House"])

        #expect(try await refusal { try await accounts.setUp(Self.administrator, with: secret) } == .alreadySetUp)
        #expect(
            try await refusal { try await accounts.prepareFirstAdministrator(of: "Another") } == .alreadySetUp)
        // Not even when nobody can sign in any more.
        try await accounts.database.transaction(as: .tenant(signIn.visitor.principal.organisation)) { tx in
            _ = try tx.execute("UPDATE accounts.account SET state = 'disabled' WHERE tenant_id = app.tid()")
        }
        #expect(
            try await refusal { try await accounts.prepareFirstAdministrator(of: "Another") } == .alreadySetUp)
    }

    @Test(.database) func `a new secret ends the earlier one, and the organisation stays one`() async throws {
        let (accounts, _) = self.fresh()
        let first = try await accounts.prepareFirstAdministrator(of: "Fernhil Care")
        let second = try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
        #expect(try await refusal { try await accounts.setUp(Self.administrator, with: first) } == .wrongSecret)
        try await accounts.setUp(Self.administrator, with: second)
        #expect(try await accounts.onlyOrganisation()?.name == "Fernhill Care")
    }

    @Test(.database) func `a secret is good for a day`() async throws {
        let (accounts, clock) = self.fresh()
        let secret = try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
        clock.advance(86_400)
        #expect(try await accounts.awaitsFirstAdministrator() == false)
        #expect(try await refusal { try await accounts.setUp(Self.administrator, with: secret) } == .alreadySetUp)
        let again = try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
        try await accounts.setUp(Self.administrator, with: again)
    }

    @Test(.database) func `of ten who come with the secret at once one gets in`() async throws {
        let (accounts, _) = self.fresh()
        let secret = try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
        let outcomes = try await withThrowingTaskGroup(of: AccountsError?.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await refusal {
                        try await accounts.setUp(
                            FirstAdministrator(
                                home: "Home \(number)", name: "Name \(number)", username: "user\(number)",
                                password: Password("three words apart")), with: secret)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count == 1)
        #expect(outcomes.filter { $0 == .alreadySetUp }.count == 9)
        #expect(try await accounts.onlyOrganisation()?.homes.count == 1)
    }

    @Test(.database) func `of ten secrets made at once the last one opens one organisation`() async throws {
        let (accounts, _) = self.fresh()
        let secrets = try await withThrowingTaskGroup(of: Secret?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do {
                        return try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
                    } catch AccountsError.busy {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [Secret]()) { if let secret = $1 { $0.append(secret) } }
        }
        var opened = 0
        for secret in secrets {
            if try await refusal({ try await accounts.setUp(Self.administrator, with: secret) }) == nil { opened += 1 }
        }
        #expect(opened == 1)
        #expect(try await accounts.onlyOrganisation() != nil)
    }

    @Test(.database) func `every field that is wrong is said, and nothing is made`() async throws {
        let (accounts, _) = self.fresh()
        let secret = try await accounts.prepareFirstAdministrator(of: "Fernhill Care")
        let bad = FirstAdministrator(
            home: " ", name: String(repeating: "x", count: 101), username: "j hartley", email: "joanne",
            password: Password("short"))
        guard case .invalid(let violations) = try await refusal({ try await accounts.setUp(bad, with: secret) }) else {
            Issue.record("accepted")
            return
        }
        #expect(violations.map(\.pointer) == ["/home", "/name", "/username", "/email", "/password"])
        #expect(try await accounts.awaitsFirstAdministrator())
        for name in ["", " ", String(repeating: "x", count: 201)] {
            await #expect(throws: AccountsError.self) { try await accounts.prepareFirstAdministrator(of: name) }
        }
    }
}
