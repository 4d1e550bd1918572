import Foundation
import Kernel
import Postgres
import Sealing
import TestKit
import Testing
import Web

@testable import Accounts

/// Setting a second factor up and taking it away, by oneself and by others.
@Suite(.database, .serialized) struct FactorTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func kit(_ role: Role = .registeredManager) async throws -> FactorKit {
        try await FactorKit(self.accounts, self.clock, role)
    }

    @Test func `until its first code is right it asks for nothing`() async throws {
        let kit = try await self.kit(), principal = try await kit.signIn().visitor.principal
        #expect(try await self.accounts.factor(for: principal).state == .none)
        let first = try await self.accounts.beginFactor(by: principal).value
        let second = try await self.accounts.beginFactor(by: principal).value
        #expect(first.secret != second.secret && second.secret.count == 32)
        #expect(try await self.accounts.factorSetUp(for: principal) == second)
        #expect(try await self.accounts.factor(for: principal).state == .pending)
        let app = try await kit.app()
        #expect(Base32.encode(app.secret) == second.secret)
        #expect(
            try await refusal { try await self.accounts.confirmFactor(kit.wrong(app), by: principal) } == .wrongCode)
        #expect(try await kit.signIn().awaitsCode == false)
        #expect(try await self.accounts.factor(for: principal).state == .pending)
    }

    @Test func `a repeated request gets the same key, and its codes only once`() async throws {
        let kit = try await self.kit(), principal = try await kit.signIn().visitor.principal
        let once = try Once(key: "0123456789abcdef-begin", operation: "begin", input: "")
        let first = try await self.accounts.beginFactor(by: principal, once: once)
        let again = try await self.accounts.beginFactor(by: principal, once: once)
        #expect(again.isReplay && first.value == again.value)
        let code = CodeEntry(try await kit.app().code(at: TOTP.step(at: self.clock.now)))
        let confirm = try Once(key: "0123456789abcdef-confirm", operation: "confirm", input: "")
        let (codes, _) = try await self.accounts.confirmFactor(code, by: principal, once: confirm)
        #expect(codes.value.codes?.count == 10)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        for row in try await admin.read(as: .system("test"), "SELECT row::text AS text FROM web.idempotency AS row") {
            let text: String = try row.read("text")
            #expect(!text.contains(first.value.secret))
            for code in codes.value.codes ?? [] { #expect(!text.contains(code)) }
        }
        await admin.shutDown()
    }

    @Test func `once confirmed, every other sign-in ends and this one is another`() async throws {
        let kit = try await self.kit(), other = try await kit.signIn(), (app, _, signIn) = try await kit.setUp()
        #expect(try await kit.isIn(other) == false)
        #expect(try await kit.isIn(signIn))
        #expect(try await self.accounts.factor(for: signIn.visitor.principal).state == .confirmed)
        // The code that confirmed it is used up.
        let half = try await kit.signIn(), used = CodeEntry(app.code(at: TOTP.step(at: self.clock.now)))
        #expect(try await refusal { try await self.accounts.enter(used, of: half.secret) } == .wrongCode)
        // Nobody who is signed in by a whole sign-in puts another app in its place.
        #expect(
            try await refusal { try await self.accounts.beginFactor(by: signIn.visitor.principal) } == .hasFactor)
        #expect(
            try await refusal { try await self.accounts.confirmFactor(used, by: signIn.visitor.principal) }
                == .hasFactor)
        #expect(try await self.accounts.factorSetUp(for: signIn.visitor.principal) == nil)
    }

    @Test func `a sign-in that began before it and was not ended opens nothing either`() async throws {
        let kit = try await self.kit(), earlier = try await kit.signIn()
        _ = try await kit.setUp()
        try await kit.provider.change(
            "UPDATE accounts.sign_in SET ended_at = NULL, end_reason = NULL WHERE tenant_id = app.tid()")
        #expect(try await kit.isIn(earlier) == false)
        #expect(try await self.accounts.isLive(earlier.visitor.principal) == false)
    }

    @Test func `new recovery codes end the ones before`() async throws {
        let kit = try await self.kit(), (_, codes, signIn) = try await kit.setUp()
        let others = try await self.accounts.renewRecoveryCodes(by: signIn.visitor.principal).value.codes ?? []
        #expect(others.count == 10 && Set(others).isDisjoint(with: codes))
        let half = try await kit.signIn()
        #expect(try await refusal { try await self.accounts.enter(CodeEntry(codes[0]), of: half.secret) } == .wrongCode)
        _ = try await self.accounts.enter(CodeEntry(others[0]), of: half.secret)
    }

    @Test func `whoever takes their own away signs in with the password again`() async throws {
        let kit = try await self.kit(), (_, _, signIn) = try await kit.setUp()
        try await self.accounts.removeFactor(by: signIn.visitor.principal)
        #expect(try await kit.signIn().awaitsCode == false)
        #expect(try await self.accounts.factor(for: signIn.visitor.principal).recoveryCodesLeft == 0)
        #expect(
            try await refusal { try await self.accounts.removeFactor(by: signIn.visitor.principal) } == .noFactor)
        #expect(
            try await refusal { try await self.accounts.renewRecoveryCodes(by: signIn.visitor.principal) }
                == .noFactor)
    }

    @Test func `a colleague's is taken away by those who could give all that they hold, and by nobody else`()
        async throws
    {
        let kit = try await self.kit(.registeredManager), (_, _, signIn) = try await kit.setUp(), staff = kit.staff
        let others: [(Role, Reach, Problem.Kind?)] = [
            (.careAssistant, staff.rowan, .forbidden), (.deputyManager, staff.rowan, .forbidden),
            (.hr, .organisation, .forbidden), (.itAdmin, .organisation, .forbidden),
            (.registeredManager, staff.harbour, .notFound), (.registeredManager, staff.rowan, nil),
        ]
        for (role, reach, expected) in others {
            let actor = staff.principal(try await staff.hire(role, reach))
            let kind = await staff.kind {
                _ = try await self.accounts.removeFactor(of: kit.account.person, by: actor)
            }
            #expect(kind == expected, "\(role)")
        }
        #expect(try await kit.isIn(signIn) == false)
        #expect(try await kit.signIn().awaitsCode == false)
        #expect(
            await staff.kind {
                _ = try await self.accounts.removeFactor(of: kit.account.person, by: staff.boss)
            } == .conflict)
        #expect(
            await staff.kind {
                _ = try await self.accounts.removeFactor(of: staff.director.person, by: staff.boss)
            } == .forbidden)
        let entries = try await kit.provider.entries()
        #expect(entries.filter { $0.hasPrefix("accounts.remove_factor_of") }.count == 1)
    }

    @Test func `the last administrator's is taken away at the server, which is recorded`() async throws {
        let kit = try await self.kit(), (_, _, signIn) = try await kit.setUp()
        #expect(try await self.accounts.removeFactorAtServer(of: "nobody.\(UUID())") == false)
        #expect(try await self.accounts.removeFactorAtServer(of: kit.username.uppercased()))
        #expect(try await self.accounts.removeFactorAtServer(of: kit.username) == false)
        #expect(try await kit.isIn(signIn) == false)
        #expect(try await kit.signIn().awaitsCode == false)
        #expect(try await kit.provider.entries().contains("accounts.remove_factor_at_server"))
    }

    // MARK: Who must have one

    @Test func `whoever must have one and has none may do nothing else`() async throws {
        let kit = try await self.kit(), earlier = try await kit.signIn(), staff = kit.staff
        let policy = try await self.accounts.change(
            FactorPolicyDraft(roles: [.registeredManager, .registeredManager]), by: staff.boss
        ).value
        #expect(policy.roles == [.registeredManager] && policy.version == 2)
        // At once, whoever is signed in already among them.
        let held = try #require(try await self.accounts.visitor(of: earlier.secret, isActing: true))
        #expect(held.lacksFactor)
        #expect(try await self.accounts.isLive(held.principal) == false)
        #expect(try await self.accounts.factor(for: held.principal).isRequired)
        #expect(try await self.accounts.answer(to: try await kit.signIn()).awaits == .factor)
        let (_, _, signIn) = try await kit.setUp()
        let free = try #require(try await self.accounts.visitor(of: signIn.secret, isActing: true))
        #expect(!free.lacksFactor)
        #expect(try await self.accounts.isLive(free.principal))
        #expect(
            try await refusal {
                try await self.accounts.change(FactorPolicyDraft(roles: []), seen: 1, by: staff.boss)
            } == .stale)
        _ = try await self.accounts.change(FactorPolicyDraft(roles: []), seen: 2, by: staff.boss)
        #expect(try await self.accounts.factorPolicy(for: staff.boss).roles == [])
    }

    @Test(arguments: Role.allCases) func `the policy is the provider's and the IT administrators' to decide`(
        _ role: Role
    ) async throws {
        let kit = try await StaffKit(self.accounts, self.clock)
        let decides: Set<Role> = [.nominatedIndividual, .providerDirector, .itAdmin]
        for (reach, mayDecide) in [(Reach.organisation, decides.contains(role)), (kit.rowan, false)] {
            let principal = Principal(
                person: kit.director.person, organisation: kit.provider.organisation, grants: [Grant(role, reach)])
            let kind = await kit.kind {
                _ = try await self.accounts.change(FactorPolicyDraft(roles: [.hr]), by: principal)
            }
            #expect((kind == nil) == mayDecide, "\(role) \(reach)")
            let reading = await kit.kind { _ = try await self.accounts.factorPolicy(for: principal) }
            #expect((reading == nil) == Role.staff.contains(role))
        }
    }

    // MARK: What is sealed

    @Test func `nothing in the database is the secret, or a recovery code`() async throws {
        let kit = try await self.kit(), (app, codes, _) = try await kit.setUp()
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        for table in ["factor", "recovery_code", "sign_in"] {
            let rows = try await admin.read(
                as: .system("test"), "SELECT row::text AS text FROM accounts.\(unsafeText: table) AS row")
            for row in rows {
                let text = try row.read("text", as: String.self)
                let hex = app.secret.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                #expect(!text.contains(Base32.encode(app.secret)) && !text.contains(hex))
                for code in codes { #expect(!text.contains(code) && !text.contains(code.replacing("-", with: ""))) }
            }
        }
        await admin.shutDown()
    }

    @Test func `a secret that was changed or moved opens nothing, and lets nobody in`() async throws {
        let one = try await self.kit(), (app, _, _) = try await one.setUp()
        let other = FactorKitOther(kit: one)
        try await other.setUp()
        let half = try await one.signIn()
        try await one.provider.change(
            """
            UPDATE accounts.factor SET secret = (SELECT secret FROM accounts.factor
                WHERE account_id <> \(one.account.id.uuid)) WHERE account_id = \(one.account.id.uuid)
            """)
        await #expect(throws: SealingError.damaged) { try await self.accounts.enter(one.next(app), of: half.secret) }
        #expect(try await one.isIn(half) == false)
    }

    @Test func `with a new key all is sealed anew while it is in use, and the old key can go`() async throws {
        let old = TestKeys.keyring, made = Redacted(Data(base64Encoded: TestKeys.make()) ?? Data())
        let key = Redacted(Data(base64Encoded: TestKeys.active) ?? Data())
        func service(_ keyring: Keyring) -> AccountsService {
            var settings = AccountsService.Settings()
            settings.refusal = .zero
            return AccountsService(
                database: self.accounts.database, audit: self.accounts.audit, people: self.accounts.people,
                keyring: keyring, settings: settings, rule: .testing, source: self.clock.source, security: .quiet)
        }
        let kit = try await self.kit(), (app, _, _) = try await kit.setUp(), other = try await self.kit()
        _ = try await other.setUp()
        #expect(old.activeID != Keyring(active: made).activeID)
        let between = service(Keyring(active: made, older: [key])), after = service(Keyring(active: made))
        _ = try await between.enter(kit.next(app), of: try await kit.signIn().secret)
        let half = try await kit.signIn()
        await #expect(throws: SealingError.unknownKey) { try await after.enter(kit.next(app), of: half.secret) }
        // Those of other tests of this suite, too.
        let first = try await between.reseal(batch: 1), second = try await between.reseal()
        #expect(first.done >= 2 && second.done == 0 && second.unreadable == first.unreadable)
        let unknown = try await after.reseal()
        #expect(unknown.done == 0)
        _ = try await after.enter(kit.next(app), of: half.secret)
        // For the tests that come after this one.
        let back = service(Keyring(active: key, older: [made]))
        #expect(try await back.reseal().done == first.done)
    }
}

/// A colleague in the same organisation, whose secret could be put in another's place.
private struct FactorKitOther {
    let kit: FactorKit

    func setUp() async throws {
        let username = StaffKit.username(), accounts = self.kit.accounts, organisation = self.kit.provider.organisation
        let account = try await self.kit.provider.employ(
            "Olive Other", username, Grant(.careAssistant, self.kit.staff.rowan))
        let principal = try await accounts.attempt(username, Provider.password).visitor.principal
        _ = try await accounts.beginFactor(by: principal)
        let row = try await accounts.database.transaction(as: .tenant(organisation)) { tx in
            try accounts.factors.factor(of: account.id, in: tx)
        }
        guard row != nil else { throw AccountsError.noFactor }
    }
}
