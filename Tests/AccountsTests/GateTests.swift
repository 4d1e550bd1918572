import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// Every way by which somebody comes in or stays in, tried by somebody to whom nothing may open any more.
struct GateTable {
    enum Path: CaseIterable {
        case signIn, cookie, stream, invitation, later, passwordChange, resetPage, reset, resetMade, resetFromConsole
        case tokens, bearer, refresh
    }
    enum Closing: String, CaseIterable { case disabled, left, suspended, noRole }

    /// Somebody with a sign-in, a link for a new password, and an invitation that rests on their right.
    struct Somebody {
        let kit: StaffKit
        let account: NewAccount
        let username: String
        let signIn: NewSignIn
        let invitation: Secret
        let reset: Secret
        let tokens: IssuedTokens
    }

    let accounts: AccountsService
    let clock: ManualClock

    func somebody() async throws -> Somebody {
        let kit = try await StaffKit(self.accounts, self.clock), username = StaffKit.username()
        let account = try await kit.provider.employ("Somebody Here", username, Grant(.registeredManager, kit.rowan))
        let invited = try await self.accounts.invite(
            NewInvitation(name: "Mary Sutton", NewRole(.careAssistant, kit.rowan)), by: kit.principal(account)
        ).value
        let made = try await self.accounts.makePasswordReset(for: account.person, by: kit.boss).value
        return Somebody(
            kit: kit, account: account, username: username,
            signIn: try await self.accounts.attempt(username, Provider.password),
            invitation: Secret(shown: String(try #require(invited.link).dropFirst("/invitation/".count))),
            reset: Secret(shown: String(try #require(made.link).dropFirst("/reset/".count))),
            tokens: try await self.accounts.issueTokens(Self.attempt(username)))
    }

    private static func attempt(_ username: String) -> SignInAttempt {
        SignInAttempt(
            name: username, password: Password(Provider.password),
            network: AddressPrefix("10.\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).8"))
    }

    func close(_ closing: Closing, to somebody: Somebody) async throws {
        let account = somebody.account.id.uuid, person = somebody.account.person.uuid
        let statement: SQL =
            switch closing {
            case .disabled:
                "UPDATE accounts.account SET state = 'disabled' WHERE tenant_id = app.tid() AND id = \(account)"
            case .left:
                "UPDATE people.staff SET status = 'left' WHERE tenant_id = app.tid() AND person_id = \(person)"
            case .suspended: "UPDATE accounts.organisation SET state = 'suspended' WHERE tenant_id = app.tid()"
            case .noRole:
                "UPDATE accounts.role_grant SET valid_until = valid_from WHERE tenant_id = app.tid() AND account_id = \(account)"
            }
        try await somebody.kit.provider.change(statement)
    }

    /// Whether a path lets them through; anything but a refusal is an error of the test.
    func passes(_ path: Path, _ somebody: Somebody) async throws -> Bool {
        do {
            switch path {
            case .signIn: _ = try await self.accounts.attempt(somebody.username, Provider.password)
            case .cookie: return try await self.accounts.visitor(of: somebody.signIn.secret, isActing: true) != nil
            case .stream: return try await self.accounts.isLive(somebody.signIn.visitor.principal)
            case .invitation:
                try await self.accounts.accept(
                    Acceptance(username: StaffKit.username(), password: Password(Provider.password)),
                    with: somebody.invitation)
            case .later:
                let organisation = somebody.kit.provider.organisation, now = self.clock.now
                return try await self.accounts.database.transaction(as: .tenant(organisation)) { tx in
                    try self.accounts.directory.principal(
                        somebody.account.person, in: organisation, at: now, in: tx) != nil
                }
            case .passwordChange:
                _ = try await self.accounts.changePassword(
                    PasswordChange(
                        present: Password(Provider.password), chosen: Password("teapot gravel moth"),
                        network: AddressPrefix("10.9.8.7")), by: somebody.signIn.visitor)
            case .resetPage: return try await self.accounts.passwordReset(with: somebody.reset) != nil
            case .reset:
                try await self.accounts.finishPasswordReset(
                    with: somebody.reset, choosing: Password("teapot gravel moth"))
            case .resetMade:
                _ = try await self.accounts.makePasswordReset(
                    for: somebody.account.person, by: somebody.kit.boss)
            case .tokens: _ = try await self.accounts.issueTokens(Self.attempt(somebody.username))
            case .bearer: _ = try await self.accounts.visitor(bearing: somebody.tokens.accessToken)
            case .refresh: _ = try await self.accounts.refreshTokens(somebody.tokens.refreshToken, agent: nil)
            case .resetFromConsole: _ = try await self.accounts.makePasswordReset(named: somebody.username)
            }
            return true
        } catch let error as any ProblemConvertible where error.problem.kind.status < 500 {
            return false
        }
    }
}

@Suite(.database, .serialized, .timeLimit(.minutes(5))) struct GateTests {
    let table: GateTable

    init() {
        let clock = ManualClock()
        self.table = GateTable(accounts: .testing(clock, TestDatabase.current.patient()), clock: clock)
    }

    @Test(arguments: GateTable.Path.allCases) func `whoever nothing may open to is let in by no way`(
        _ path: GateTable.Path
    ) async throws {
        let welcome = try await self.table.somebody()
        #expect(try await self.table.passes(path, welcome), "the control: nothing is wrong with them")
        for closing in GateTable.Closing.allCases {
            let somebody = try await self.table.somebody()
            try await self.table.close(closing, to: somebody)
            #expect(try await self.table.passes(path, somebody) == false, "\(path), \(closing)")
        }
    }

    @Test func `the audit of their organisation says why somebody was not let in`() async throws {
        let somebody = try await self.table.somebody()
        try await self.table.close(.suspended, to: somebody)
        #expect(try await self.table.passes(.signIn, somebody) == false)
        #expect(try await somebody.kit.provider.entries().last == "accounts.fail_sign_in suspended")
    }

    @Test func `a suspended organisation is out at once, and back when it is resumed`() async throws {
        let name = "Suspended \(Int.random(in: 1...999_999_999))"
        let somebody = try await self.table.somebody(), accounts = self.table.accounts
        try await somebody.kit.provider.change(
            "UPDATE accounts.organisation SET name = \(name) WHERE tenant_id = app.tid()")
        try await accounts.setOrganisation(named: name.uppercased(), isOpen: false)
        #expect(try await self.table.passes(.cookie, somebody) == false)
        #expect(try await self.table.passes(.stream, somebody) == false)
        try await accounts.setOrganisation(named: name, isOpen: true)
        #expect(try await self.table.passes(.cookie, somebody))
        #expect(
            try await somebody.kit.provider.entries().suffix(2) == [
                "accounts.suspend_organisation", "accounts.resume_organisation",
            ])
        #expect(
            try await refusal { try await accounts.setOrganisation(named: "Nobody's", isOpen: false) } == .notFound)
    }
}

/// The control of the table: with a gate that lets everybody through, it finds every path open.
@Suite(.database, .serialized, .timeLimit(.minutes(5))) struct OpenGateTests {
    @Test func `every path asks the gate, and nothing else`() async throws {
        let clock = ManualClock()
        let table = GateTable(accounts: .testing(clock, TestDatabase.current.patient()), clock: clock)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        try await admin.transaction(as: .system("test")) { tx in
            try tx.execute(
                """
                CREATE OR REPLACE FUNCTION accounts.gate(organisation uuid, asked uuid, moment timestamptz)
                RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN NULL; END $$
                """)
        }
        await admin.shutDown()
        for path in GateTable.Path.allCases where path != .invitation {
            for closing in [GateTable.Closing.left, .suspended] {
                let somebody = try await table.somebody()
                try await table.close(closing, to: somebody)
                #expect(try await table.passes(path, somebody), "\(path), \(closing)")
            }
        }
    }
}
