import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Limits
import TestKit
import Testing

@testable import Accounts

/// Whoever guesses keeps nobody from their work, on a device that they have signed in on before.
@Suite(.database, .serialized) struct KnownDeviceTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() {
        self.accounts = .testing(self.clock, TestDatabase.current.patient())
    }

    private func employ(_ username: String) async throws {
        let provider = try await Provider(self.accounts, self.clock)
        try await provider.employ("Precious Adeyemi", username, Grant(.careAssistant, .home(provider.rowan)))
    }

    private func guess(_ name: String, _ count: Int, device: String? = nil) async throws -> [AccountsError?] {
        var refusals: [AccountsError?] = []
        for number in 0..<count {
            refusals.append(
                try await refusal { try await self.accounts.attempt(name, "guess \(number)", device: device) })
        }
        return refusals
    }

    @Test func `after a thousand guesses from elsewhere the owner signs in on their own device`() async throws {
        try await self.employ("known.owner")
        let device = try await self.accounts.attempt("known.owner", Provider.password).device
        let before = self.accounts.passwords.count
        let refusals = try await self.guess("known.owner", 1_000)
        #expect(self.accounts.passwords.count == before + 10)
        #expect(refusals.filter { $0 == .wrongNameOrPassword }.count == 10)
        // A device that nobody knows has to wait, even with the right password.
        #expect(
            try await refusal { try await self.accounts.attempt("known.owner", Provider.password) }
                == .tooManyTries(seconds: 60))
        _ = try await self.accounts.attempt("known.owner", Provider.password, device: device)
        // As does the network of whoever guesses, without harm to the owner in the same network.
        for number in 0..<40 {
            _ = try await refusal {
                try await self.accounts.attempt("nobody.\(number)", "guess", from: "198.51.100.1")
            }
        }
        _ = try await self.accounts.attempt(
            "known.owner", Provider.password, from: "198.51.100.1", device: device)
    }

    @Test func `a known device has ten tries of its own, and no more`() async throws {
        try await self.employ("own.tries")
        let one = try await self.accounts.attempt("own.tries", Provider.password).device
        let other = try await self.accounts.attempt("own.tries", Provider.password).device
        #expect(one != other)
        let refusals = try await self.guess("own.tries", 12, device: one)
        #expect(refusals.prefix(10).allSatisfy { $0 == .wrongNameOrPassword })
        #expect(refusals.suffix(2).allSatisfy { $0 == .tooManyTries(seconds: 60) })
        // Neither another device of theirs nor one that nobody knows is the worse for it.
        _ = try await self.accounts.attempt("own.tries", Provider.password, device: other)
        _ = try await self.accounts.attempt("own.tries", Provider.password)
        self.clock.advance(60)
        _ = try await self.accounts.attempt("own.tries", Provider.password, device: one)
    }

    @Test func `the device of another, a forged one and an old one are strangers'`() async throws {
        try await self.employ("target.two")
        try await self.employ("guesser.two")
        let mark = try #require(
            try await self.accounts.attempt("target.two", Provider.password).device)
        let own = try #require(
            try await self.accounts.attempt("guesser.two", Provider.password).device)
        let parts = mark.split(separator: ".").map(String.init)
        try #require(parts.count == 4)
        let elsewhere = AccountsService.testing(self.clock, self.accounts.database)
        let forged = [
            own, "", "x", "...", [parts[0], "another", parts[2], parts[3]].joined(separator: "."),
            [parts[0], parts[1], "99999999999", parts[3]].joined(separator: "."),
            [own.split(separator: ".").map(String.init)[0], parts[1], parts[2], parts[3]].joined(separator: "."),
            [parts[0], parts[1], parts[2], ""].joined(separator: "."), mark + ".x",
            String(repeating: "9", count: 10_000),
            DeviceMark(.any(), renewing: nil, at: self.clock.now).text(sealed: elsewhere.devices),
        ]
        let before = self.accounts.passwords.count
        for number in 0..<30 {
            _ = try await refusal {
                try await self.accounts.attempt("target.two", "guess", device: forged[number % forged.count])
            }
        }
        #expect(self.accounts.passwords.count == before + 10)
        #expect(
            DeviceMark(shown: mark, sealed: self.accounts.devices, at: self.clock.now) != nil
                && DeviceMark(shown: mark, sealed: elsewhere.devices, at: self.clock.now) == nil)
    }

    @Test func `a device is known for ninety days since it was last used`() async throws {
        try await self.employ("ninety.days")
        let seal = self.accounts.devices
        let first = try #require(
            try await self.accounts.attempt("ninety.days", Provider.password).device)
        self.clock.advance(89 * 86_400)
        let nonce = DeviceMark(shown: first, sealed: seal, at: self.clock.now)?.nonce
        let renewed = try #require(
            try await self.accounts.attempt("ninety.days", Provider.password, device: first).device)
        #expect(nonce != nil && DeviceMark(shown: renewed, sealed: seal, at: self.clock.now)?.nonce == nonce)
        self.clock.advance(2 * 86_400)
        #expect(DeviceMark(shown: first, sealed: seal, at: self.clock.now) == nil)
        #expect(DeviceMark(shown: renewed, sealed: seal, at: self.clock.now) != nil)
    }

    @Test func `a browser is given its mark by the form and by the API, and only when somebody is let in`() async throws
    {
        try await self.employ("given.mark")
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            _ = try await browser.get("/sign-in")
            let wrong = try await browser.post("/sign-in", ["username": "given.mark", "password": "wrong"])
            #expect(wrong.deviceCookie == nil)
            let form = try await browser.post("/sign-in", ["username": "given.mark", "password": Provider.password])
            let program = try await Browser(client).json(
                .post, "/api/v1/accounts/sign-in", #"{"username":"given.mark","password":"\#(Provider.password)"}"#)
            for answer in [form, program] {
                let cookie = try #require(answer.deviceCookie)
                for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=7776000"] {
                    #expect(cookie.contains(part))
                }
                #expect(!cookie.contains("Domain"))
            }
            // Shown again, it is the same device.
            let again = try await browser.json(
                .post, "/api/v1/accounts/sign-in", #"{"username":"given.mark","password":"\#(Provider.password)"}"#)
            #expect(try self.nonce(again) == self.nonce(form))
            #expect(try self.nonce(program) != self.nonce(form))
        }
    }

    private func nonce(_ answer: TestResponse) throws -> Substring {
        let parts = try #require(answer.deviceCookie).split(separator: ".")
        return try #require(parts.dropFirst().first)
    }
}

extension TestResponse {
    fileprivate var deviceCookie: String? {
        self.headers[values: .setCookie].first { $0.hasPrefix("__Host-device=") }
    }
}
