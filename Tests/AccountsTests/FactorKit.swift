import Foundation
import Kernel
import Sealing
import TestKit
import Web

@testable import Accounts

/// Somebody with an authenticator app, in an organisation of their own.
struct FactorKit: Sendable {
    let staff: StaffKit
    let username = StaffKit.username()
    let account: NewAccount

    var accounts: AccountsService { self.staff.accounts }
    var clock: ManualClock { self.staff.clock }
    var provider: Provider { self.staff.provider }

    init(_ accounts: AccountsService, _ clock: ManualClock, _ role: Role = .registeredManager) async throws {
        self.staff = try await StaffKit(accounts, clock)
        self.account = try await self.staff.provider.employ(
            "Mary Manager", self.username, Grant(role, self.staff.rowan))
    }

    func signIn() async throws -> NewSignIn { try await self.accounts.attempt(self.username, Provider.password) }

    /// Sets it up with an app, and shows the recovery codes.
    func setUp() async throws -> (app: TOTP, codes: [String], signIn: NewSignIn) {
        let principal = try await self.signIn().visitor.principal
        _ = try await self.accounts.beginFactor(by: principal)
        let app = try await self.app()
        let (codes, signIn) = try await self.accounts.confirmFactor(
            CodeEntry(app.code(at: TOTP.step(at: self.clock.now))), by: principal)
        guard let signIn, let codes = codes.value.codes else { throw AccountsError.noFactor }
        return (app, codes, signIn)
    }

    /// With the secret that is sealed in the database.
    func app() async throws -> TOTP {
        let accounts = self.accounts, account = self.account.id, organisation = self.provider.organisation
        let row = try await accounts.database.transaction(as: .tenant(organisation)) { tx in
            try accounts.factors.factor(of: account, in: tx)
        }
        guard let row else { throw AccountsError.noFactor }
        return TOTP(
            secret: try accounts.keyring.open(row.secret, at: FactorStore.place(of: row.id, in: organisation)))
    }

    /// The code of half a minute that has not been used.
    func next(_ app: TOTP) -> CodeEntry {
        self.clock.advance(30)
        return CodeEntry(app.code(at: TOTP.step(at: self.clock.now)))
    }

    func wrong(_ app: TOTP) -> CodeEntry {
        let step = TOTP.step(at: self.clock.now)
        let right = Set((step - 1...step + 1).map { app.code(at: $0) })
        return CodeEntry(["000000", "111111", "222222", "333333"].first { !right.contains($0) } ?? "444444")
    }

    func isIn(_ signIn: NewSignIn) async throws -> Bool {
        let visitor = try await self.accounts.visitor(of: signIn.secret, isActing: true)
        return visitor != nil
    }
}
