import Foundation
import Kernel
import Settings
import TestKit
import Testing

@testable import Accounts

/// How long a sign-in lasts, by who somebody is.
@Suite(.database, .serialized) struct SignInTermsTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func begin(_ role: Role) async throws -> NewSignIn {
        let provider = try await Provider(self.accounts, self.clock), name = StaffKit.username()
        try await provider.employ("Somebody Here", name, Grant(role, .home(provider.rowan)))
        return try await self.accounts.attempt(name, Provider.password)
    }

    private func isIn(_ signIn: NewSignIn, acting: Bool = false) async throws -> Bool {
        try await self.accounts.visitor(of: signIn.secret, isActing: acting) != nil
    }

    @Test(arguments: Role.allCases)
    func `quiet for a quarter of an hour is too long at work, and half an hour for family`(_ role: Role) async throws {
        let signIn = try await self.begin(role)
        let minutes = Role.circle.contains(role) ? 30.0 : 15.0
        self.clock.advance(60 * minutes - 1)
        #expect(try await self.isIn(signIn))
        self.clock.advance(1)
        #expect(try await self.isIn(signIn) == false)
    }

    @Test(arguments: [(Role.careAssistant, 12.0), (.gp, 12), (.relative, 24)])
    func `half a day is over for those who work, a day for family, however busy`(
        _ role: Role, _ hours: Double
    ) async throws {
        let signIn = try await self.begin(role)
        for _ in 0..<Int(hours * 6 - 1) {
            self.clock.advance(600)
            #expect(try await self.isIn(signIn, acting: true))
        }
        self.clock.advance(599)
        #expect(try await self.isIn(signIn, acting: true))
        self.clock.advance(1)
        #expect(try await self.isIn(signIn, acting: true) == false)
    }

    @Test func `a page is told how long is left, to the second, and that acting does not help at the end`()
        async throws
    {
        let signIn = try await self.begin(.careAssistant)
        self.clock.advance(400)
        let still = try await self.accounts.visitor(of: signIn.secret, isActing: false)?.term
        #expect(still?.left == 500 && still?.idle == 900 && still?.mostLeft == 42_800 && still?.isOnTablet == false)
        #expect(try await self.accounts.visitor(of: signIn.secret, isActing: true)?.term?.left == 900)
        for _ in 0..<48 {
            self.clock.advance(880)
            _ = try await self.isIn(signIn, acting: true)
        }
        let end = try await self.accounts.visitor(of: signIn.secret, isActing: true)?.term?.left
        let left = try #require(end)
        #expect(left > 0 && left < 900)
    }

    @Test func `each can be made shorter, and none longer`() throws {
        func read(_ values: [String: String]) throws -> SignInTerms {
            let reader = SettingsReader(
                .load(
                    environment: [:], arguments: values, in: FileManager.default.temporaryDirectory.path,
                    secrets: "/nonexistent"))
            let terms = SignInTerms(reader)
            try reader.finish()
            return terms
        }
        let standard = try read([:])
        #expect(standard.idle == .seconds(900) && standard.tabletLock == .seconds(300))
        #expect(standard.absolute == .seconds(43_200) && standard.familyAbsolute == .seconds(86_400))
        #expect(try read(["SIGN_INS_IDLE": "5m", "SIGN_INS_TABLET_LOCK": "30s"]).idle == .seconds(300))
        for (name, value) in [
            ("IDLE", "16m"), ("ABSOLUTE", "13h"), ("FAMILY_IDLE", "31m"), ("FAMILY_ABSOLUTE", "25h"),
            ("TABLET_LOCK", "301s"), ("IDLE", "0s"),
        ] {
            #expect(throws: SettingsProblems.self) { try read(["SIGN_INS_\(name)": value]) }
        }
    }
}
