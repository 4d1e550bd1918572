import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

@Suite(.database, .serialized) struct AccountsTenancyTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    @Test(arguments: ["organisation", "home", "unit", "account", "role_grant", "sign_in", "invitation"])
    func `an organisation sees its own rows and nobody else's`(_ table: String) async throws {
        let ours = try await Provider(self.accounts, self.clock), theirs = try await Provider(self.accounts, self.clock)
        for provider in [ours, theirs] {
            let name = "tenancy.\(table).\(provider.organisation.description.suffix(6))"
            try await provider.employ("Somebody", name, Grant(.careAssistant, .unit(provider.garden)))
            _ = try await self.accounts.attempt(name, Provider.password)
            let now = self.clock.now, organisation = provider.organisation
            try await self.accounts.database.transaction(as: .tenant(organisation)) { tx in
                try AccountsStore().insert(
                    Founding.Invitation(
                        organisation: organisation, id: .any(), name: "", hash: Secret().hash, expiresAt: now + 60),
                    at: now, in: tx)
            }
        }
        let statement: SQL = "SELECT tenant_id FROM accounts.\(unsafeText: table)"
        for provider in [ours, theirs] {
            let rows = try await self.accounts.database.read(as: .tenant(provider.organisation), statement)
            #expect(rows.count > 0)
            for row in rows { #expect(try row.read("tenant_id", as: UUID.self) == provider.organisation.uuid) }
        }
        #expect(try await self.accounts.database.read(as: .system("test"), statement).count == 0)
    }

    @Test(arguments: [
        "SELECT password_hash FROM accounts.account", "SELECT * FROM accounts.account",
        "UPDATE accounts.sign_in SET secret_hash = '\\x00'", "UPDATE accounts.sign_in SET absolute_until = now()",
        "UPDATE accounts.role_grant SET role = 'registered_manager'", "DELETE FROM accounts.role_grant",
        "DELETE FROM accounts.sign_in", "UPDATE accounts.account SET person_id = gen_random_uuid()",
        "DELETE FROM accounts.account", "TRUNCATE accounts.account",
    ])
    func `the application may not`(_ statement: String) async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await self.accounts.database.transaction(as: .tenant(.any())) { tx in
                _ = try tx.execute("\(unsafeText: statement)")
            }
        }
        #expect(error?.code == .insufficientPrivilege)
    }

    @Test func `a role cannot be for another organisation's home`() async throws {
        let ours = try await Provider(self.accounts, self.clock), theirs = try await Provider(self.accounts, self.clock)
        let home = await #expect(throws: PostgresError.self) {
            try await ours.employ("Somebody", "foreign.home", Grant(.careAssistant, .home(theirs.rowan)))
        }
        #expect(home?.code == .foreignKeyViolation)
        let unit = await #expect(throws: PostgresError.self) {
            try await ours.employ("Somebody", "foreign.unit", Grant(.careAssistant, .unit(theirs.garden)))
        }
        #expect(unit?.code == .checkViolation)
    }

    @Test func `a role is held once for as long as it has no end`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        let account = try await provider.employ("Somebody", "twice.held", Grant(.careAssistant, .organisation))
        let again = await #expect(throws: PostgresError.self) {
            try await provider.change(
                """
                INSERT INTO accounts.role_grant (tenant_id, id, account_id, role, scope_kind, valid_from)
                VALUES (app.tid(), gen_random_uuid(), \(account.id.uuid), 'care_assistant', 'organisation', now())
                """)
        }
        #expect(again?.code == .uniqueViolation)
    }

    @Test func `everybody with a role may see themselves and leave, and nobody without one`() throws {
        for role in Role.allCases {
            let principal = Principal.someone(role)
            _ = try principal.decide(ReadOwnAccount.self, Standing(.any(), [.own], at: nil, state: "active"))
            _ = try principal.decide(SignOut.self, Standing(.any(), [.own], at: nil, state: "live"))
            // Whoever is here for a resident has no business with other homes.
            #expect(
                principal.may(ListHomes.self, Standing(principal.organisation, [.member], at: nil, state: "open"))
                    == !Role.circle.contains(role))
            #expect(throws: Problem.self) {
                try principal.decide(
                    ReadOwnAccount.self, Standing(.any(), [.place], at: Place(home: nil), state: "active"))
            }
        }
        #expect(throws: Problem.self) {
            try Principal.someone().decide(ReadOwnAccount.self, Standing(.any(), [.own], at: nil, state: "active"))
        }
    }
}
