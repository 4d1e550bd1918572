import Foundation
import Kernel
import NIOConcurrencyHelpers
import TestKit
import Testing

@testable import Accounts

/// What `wcc sign-ins end` does.
@Suite(.database, .serialized) struct EndingSignInsTests {
    let clock = ManualClock()
    let rung = NIOLockedValueBox<Set<Identifier<Person>>>([])
    let accounts: AccountsService

    init() {
        let rung = self.rung
        self.accounts = AccountsService.testing(self.clock, TestDatabase.current.patient()).telling { principal in
            _ = rung.withLockedValue { $0.insert(principal.person) }
        }
    }

    /// Some hundreds of sign-ins that nobody had to hash a password for.
    private func fill(_ provider: Provider, _ account: NewAccount, _ count: Int) async throws -> [Secret] {
        let secrets = (0..<count).map { _ in Secret() }, now = self.clock.now
        try await self.accounts.database.transaction(as: .tenant(provider.organisation)) { tx in
            for secret in secrets {
                let beginning = Beginning(
                    id: .any(), hash: secret.hash, idleUntil: now.advanced(by: .seconds(900)),
                    absoluteUntil: now.advanced(by: .seconds(43_200)), network: AddressPrefix("10.0.0.1"), agent: nil,
                    device: nil, tablet: nil)
                let candidate = Candidate(
                    organisation: provider.organisation, account: account.id, person: account.person,
                    hash: account.password, version: 1)
                let refused = try self.accounts.signIns.insert(beginning, of: candidate, at: now, in: tx)
                #expect(refused == nil)
            }
        }
        return secrets
    }

    private func live(_ secrets: [Secret]) async throws -> Int {
        var count = 0
        for secret in secrets where try await self.accounts.visitor(of: secret, isActing: true) != nil { count += 1 }
        return count
    }

    @Test func `a thousand sign-ins of two organisations are over at once, with one entry in the audit of each`()
        async throws
    {
        var secrets: [Secret] = [], providers: [Provider] = [], people: Set<Identifier<Person>> = []
        for _ in 0..<2 {
            let provider = try await Provider(self.accounts, self.clock)
            providers.append(provider)
            for _ in 0..<5 {
                let account = try await provider.employ(
                    "Somebody Here", StaffKit.username(), Grant(.careAssistant, .home(provider.rowan)))
                people.insert(account.person)
                secrets += try await self.fill(provider, account, 100)
            }
        }
        #expect(secrets.count == 1_000)
        #expect(try await self.live(secrets) == 1_000)
        #expect(try await self.accounts.endSignIns(of: .everybody) == 1_000)
        #expect(try await self.live(secrets) == 0)
        #expect(self.rung.withLockedValue { $0 } == people)
        for provider in providers {
            let entries = try await provider.entries().filter { $0.hasPrefix("accounts.end_sign_ins_at_server") }
            #expect(entries == ["accounts.end_sign_ins_at_server all"])
        }
        #expect(try await self.accounts.endSignIns(of: .everybody) == 0)
    }

    @Test func `one person's end, or one organisation's, and nobody else's`() async throws {
        let one = try await Provider(self.accounts, self.clock), two = try await Provider(self.accounts, self.clock)
        let name = StaffKit.username()
        let ann = try await one.employ("Ann Here", name, Grant(.careAssistant, .home(one.rowan)))
        let ben = try await one.employ("Ben Here", StaffKit.username(), Grant(.careAssistant, .home(one.rowan)))
        let cat = try await two.employ("Cat There", StaffKit.username(), Grant(.careAssistant, .home(two.rowan)))
        let anns = try await self.fill(one, ann, 3), bens = try await self.fill(one, ben, 2)
        let cats = try await self.fill(two, cat, 1)
        #expect(try await self.accounts.endSignIns(of: .person(name, organisation: nil)) == 3)
        #expect(try await [self.live(anns), self.live(bens), self.live(cats)] == [0, 2, 1])
        #expect(try await self.accounts.endSignIns(of: .organisation("\(one.organisation)")) == 2)
        #expect(try await [self.live(bens), self.live(cats)] == [0, 1])
        let unknown = try await refusal {
            try await self.accounts.endSignIns(of: .person("nobody.here.\(UUID())", organisation: nil))
        }
        #expect(unknown == .notFound)
        #expect(
            try await refusal { try await self.accounts.endSignIns(of: .organisation("No Such Care")) } == .notFound)
        #expect(try await two.entries().allSatisfy { !$0.contains("at_server") })
    }
}
