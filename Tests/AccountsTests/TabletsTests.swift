import Foundation
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// Shared tablets: who makes them, who comes back on them, and how little a PIN opens.
@Suite(.database, .serialized, .timeLimit(.minutes(10))) struct TabletsTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func kit() async throws -> TabletKit { try await TabletKit(self.accounts, self.clock) }

    // MARK: Making one

    @Test(arguments: Role.allCases)
    func `those who lead a home make a device one of its tablets, list them and end them`(_ role: Role) async throws {
        let may: Set<Role> = [.nominatedIndividual, .providerDirector, .itAdmin, .registeredManager, .deputyManager]
        let kit = try await self.kit(), name = StaffKit.username()
        try await kit.provider.employ("Some Body", name, Grant(role, .home(kit.provider.rowan)))
        let principal = try await self.accounts.attempt(name, Provider.password).visitor.principal
        let staff = try await StaffKit(self.accounts, self.clock)
        func refused(_ act: () async throws -> Void) async -> Problem.Kind? { await staff.kind(act) }
        let isFor = may.contains(role)
        #expect(
            await refused { _ = try await self.accounts.tablets(for: principal) } == (isFor ? nil : .forbidden))
        // What is in another home, they do not add to.
        #expect(
            await refused {
                _ = try await self.accounts.enrol(
                    TabletDraft(homeId: kit.provider.harbour, name: "Hall"), by: principal)
            } == .forbidden)
        #expect(
            await refused { try await self.accounts.endTablet(kit.id, by: principal) } == (isFor ? nil : .forbidden))
        let draft = TabletDraft(homeId: kit.provider.rowan, name: " Hall ")
        #expect(
            await refused { _ = try await self.accounts.enrol(draft, by: principal) } == (isFor ? nil : .forbidden))
    }

    @Test func `a manager sees and ends the tablets of their own homes, and knows of no others`() async throws {
        let kit = try await self.kit(), name = StaffKit.username()
        try await kit.provider.employ("Harriet Harbour", name, Grant(.registeredManager, .home(kit.provider.harbour)))
        let harriet = try await self.accounts.attempt(name, Provider.password).visitor.principal
        #expect(try await self.accounts.tablets(for: harriet).isEmpty)
        #expect(await kind { try await self.accounts.endTablet(kit.id, by: harriet) } == .forbidden)
        let mary = try await self.accounts.attempt(kit.managerName, Provider.password).visitor.principal
        #expect(try await self.accounts.tablets(for: mary).map(\.name) == ["Nurses’ station"])
        let stranger = try await self.kit()
        let other = try await self.accounts.attempt(stranger.managerName, Provider.password).visitor.principal
        #expect(await kind { try await self.accounts.endTablet(kit.id, by: other) } == .notFound)
    }

    @Test(arguments: ["", "   ", String(repeating: "x", count: 61)])
    func `a tablet has a name that fits`(_ name: String) async throws {
        let kit = try await self.kit()
        let mary = try await self.accounts.attempt(kit.managerName, Provider.password).visitor.principal
        let error = try await refusal {
            try await self.accounts.enrol(TabletDraft(homeId: kit.provider.rowan, name: name), by: mary)
        }
        #expect(error == .invalid([.init("/name", "Enter a name of 60 characters at most")]))
        #expect(
            await kind { _ = try await self.accounts.enrol(.init(homeId: .any(), name: "Hall"), by: mary) } == .notFound
        )
    }

    @Test func `a tablet that is ended is any device again, at once, and everybody on it is out`() async throws {
        let kit = try await self.kit()
        let one = try await kit.begin(kit.precious)
        let mary = try await self.accounts.attempt(kit.managerName, Provider.password).visitor.principal
        try await self.accounts.endTablet(kit.id, by: mary)
        #expect(try await kit.isOpen(one) == false)
        #expect(try await self.accounts.isLive(one.visitor.principal) == false)
        #expect(try await self.accounts.here(kit.tablet) == nil)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        // Signing in there makes a sign-in like any other.
        let again = try await kit.signIn(kit.precious)
        self.clock.advance(600)
        #expect(try await kit.isOpen(again, on: Secret()))
    }

    // MARK: The lock

    @Test func `after five quiet minutes it is locked to the second, for requests and streams, and not over`()
        async throws
    {
        let kit = try await self.kit()
        let one = try await kit.begin(kit.precious)
        self.clock.advance(299)
        #expect(try await kit.isOpen(one))
        #expect(try await self.accounts.isLive(one.visitor.principal))
        self.clock.advance(1)
        #expect(try await kit.isOpen(one, acting: true) == false)
        #expect(try await self.accounts.isLive(one.visitor.principal) == false)
        self.clock.advance(3 * 3_600)
        let back = try await kit.open(kit.one)
        #expect(try await kit.isOpen(back))
        #expect(back.visitor.principal.person == kit.one.person)
        // The secret of before opens nothing any more.
        #expect(try await kit.isOpen(one) == false)
    }

    @Test func `acting keeps it open, a page by itself does not`() async throws {
        let kit = try await self.kit()
        let one = try await kit.begin(kit.precious)
        for _ in 0..<6 {
            self.clock.advance(200)
            #expect(try await kit.isOpen(one, acting: true))
        }
        for _ in 0..<2 {
            self.clock.advance(149)
            #expect(try await kit.isOpen(one))
        }
        self.clock.advance(2)
        #expect(try await kit.isOpen(one) == false)
    }

    @Test func `it is locked by hand at once, and only a tablet is`() async throws {
        let kit = try await self.kit()
        let one = try await kit.begin(kit.precious)
        try await self.accounts.lock(one.visitor.principal)
        #expect(try await kit.isOpen(one) == false)
        #expect(try await self.accounts.isLive(one.visitor.principal) == false)
        let desk = try await self.accounts.attempt(kit.precious, Provider.password)
        #expect(try await refusal { try await self.accounts.lock(desk.visitor.principal) } == .noTablet)
    }

    // MARK: The PIN

    @Test func `it opens one's own sign-in, and puts the other's aside`() async throws {
        let kit = try await self.kit()
        let one = try await kit.begin(kit.precious)
        let other = try await kit.begin(kit.tomasz, TabletKit.otherPin, replacing: one.visitor.principal)
        #expect(try await kit.isOpen(one) == false)
        #expect(try await kit.isOpen(other))
        let here = try #require(try await self.accounts.here(kit.tablet))
        #expect(Set(here.people.map(\.name)) == ["Precious A.", "Tomasz K."])
        #expect(!here.people.contains { !$0.hasPin })
        let back = try await kit.open(kit.one, replacing: other.visitor.principal)
        #expect(back.visitor.principal.person == kit.one.person)
        #expect(try await kit.isOpen(other) == false)
        #expect(try await self.accounts.isLive(other.visitor.principal) == false)
        // One person's PIN is not another's.
        #expect(try await refusal { try await kit.open(kit.other) } == .wrongPin(left: 4))
        let used = try await kit.provider.entries().filter { $0.hasPrefix("accounts.use_tablet") }
        #expect(used.count == 3)
    }

    @Test func `it opens nothing elsewhere: not on another tablet, not on any device, not for who was not there`()
        async throws
    {
        let kit = try await self.kit(), elsewhere = try await self.kit()
        _ = try await kit.begin(kit.precious)
        #expect(try await refusal { try await kit.open(kit.one, on: elsewhere.tablet) } == .signInFully)
        #expect(try await refusal { try await kit.open(kit.one, on: Secret()) } == .signInFully)
        #expect(try await refusal { try await kit.open(kit.other) } == .signInFully)
        #expect(try await refusal { try await kit.open(elsewhere.one) } == .signInFully)
        // What it opened is bound to the tablet, too.
        let back = try await kit.open(kit.one)
        #expect(try await kit.isOpen(back, on: elsewhere.tablet) == false)
        #expect(try await kit.isOpen(back, on: Secret()) == false)
        let desk = try await self.accounts.attempt(kit.precious, Provider.password)
        #expect(
            try await refusal { try await self.accounts.setPin(PinChoice("804152"), by: desk.visitor.principal) }
                == .noTablet)
    }

    @Test func `it ends twelve hours after the full sign-in, however often it was used`() async throws {
        let kit = try await self.kit()
        _ = try await kit.begin(kit.precious)
        for _ in 0..<11 {
            self.clock.advance(3_600)
            #expect(try await kit.isOpen(try await kit.open(kit.one)))
        }
        self.clock.advance(3_599)
        #expect(try await kit.isOpen(try await kit.open(kit.one)))
        self.clock.advance(1)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        #expect(try await self.accounts.here(kit.tablet)?.people.isEmpty == true)
        // It is the PIN of the next day, too.
        _ = try await kit.signIn(kit.precious)
        #expect(try await kit.isOpen(try await kit.open(kit.one)))
    }

    @Test func `whoever signs out, is closed, or has a new password does not come back with it`() async throws {
        let kit = try await self.kit()
        let one = try await kit.begin(kit.precious)
        try await self.accounts.signOut(one.visitor.principal)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        #expect(try await self.accounts.here(kit.tablet)?.people.isEmpty == true)
        _ = try await kit.signIn(kit.precious)
        try await kit.provider.change("UPDATE accounts.account SET state = 'disabled' WHERE id = \(kit.one.id.uuid)")
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        _ = try await kit.begin(kit.tomasz)
        _ = try await self.accounts.endSignIns(of: .organisation("\(kit.provider.organisation)"))
        #expect(try await refusal { try await kit.open(kit.other) } == .signInFully)
    }

    @Test func `after five wrong ones only a full sign-in opens theirs, and nobody else is kept out`() async throws {
        let kit = try await self.kit()
        _ = try await kit.begin(kit.precious)
        _ = try await kit.begin(kit.tomasz, TabletKit.otherPin)
        for left in (0...4).reversed() {
            #expect(try await refusal { try await kit.open(kit.one, "550172") } == .wrongPin(left: left))
        }
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        self.clock.advance(7_200)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        #expect(try await self.accounts.here(kit.tablet)?.people.filter(\.hasPin).count == 1)
        #expect(try await kit.isOpen(try await kit.open(kit.other, TabletKit.otherPin)))
        _ = try await kit.signIn(kit.precious)
        #expect(try await kit.isOpen(try await kit.open(kit.one)))
        let failed = try await kit.provider.entries().filter { $0.hasPrefix("accounts.fail_tablet_pin") }
        #expect(failed.count == 5)
    }

    @Test func `after twenty wrong ones in an hour the device takes none, and an hour later it does`() async throws {
        let kit = try await self.kit()
        for _ in 0..<4 {
            let name = StaffKit.username()
            let account = try await kit.provider.employ(
                "Some Body", name, Grant(.careAssistant, .home(kit.provider.rowan)))
            _ = try await kit.begin(name)
            for _ in 0..<5 { _ = try await refusal { try await kit.open(account, "550172") } }
        }
        _ = try await kit.begin(kit.precious)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        self.clock.advance(3_600)
        #expect(try await kit.isOpen(try await kit.open(kit.one)))
    }

    @Test(arguments: [1, 2, 3]) func `of two hundred wrong ones at once, five are looked at`(_ seed: Int) async throws {
        let hasher = PasswordHasher(limit: 1_000)
        let accounts = AccountsService.testing(self.clock, TestDatabase.current.patient(), hasher)
        let kit = try await TabletKit(accounts, self.clock)
        _ = try await kit.begin(kit.precious)
        let before = hasher.count
        let refusals = await withTaskGroup(of: AccountsError?.self) { group in
            for number in 0..<200 {
                group.addTask { () -> AccountsError? in
                    try? await refusal { try await kit.open(kit.one, "\(550_000 + seed * 1_000 + number)") }
                }
            }
            return await group.reduce(into: [AccountsError?]()) { $0.append($1) }
        }
        #expect(hasher.count - before == 5)
        #expect(refusals.count { $0 == .signInFully } == 195)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
    }

    @Test func `the database has neither the PIN nor anything that says whether one is right`() async throws {
        let kit = try await self.kit()
        _ = try await kit.begin(kit.precious)
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        let rows = try await admin.read(
            as: .system("test"),
            "SELECT encode(pin, 'escape') AS text FROM accounts.tablet_person WHERE account_id = \(kit.one.id.uuid)")
        let text = try #require(rows.first).read("text", as: String.self)
        #expect(!text.contains(TabletKit.pin) && !text.contains("argon2"))
        for table in ["tablet", "sign_in"] {
            for row in try await admin.read(
                as: .system("test"), "SELECT row::text AS text FROM accounts.\(unsafeText: table) AS row")
            {
                #expect(try !row.read("text", as: String.self).contains(kit.tablet.text.value))
            }
        }
        await admin.shutDown()
    }

    // MARK: What a PIN does not show

    @Test func `what asks for a code asks for the password ten minutes later, and the PIN is none`() async throws {
        let kit = try await self.kit()
        _ = try await kit.begin(kit.precious)
        #expect(try await kit.open(kit.one).visitor.principal.needsCode == false)
        self.clock.advance(601)
        let back = try await kit.open(kit.one)
        #expect(back.visitor.principal.needsCode && back.visitor.showsPassword)
        #expect(
            await kind { try await self.accounts.setPin(PinChoice("691307"), by: back.visitor.principal) }
                == .stepUpRequired)
        let wrong = try await refusal { try await self.accounts.stepUp(CodeEntry(TabletKit.pin), by: back.visitor) }
        #expect(wrong == .invalid([.init("/code", "This is not your password")]))
        let shown = try await self.accounts.stepUp(CodeEntry(Provider.password), by: back.visitor)
        #expect(!shown.visitor.principal.needsCode)
        #expect(try await kit.isOpen(back) == false)
        try await self.accounts.setPin(PinChoice("691307"), by: shown.visitor.principal)
        #expect(try await kit.isOpen(try await kit.open(kit.one, "691307")))
        #expect(try await refusal { try await kit.open(kit.one) } == .wrongPin(left: 4))
    }

    @Test func `guessing the password in place of a code has five tries, and they are the PIN's`() async throws {
        let kit = try await self.kit()
        _ = try await kit.begin(kit.precious)
        self.clock.advance(601)
        let back = try await kit.open(kit.one)
        for _ in 0..<5 {
            _ = try await refusal { try await self.accounts.stepUp(CodeEntry("no such thing"), by: back.visitor) }
        }
        #expect(
            try await refusal { try await self.accounts.stepUp(CodeEntry(Provider.password), by: back.visitor) }
                == .tooManyCodes(seconds: 3_600))
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
    }

    @Test func `whoever has a second factor shows it first, and a half sign-in is nobody's way in`() async throws {
        let kit = try await self.kit()
        let first = try await kit.begin(kit.precious)
        _ = try await self.accounts.beginFactor(by: first.visitor.principal)
        let (account, organisation) = (kit.one.id, kit.provider.organisation)
        let row = try await self.accounts.database.transaction(as: .tenant(organisation)) { tx in
            try self.accounts.factors.factor(of: account, in: tx)
        }
        let factor = try #require(row)
        let app = TOTP(
            secret: try self.accounts.keyring.open(
                factor.secret, at: FactorStore.place(of: factor.id, in: organisation)))
        _ = try await self.accounts.confirmFactor(
            CodeEntry(app.code(at: TOTP.step(at: self.clock.now))), by: first.visitor.principal)
        _ = try await self.accounts.endSignIns(of: .organisation("\(organisation)"))

        let half = try await kit.signIn(kit.precious)
        #expect(half.awaitsCode)
        #expect(try await refusal { try await kit.open(kit.one) } == .signInFully)
        self.clock.advance(30)
        let (whole, _) = try await self.accounts.enter(
            CodeEntry(app.code(at: TOTP.step(at: self.clock.now))), of: half.secret)
        #expect(try await kit.isOpen(whole))
        self.clock.advance(700)
        let back = try await kit.open(kit.one)
        #expect(try await kit.isOpen(back))
        // It is the factor that what asks for a code wants now, and neither PIN nor password.
        #expect(back.visitor.principal.needsCode && !back.visitor.showsPassword)
    }

    private func kind(_ act: () async throws -> Void) async -> Problem.Kind? {
        do {
            try await act()
            return nil
        } catch {
            return (error as? any ProblemConvertible)?.problem.kind ?? .internalFailure
        }
    }
}
