import Foundation
import Testing

@testable import Accounts

@Suite struct TOTPTests {
    private let totp = TOTP(secret: Data("12345678901234567890".utf8))

    /// RFC 6238, appendix B, with SHA-1.
    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func `codes are those of RFC 6238`(_ seconds: Int, _ code: String) {
        let step = TOTP.step(at: Date(timeIntervalSince1970: Double(seconds)))
        #expect(self.totp.code(at: step, digits: 8) == code)
        #expect(self.totp.code(at: step) == code.suffix(6))
    }

    /// RFC 4226, appendix D.
    @Test func `codes are those of RFC 4226`() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { self.totp.code(at: $0) } == codes)
    }

    /// RFC 4648, section 10, without its padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `secrets are written as RFC 4648 has it`(_ plain: String, _ text: String) {
        #expect(Base32.encode(plain.utf8) == text)
    }

    @Test func `a code is taken half a minute early or late, and no more`() {
        let now = Date(timeIntervalSince1970: 1_795_000_000), current = TOTP.step(at: now)
        for offset in -3...3 {
            let taken = self.totp.step(of: self.totp.code(at: current + offset), at: now, after: nil)
            #expect(taken == (abs(offset) <= 1 ? current + offset : nil), "\(offset)")
        }
    }

    @Test func `a code is not taken again, nor one of before it`() {
        let now = Date(timeIntervalSince1970: 1_795_000_000), current = TOTP.step(at: now)
        #expect(self.totp.step(of: self.totp.code(at: current), at: now, after: current) == nil)
        #expect(self.totp.step(of: self.totp.code(at: current - 1), at: now, after: current) == nil)
        #expect(self.totp.step(of: self.totp.code(at: current + 1), at: now, after: current) == current + 1)
    }

    @Test func `only six digits are a code, and only sixteen letters a recovery code`() {
        func isApp(_ text: String) -> Bool { if case .app = EnteredCode(text) { true } else { false } }
        func isRecovery(_ text: String) -> Bool { if case .recovery = EnteredCode(text) { true } else { false } }
        #expect(isApp("000000") && isApp("123456"))
        for text in [
            "", "12345", "1234567", "123456 ", " 123456", "123 456", "12345a", "１２３４５６", "٠١٢٣٤٥", "+12345", "-12345",
            "123456\n", "123456\u{0}", "1e5000",
        ] { #expect(!isApp(text) && !isRecovery(text), "\(text)") }
        let code = RecoveryCode()
        #expect(code.shown.count == 19 && isRecovery(code.shown))
        for typed in [
            code.shown.lowercased(), code.shown.replacing("-", with: ""), code.shown.replacing("-", with: " "),
        ] {
            #expect(RecoveryCode(typed: typed) == code, "\(typed)")
        }
        for text in [
            code.shown + "A", String(code.shown.dropLast()), "0000-0000-0000-0000",
            String(repeating: "A", count: 4_000),
        ] {
            #expect(!isRecovery(text), "\(text)")
        }
    }

    @Test func `no two recovery codes are the same`() {
        #expect(Set((0..<1_000).map { _ in RecoveryCode().shown }).count == 1_000)
    }

    @Test func `each wrong code from the fifth on costs twice as long, up to an hour`() {
        let waits = (0...14).map { CodeLimit.wait(after: $0)?.components.seconds }
        #expect(waits == [nil, nil, nil, nil, nil, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600])
        #expect(CodeLimit.wait(after: CodeLimit.most)?.components.seconds == 3_600)
    }

    @Test func `the picture holds what the app is given, with a quiet edge`() throws {
        let setUp = FactorSetUp(secret: TOTP.newSecret(), username: "dora", organisation: "Fernhill & Söhne: Care?")
        #expect(
            setUp.uri.hasPrefix("otpauth://totp/Fernhill%20%26%20S%C3%B6hne%3A%20Care%3F:dora?secret=\(setUp.secret)&"))
        let code = try #require(QRCode(setUp.uri))
        #expect(code.side > 29 && code.path.hasPrefix("M4 4h7v1h-7z"))
        #expect(code.path.allSatisfy { "Mhvz- 0123456789".contains($0) })
        #expect(QRCode(String(repeating: "x", count: 10_000)) == nil)
    }
}
