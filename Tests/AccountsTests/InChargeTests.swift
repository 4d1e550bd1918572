import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

@Suite(.database, .serialized) struct InChargeTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    private func asked(_ provider: Provider, _ grants: Grant...) async throws -> Set<Identifier<Person>> {
        try await self.accounts.inCharge(
            for: Principal(person: .any(), organisation: provider.organisation, grants: Set(grants)))
    }

    @Test func `a concern goes to those who answer for the home, wherever in it somebody works`() async throws {
        let provider = try await Provider(self.accounts, self.clock),
            other = try await Provider(self.accounts, self.clock)
        let manager = try await provider.employ("M", "charge.one", Grant(.registeredManager, .home(provider.rowan)))
        let lead = try await provider.employ("L", "charge.two", Grant(.safeguardingLead, .home(provider.rowan)))
        let harbour = try await provider.employ("H", "charge.three", Grant(.deputyManager, .home(provider.harbour)))
        try await provider.employ("C", "charge.four", Grant(.careAssistant, .home(provider.rowan)))
        try await other.employ("O", "charge.five", Grant(.registeredManager, .home(other.rowan)))
        let rowan: Set = [manager.person, lead.person]
        #expect(try await self.asked(provider, Grant(.careAssistant, .home(provider.rowan))) == rowan)
        #expect(try await self.asked(provider, Grant(.careAssistant, .unit(provider.garden))) == rowan)
        #expect(try await self.asked(provider, Grant(.careAssistant, .home(provider.harbour))) == [harbour.person])
    }

    @Test func `where a home has nobody it goes to those who answer for all of them`() async throws {
        let provider = try await Provider(self.accounts, self.clock)
        let director = try await provider.employ("D", "charge.six", Grant(.providerDirector, .organisation))
        let manager = try await provider.employ("M", "charge.seven", Grant(.registeredManager, .home(provider.rowan)))
        #expect(try await self.asked(provider, Grant(.careAssistant, .home(provider.harbour))) == [director.person])
        #expect(try await self.asked(provider) == [director.person])
        try await provider.change(
            "UPDATE people.staff SET status = 'left' WHERE tenant_id = app.tid() AND person_id = \(manager.person.uuid)"
        )
        #expect(try await self.asked(provider, Grant(.careAssistant, .home(provider.rowan))) == [director.person])
    }
}
