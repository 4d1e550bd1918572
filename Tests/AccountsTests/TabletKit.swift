import Foundation
import Kernel
import TestKit
import Web

@testable import Accounts

/// A shared tablet in a home, with two carers who work there.
struct TabletKit: Sendable {
    static let pin = "804152", otherPin = "691307"

    let accounts: AccountsService
    let clock: ManualClock
    let provider: Provider
    let manager: NewAccount
    let managerName = StaffKit.username(), precious = StaffKit.username(), tomasz = StaffKit.username()
    let tablet: Secret
    let id: Identifier<Tablet>
    let one: NewAccount, other: NewAccount

    init(_ accounts: AccountsService, _ clock: ManualClock) async throws {
        self.accounts = accounts
        self.clock = clock
        self.provider = try await Provider(accounts, clock)
        self.manager = try await self.provider.employ(
            "Mary Manager", self.managerName, Grant(.registeredManager, .home(self.provider.rowan)))
        self.one = try await self.provider.employ(
            "Precious Adeyemi", self.precious, Grant(.careAssistant, .home(self.provider.rowan)))
        self.other = try await self.provider.employ(
            "Tomasz Kowalski", self.tomasz, Grant(.careAssistant, .home(self.provider.rowan)))
        let signIn = try await accounts.attempt(self.managerName, Provider.password)
        let enrolled = try await accounts.enrol(
            TabletDraft(homeId: self.provider.rowan, name: "Nurses’ station"), by: signIn.visitor.principal)
        guard let tablet = enrolled.tablet else { throw AccountsError.noTablet }
        self.tablet = tablet
        self.id = enrolled.record.value.id
        try await accounts.signOut(signIn.visitor.principal)
    }

    func signIn(_ name: String, replacing: Principal? = nil) async throws -> NewSignIn {
        try await self.accounts.attempt(name, Provider.password, on: self.tablet, replacing: replacing)
    }

    /// Somebody who has signed in fully, and chosen a PIN.
    func begin(_ name: String, _ pin: String = Self.pin, replacing: Principal? = nil) async throws -> NewSignIn {
        let signIn = try await self.signIn(name, replacing: replacing)
        try await self.accounts.setPin(PinChoice(pin), by: signIn.visitor.principal)
        return signIn
    }

    func open(
        _ account: NewAccount, _ pin: String = Self.pin, on tablet: Secret? = nil, replacing: Principal? = nil
    ) async throws -> NewSignIn {
        try await self.accounts.open(
            PinAttempt(
                PinEntry(personId: account.person, pin: pin), on: tablet ?? self.tablet, replacing: replacing))
    }

    /// Whether a sign-in opens anything on the tablet, for a request and for a stream alike.
    func isOpen(_ signIn: NewSignIn, acting: Bool = false, on tablet: Secret? = nil) async throws -> Bool {
        try await self.accounts.visitor(of: signIn.secret, isActing: acting, on: tablet ?? self.tablet) != nil
    }
}
