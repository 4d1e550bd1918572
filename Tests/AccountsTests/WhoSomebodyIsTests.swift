import Audit
import Foundation
import Kernel
import Postgres
import TestKit
import Testing

@testable import Accounts

/// Who somebody is, for what is done in their name when they are not signed in.
@Suite(.database, .serialized) struct WhoSomebodyIsTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    @Test func `somebody has the roles they hold then, and none once they cannot sign in`() async throws {
        let provider = try await Provider(self.accounts, self.clock),
            other = try await Provider(self.accounts, self.clock)
        let grants = [Grant(.careAssistant, .home(provider.rowan)), Grant(.seniorCarer, .unit(provider.garden))]
        let ann = try await provider.employ("Ann", "who.one", grants[0], grants[1])
        let directory = self.accounts.directory, now = self.clock.now
        func who(in organisation: Identifier<Organisation>, at date: Date = now) async throws -> Principal? {
            try await self.accounts.database.read(as: .tenant(organisation)) { tx in
                try directory.principal(ann.person, in: organisation, at: date, in: tx)
            }
        }
        #expect(
            try await who(in: provider.organisation)
                == Principal(person: ann.person, organisation: provider.organisation, grants: Set(grants)))
        #expect(try await who(in: other.organisation) == nil)
        #expect(try await who(in: provider.organisation, at: now.addingTimeInterval(-1)) == nil)
        try await provider.change(
            """
            UPDATE accounts.role_grant SET valid_until = \(now.addingTimeInterval(60))
            WHERE tenant_id = app.tid() AND role = 'senior_carer'
            """)
        #expect(try await who(in: provider.organisation, at: now.addingTimeInterval(60))?.grants == [grants[0]])
        try await provider.change(
            "UPDATE people.staff SET status = 'left' WHERE tenant_id = app.tid() AND person_id = \(ann.person.uuid)")
        #expect(try await who(in: provider.organisation) == nil)
    }
}
