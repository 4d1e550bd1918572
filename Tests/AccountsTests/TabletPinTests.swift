import Testing

@testable import Accounts

@Suite struct TabletPinTests {
    @Test(arguments: [
        "000000", "777777", "123456", "012345", "654321", "987654", "135791", "121212", "123123", "112112", "111222",
        "112233", "159753", "147258", "123321", "789456",
    ])
    func `what everybody would try first is refused`(_ pin: String) {
        #expect(throws: AccountsError.invalid([.init("/pin", "Choose six digits that are harder to guess")])) {
            _ = try TabletPin(chosen: pin)
        }
    }

    @Test(arguments: ["", "12345", "1234567", "12345a", "１２３４５６", "12 456", "-12345", "80415\u{0}"])
    func `what is not six digits is none`(_ pin: String) {
        #expect(throws: AccountsError.invalid([.init("/pin", "Choose six digits")])) { _ = try TabletPin(chosen: pin) }
        #expect(TabletPin(typed: pin) == nil)
    }

    @Test func `nearly all others may be chosen`() {
        let all = (0..<1_000_000).filter {
            (try? TabletPin(chosen: String(($0 + 1_000_000)).suffix(6).description)) != nil
        }
        #expect(all.count > 980_000)
    }
}
