import Foundation
import Kernel
import Postgres
import TestKit
import Testing
import Web

@testable import Accounts

/// From letting somebody in to the end of it.
@Suite(.database, .serialized) struct SignInLifeTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    private func begin(_ username: String) async throws -> (provider: Provider, signIn: NewSignIn) {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Somebody", username, Grant(.careAssistant, .home(provider.rowan)))
        return (provider, try await self.accounts.attempt(username, Provider.password))
    }

    private func isIn(_ signIn: NewSignIn, acting: Bool = false) async throws -> Bool {
        let visitor = try await self.accounts.visitor(of: signIn.secret, isActing: acting)
        // A stream is told what a request is told.
        #expect(try await self.accounts.isLive(signIn.visitor.principal) == (visitor != nil))
        return visitor != nil
    }

    @Test func `after fifteen quiet minutes it is over, to the second`() async throws {
        let (_, signIn) = try await self.begin("idle.one")
        self.clock.advance(899)
        #expect(try await self.isIn(signIn))
        self.clock.advance(1)
        #expect(try await self.isIn(signIn) == false)
    }

    @Test func `what somebody does keeps it, what a page does by itself does not`() async throws {
        let (_, signIn) = try await self.begin("idle.two")
        for _ in 0..<4 {
            self.clock.advance(600)
            #expect(try await self.isIn(signIn, acting: true))
        }
        for _ in 0..<8 {
            self.clock.advance(100)
            #expect(try await self.isIn(signIn, acting: false))
        }
        self.clock.advance(100)
        #expect(try await self.isIn(signIn) == false)
    }

    @Test func `after twelve hours it is over, busy or not`() async throws {
        let (_, signIn) = try await self.begin("absolute.one")
        for _ in 0..<71 {
            self.clock.advance(600)
            #expect(try await self.isIn(signIn, acting: true))
        }
        self.clock.advance(599)
        #expect(try await self.isIn(signIn, acting: true))
        self.clock.advance(1)
        #expect(try await self.isIn(signIn, acting: true) == false)
    }

    @Test func `the last act is written down once a minute at most`() async throws {
        let (provider, signIn) = try await self.begin("touch.one")
        let signInID = try #require(signIn.visitor.principal.signIn)
        func row() async throws -> String? {
            try await self.accounts.database.read(
                as: .tenant(provider.organisation),
                "SELECT xmin::text AS written FROM accounts.sign_in WHERE id = \(signInID.uuid)"
            ).first?.read("written")
        }
        let first = try await row()
        self.clock.advance(59)
        for _ in 0..<3 { #expect(try await self.isIn(signIn, acting: true)) }
        #expect(try await row() == first)
        self.clock.advance(1)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await self.isIn(signIn, acting: true) } }
            for try await isIn in group { #expect(isIn) }
        }
        let second = try await row()
        #expect(second != first)
        #expect(try await self.isIn(signIn, acting: true))
        #expect(try await row() == second)
    }

    @Test func `signing out ends it, once, everywhere`() async throws {
        let (provider, signIn) = try await self.begin("out.one")
        let other = try await self.accounts.attempt("out.one", Provider.password)
        try await self.accounts.signOut(signIn.visitor.principal)
        try await self.accounts.signOut(signIn.visitor.principal)
        #expect(try await self.isIn(signIn) == false)
        #expect(try await self.isIn(other))
        #expect(try await provider.entries().filter { $0.hasPrefix("accounts.sign_out") }.count == 1)
    }

    @Test func `every sign-in has a cookie of its own, and the browser's earlier one dies`() async throws {
        let (provider, first) = try await self.begin("fixed.one")
        let second = try await self.accounts.attempt(
            "fixed.one", Provider.password, replacing: first.visitor.principal)
        #expect(first.secret.text.value != second.secret.text.value)
        #expect(first.visitor.formKey.value != second.visitor.formKey.value)
        #expect(first.visitor.principal.signIn != second.visitor.principal.signIn)
        #expect(try await self.isIn(first) == false)
        #expect(try await self.isIn(second))
        #expect(try await provider.entries().contains("accounts.replace_sign_in"))
    }

    @Test func `a failed try leaves the earlier sign-in as it was`() async throws {
        let (_, first) = try await self.begin("fixed.two")
        _ = try await refusal {
            try await self.accounts.attempt("fixed.two", "wrong", replacing: first.visitor.principal)
        }
        #expect(try await self.isIn(first))
    }

    @Test(arguments: [
        "UPDATE accounts.account SET state = 'disabled' WHERE tenant_id = app.tid()",
        "UPDATE accounts.role_grant SET valid_until = valid_from + interval '1 minute' WHERE tenant_id = app.tid()",
        "UPDATE people.staff SET status = 'left' WHERE tenant_id = app.tid()",
    ])
    func `whoever may no longer be here is out at once`(_ change: String) async throws {
        let (provider, signIn) = try await self.begin("gone.\(change.hashValue.magnitude)")
        self.clock.advance(120)
        #expect(try await self.isIn(signIn))
        try await provider.change("\(unsafeText: change)")
        #expect(try await self.isIn(signIn) == false)
        #expect(
            try await refusal {
                try await self.accounts.attempt("gone.\(change.hashValue.magnitude)", Provider.password)
            }
                == .wrongNameOrPassword)
    }

    @Test func `a cookie that is not ours opens nothing`() async throws {
        let (provider, signIn) = try await self.begin("forged.one")
        let real = signIn.secret.text.value
        let stored = try #require(
            try await self.accounts.database.read(
                as: .tenant(provider.organisation),
                "SELECT encode(secret_hash, 'base64') AS hash FROM accounts.sign_in WHERE account_id IN (SELECT id FROM accounts.account WHERE username = 'forged.one')"
            ).first?.read("hash", as: String.self))
        var forged = [
            "", " ", real + " ", " " + real, real + "=", real.uppercased(), String(real.dropLast()), real + "A",
            String(real.reversed()), stored, String(stored.dropLast()), "' OR 1=1 --", "null", "undefined", "\u{0}",
            String(repeating: "A", count: 43), String(repeating: "é", count: 43),
            String(repeating: "A", count: 100_000),
            signIn.visitor.formKey.value, "\(signIn.visitor.principal.signIn?.description ?? "")",
            real + "\r\nSet-Cookie: a=b",
            Secret().text.value,
        ]
        for index in real.indices {
            var changed = real
            changed.replaceSubrange(index...index, with: real[index] == "A" ? "B" : "A")
            forged.append(changed)
        }
        for cookie in forged where cookie != real {
            #expect(try await self.accounts.visitor(of: Secret(shown: cookie), isActing: true) == nil, "\(cookie)")
        }
        #expect(try await self.isIn(signIn))
    }

    @Test func `nothing in the database is the cookie, or the password`() async throws {
        let (_, signIn) = try await self.begin("dump.one")
        let admin = TestDatabase.current.open(as: "postgres", size: 1)
        for table in ["sign_in", "account", "invitation"] {
            let rows = try await admin.read(
                as: .system("test"), "SELECT row::text AS text FROM accounts.\(unsafeText: table) AS row")
            for row in rows {
                let text = try row.read("text", as: String.self)
                #expect(!text.contains(signIn.secret.text.value) && !text.contains(Provider.password))
            }
        }
        await admin.shutDown()
    }

    @Test func `somebody sees who they are, and where`() async throws {
        let (provider, signIn) = try await self.begin("who.one")
        let me = try await self.accounts.whoAmI(signIn.visitor)
        #expect(me.username == "who.one" && me.email == nil && me.organisation == "Fernhill Care")
        #expect(me.roles.map(\.role) == [.careAssistant] && me.roles.first?.homeId == provider.rowan)
        #expect(me.homeIds == [provider.rowan])
        let homes = try await self.accounts.homes(for: signIn.visitor.principal)
        #expect(homes.map(\.id) == [provider.rowan, provider.harbour])
        #expect(homes.first?.type == .nursing && homes.last?.type == nil)
        #expect(
            try await provider.entries().suffix(2).map { $0.split(separator: " ").first } == [
                "accounts.read_own", "accounts.list_homes",
            ])
    }

    @Test func `nobody sees an account through a sign-in of somebody else`() async throws {
        let (_, one) = try await self.begin("through.one"), (_, two) = try await self.begin("through.two")
        let mixed = Visitor(
            principal: Principal(
                person: one.visitor.principal.person, organisation: one.visitor.principal.organisation,
                grants: one.visitor.principal.grants, signIn: two.visitor.principal.signIn),
            name: "", preferredName: "", initials: "", roleTitle: "", homes: [], isOutside: false, formKey: "")
        let problem = await #expect(throws: Problem.self) { try await self.accounts.whoAmI(mixed) }
        #expect(problem?.kind == .notFound)
        #expect(try await self.accounts.isLive(mixed.principal) == false)
    }

    @Test func `a sign-in is forgotten ninety days after its end, however many there are`() async throws {
        let (provider, _) = try await self.begin("old.one")
        for _ in 0..<4 { _ = try await self.accounts.attempt("old.one", Provider.password) }
        self.clock.advance(12 * 3_600 + 90 * 86_400)
        let housekeeping = Housekeeping(
            AccountsModule.chores, database: self.accounts.database, source: self.clock.source, batch: 2,
            logger: .quiet)
        func count() async throws -> Int {
            try await self.accounts.database.read(
                as: .tenant(provider.organisation), "SELECT FROM accounts.sign_in"
            ).count
        }
        try await housekeeping.clean()
        #expect(try await count() == 5)
        self.clock.advance(1)
        let kept = try await self.accounts.attempt("old.one", Provider.password)
        try await housekeeping.clean()
        #expect(try await count() == 1)
        #expect(try await self.isIn(kept))
    }
}
