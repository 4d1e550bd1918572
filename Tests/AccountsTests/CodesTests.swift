import Foundation
import Kernel
import Postgres
import Sealing
import TestKit
import Testing
import Web

@testable import Accounts

/// Signing in with a second factor, and showing it again.
@Suite(.database, .serialized) struct CodesTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    private func kit() async throws -> FactorKit { try await FactorKit(self.accounts, self.clock) }

    @Test func `the password opens nothing by itself, and the code makes another sign-in of it`() async throws {
        let kit = try await self.kit(), (app, _, _) = try await kit.setUp()
        let half = try await kit.signIn()
        #expect(half.awaitsCode)
        #expect(try await kit.isIn(half) == false)
        #expect(try await self.accounts.isLive(half.visitor.principal) == false)
        #expect(try await self.accounts.half(half.secret) != nil)
        let (whole, usedRecovery) = try await self.accounts.enter(kit.next(app), of: half.secret)
        #expect(!whole.awaitsCode && !usedRecovery)
        #expect(whole.secret.text.value != half.secret.text.value)
        #expect(whole.visitor.principal.signIn != half.visitor.principal.signIn)
        #expect(whole.visitor.formKey.value != half.visitor.formKey.value)
        #expect(try await kit.isIn(whole))
        #expect(try await self.accounts.isLive(whole.visitor.principal))
        #expect(try await self.accounts.half(half.secret) == nil)
        #expect(try await kit.isIn(half) == false)
        #expect(try await self.accounts.half(whole.secret) == nil)
        #expect(try await kit.provider.entries().contains("accounts.enter_code"))
    }

    @Test func `a wrong password is answered as ever, with a second factor or without`() async throws {
        let kit = try await self.kit()
        let before = try await refusal { try await self.accounts.attempt(kit.username, "wrong") }
        _ = try await kit.setUp()
        let after = try await refusal { try await self.accounts.attempt(kit.username, "wrong") }
        #expect(before == .wrongNameOrPassword && after == before)
    }

    @Test func `of twenty who send the same code at once, one is in`() async throws {
        let kit = try await self.kit(), (app, _, _) = try await kit.setUp()
        var halves: [NewSignIn] = []
        for _ in 0..<4 { halves.append(try await kit.signIn()) }
        let code = kit.next(app)
        let results = await withTaskGroup(of: AccountsError?.self) { group in
            for number in 0..<20 {
                let half = halves[number % halves.count]
                group.addTask { try? await refusal { try await self.accounts.enter(code, of: half.secret) } }
            }
            return await group.reduce(into: [AccountsError?]()) { $0.append($1) }
        }
        #expect(results.filter { $0 == nil }.count == 1)
        for error in results.compactMap({ $0 }) {
            let isRefusal =
                switch error {
                case .wrongCode, .tooManyCodes, .signInAgain: true
                default: false
                }
            #expect(isRefusal, "\(error)")
        }
    }

    @Test func `a code with anything around it, or of another time, or used before, is none`() async throws {
        let kit = try await self.kit(), (app, _, _) = try await kit.setUp()
        let half = try await kit.signIn(), code = kit.next(app)
        for text in [
            "\(code.code) ", " \(code.code)", "\(code.code)\n", String(code.code.dropLast()), "", "+\(code.code)",
        ] {
            #expect(
                try await refusal { try await self.accounts.enter(CodeEntry(text), of: half.secret) } == .wrongCode,
                "\(text)")
        }
        _ = try await self.accounts.enter(code, of: half.secret)
        let again = try await kit.signIn()
        #expect(try await refusal { try await self.accounts.enter(code, of: again.secret) } == .wrongCode)
        let old = CodeEntry(app.code(at: TOTP.step(at: self.clock.now) - 2))
        #expect(try await refusal { try await self.accounts.enter(old, of: again.secret) } == .wrongCode)
    }

    @Test func `the sixth wrong code has to wait, with another sign-in too, and in another process`() async throws {
        let kit = try await self.kit(), (app, codes, _) = try await kit.setUp()
        for _ in 0..<5 {
            let half = try await kit.signIn()
            #expect(
                try await refusal { try await self.accounts.enter(kit.wrong(app), of: half.secret) } == .wrongCode)
        }
        let other = AccountsService.testing(self.clock, self.accounts.database)
        for service in [self.accounts, other] {
            let half = try await kit.signIn()
            // The right one, too, and a recovery code: it is not looked at.
            for code in [
                kit.wrong(app), CodeEntry(app.code(at: TOTP.step(at: self.clock.now) + 1)), CodeEntry(codes[0]),
            ] {
                #expect(
                    try await refusal { try await service.enter(code, of: half.secret) }
                        == .tooManyCodes(seconds: 60))
            }
        }
        self.clock.advance(60)
        let half = try await kit.signIn()
        #expect(try await refusal { try await self.accounts.enter(kit.wrong(app), of: half.secret) } == .wrongCode)
        #expect(
            try await refusal { try await self.accounts.enter(kit.wrong(app), of: half.secret) }
                == .tooManyCodes(seconds: 120))
        self.clock.advance(120)
        _ = try await self.accounts.enter(kit.next(app), of: half.secret)
        // A right one makes up for them.
        let next = try await kit.signIn()
        #expect(try await refusal { try await self.accounts.enter(kit.wrong(app), of: next.secret) } == .wrongCode)
        #expect(try await kit.provider.entries().filter { $0.hasPrefix("accounts.fail_code") }.count == 7)
    }

    @Test func `wrong recovery codes count like wrong codes`() async throws {
        let kit = try await self.kit(), (_, codes, _) = try await kit.setUp(), half = try await kit.signIn()
        for _ in 0..<5 {
            let code = CodeEntry(RecoveryCode().shown)
            #expect(try await refusal { try await self.accounts.enter(code, of: half.secret) } == .wrongCode)
        }
        #expect(
            try await refusal { try await self.accounts.enter(CodeEntry(codes[1]), of: half.secret) }
                == .tooManyCodes(seconds: 60))
    }

    @Test func `a recovery code works once, and is told`() async throws {
        let kit = try await self.kit(), (_, codes, first) = try await kit.setUp()
        #expect(codes.count == 10 && Set(codes).count == 10)
        #expect(try await self.accounts.factor(for: first.visitor.principal).recoveryCodesLeft == 10)
        let (signIn, usedRecovery) = try await self.accounts.enter(
            CodeEntry(codes[3]), of: try await kit.signIn().secret)
        #expect(usedRecovery)
        let state = try await self.accounts.factor(for: signIn.visitor.principal)
        #expect(state.recoveryCodesLeft == 9 && state.recoveryCodeUsedAt == self.clock.now)
        let half = try await kit.signIn()
        #expect(try await refusal { try await self.accounts.enter(CodeEntry(codes[3]), of: half.secret) } == .wrongCode)
        #expect(try await kit.provider.entries().contains("accounts.use_recovery_code"))
    }

    @Test func `a half sign-in ends by itself, by hand, with the account, and with a new one in the same browser`()
        async throws
    {
        let kit = try await self.kit(), (app, _, _) = try await kit.setUp()
        let quiet = try await kit.signIn()
        self.clock.advance(15 * 60)
        #expect(try await refusal { try await self.accounts.enter(kit.next(app), of: quiet.secret) } == .signInAgain)
        let stopped = try await kit.signIn()
        try await self.accounts.stop(stopped.secret)
        #expect(try await refusal { try await self.accounts.enter(kit.next(app), of: stopped.secret) } == .signInAgain)
        let left = try await kit.signIn()
        _ = try await self.accounts.close(kit.account.person, by: kit.staff.boss)
        #expect(try await refusal { try await self.accounts.enter(kit.next(app), of: left.secret) } == .signInAgain)
        for secret in [nil, Secret(), Secret(shown: "nothing")] {
            #expect(try await refusal { try await self.accounts.enter(kit.next(app), of: secret) } == .signInAgain)
        }
    }

    @Test func `what asks for a code asks ten minutes after the last, and a code gives ten more`() async throws {
        let kit = try await self.kit(), (app, _, signIn) = try await kit.setUp()
        func visitor(_ secret: Secret) async throws -> Visitor {
            try #require(try await self.accounts.visitor(of: secret, isActing: true))
        }
        #expect(try await visitor(signIn.secret).principal.needsCode == false)
        self.clock.advance(599)
        #expect(try await visitor(signIn.secret).principal.needsCode == false)
        self.clock.advance(1)
        let late = try await visitor(signIn.secret).principal
        #expect(late.needsCode)
        func kind(_ act: () async throws -> Void) async -> Problem.Kind? { await kit.staff.kind(act) }
        #expect(await kind { _ = try await self.accounts.renewRecoveryCodes(by: late) } == .stepUpRequired)
        #expect(await kind { try await self.accounts.removeFactor(by: late) } == .stepUpRequired)
        // What does not ask for one goes on.
        #expect(await kind { _ = try await self.accounts.signIns(for: late) } == nil)
        let fresh = try await self.accounts.stepUp(kit.next(app), by: late)
        #expect(fresh.visitor.principal.signIn != late.signIn && fresh.secret.text.value != signIn.secret.text.value)
        #expect(try await kit.isIn(signIn) == false)
        #expect(fresh.visitor.principal.needsCode == false)
        let codes = try await self.accounts.renewRecoveryCodes(by: fresh.visitor.principal).value.codes
        #expect(codes?.count == 10)
        // The sign-in is as old as it was.
        self.clock.advance(1)
        let began = try await self.accounts.signIns(for: fresh.visitor.principal).first?.beganAt
        #expect(began.map { $0 < self.clock.now.addingTimeInterval(-600) } == true)
    }

    @Test func `acts on others ask for it too, and are judged by roles before that`() async throws {
        let kit = try await self.kit(), (_, _, signIn) = try await kit.setUp()
        let carer = try await kit.staff.hire(.careAssistant, kit.staff.rowan)
        let director = try await kit.staff.hire(.providerDirector, .organisation)
        self.clock.advance(600)
        let late = try #require(try await self.accounts.visitor(of: signIn.secret, isActing: true)).principal
        #expect(await kit.staff.kind { _ = try await self.accounts.close(carer.person, by: late) } == .stepUpRequired)
        #expect(await kit.staff.kind { _ = try await self.accounts.close(director.person, by: late) } == .forbidden)
        #expect(
            await kit.staff.kind { _ = try await self.accounts.close(.any(), by: late) } == .notFound)
    }
}
