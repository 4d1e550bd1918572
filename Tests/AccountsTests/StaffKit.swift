import Foundation
import Kernel
import Postgres
import TestKit

@testable import Accounts

/// An organisation with somebody in charge of all of it, and a way to act as any of its people.
struct StaffKit: Sendable {
    let accounts: AccountsService
    let clock: ManualClock
    let provider: Provider
    /// May give every role.
    let director: NewAccount

    init(_ accounts: AccountsService, _ clock: ManualClock) async throws {
        self.accounts = accounts
        self.clock = clock
        self.provider = try await Provider(accounts, clock)
        self.director = try await self.provider.employ(
            "Dora Director", Self.username(), Grant(.providerDirector, .organisation))
    }

    static func username() -> String { "user.\(Int.random(in: 1...999_999_999))" }

    var rowan: Reach { .home(self.provider.rowan) }
    var harbour: Reach { .home(self.provider.harbour) }
    var garden: Reach { .unit(self.provider.garden) }

    @discardableResult
    func hire(_ role: Role, _ reach: Reach, name: String = "Somebody Here", until: Date? = nil) async throws
        -> NewAccount
    {
        try await self.provider.employ(name, Self.username(), Grant(role, reach), until: until)
    }

    /// Whoever it is, as their next request would find them when it was made.
    func principal(_ account: NewAccount) -> Principal {
        Principal(person: account.person, organisation: self.provider.organisation, grants: account.grants)
    }

    var boss: Principal { self.principal(self.director) }

    /// What somebody holds by now.
    func roles(_ account: NewAccount) async throws -> [StaffRole] {
        try await self.accounts.staffMember(account.person, for: self.boss).roles
    }

    func role(_ account: NewAccount, _ role: Role) async throws -> Identifier<Grant> {
        guard let held = try await self.roles(account).first(where: { $0.role == role }) else {
            throw AccountsError.notFound
        }
        return held.id
    }

    func kind(_ act: () async throws -> Void) async -> Problem.Kind? {
        do {
            try await act()
            return nil
        } catch {
            return (error as? any ProblemConvertible)?.problem.kind ?? .internalFailure
        }
    }

    /// The fields that were refused.
    func refused(_ act: () async throws -> Void) async -> [String] {
        do {
            try await act()
            return []
        } catch {
            return ((error as? any ProblemConvertible)?.problem.violations ?? []).map(\.pointer)
        }
    }

    /// How many may still give every role.
    func administrators() async throws -> Int {
        try await self.accounts.database.read(
            as: .tenant(self.provider.organisation),
            """
            SELECT DISTINCT account_id FROM accounts.role_grant
            WHERE role IN ('nominated_individual', 'provider_director') AND scope_kind = 'organisation'
                AND valid_until IS NULL AND accounts.refusal(account_id, \(self.clock.now)) IS NULL
            """
        ).count
    }
}
