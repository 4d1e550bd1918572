import Testing

@testable import Accounts

@Suite struct SignInNameTests {
    @Test(arguments: [
        "alice", "ALICE", "Alice ", " alice", "ａｌｉｃｅ", "ＡＬＩＣＥ", "\talice\n", "\u{A0}alice", "alice\u{3000}", "𝒶lice",
        "ⓐlice",
    ])
    func `every spelling is one name`(_ typed: String) {
        #expect(SignInName(typed)?.text == "alice")
    }

    @Test(arguments: [
        ("Straße", "strasse"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("\u{212A}elvin", "kelvin"), ("ﬁona", "fiona"),
        ("E\u{301}lise", "élise"), ("Precious.Adeyemi@Example.ORG", "precious.adeyemi@example.org"),
    ])
    func `names fold as Unicode says`(_ typed: String, _ name: String) {
        #expect(SignInName(typed)?.text == name)
    }

    @Test func `folding twice changes nothing more`() {
        let letters = [0x20...0x2FFF, 0xA640...0xABFF, 0xF900...0xFFFF, 0x1_0400...0x1_05FF, 0x1_D400...0x1_D7FF]
        for scalar in letters.joined().compactMap(Unicode.Scalar.init) {
            guard let once = SignInName("a\(scalar)b") else { continue }
            #expect(SignInName(once.text) == once, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test func `nothing, and more than any name has, is no name`() {
        for typed in ["", "   ", "\u{3000}", String(repeating: "a", count: 255), String(repeating: "é", count: 600)] {
            #expect(SignInName(typed) == nil)
        }
        #expect(SignInName(String(repeating: "a", count: 254)) != nil)
    }

    @Test(arguments: [
        ("p.adeyemi", true), ("sian_griffiths-2", true), ("o'connell", true), ("Мария", true), ("x", false),
        ("two words", false), ("a@b", false), ("a/b", false), ("a\u{202E}b", false), ("a\u{0}b", false),
        (String(repeating: "a", count: 65), false),
    ])
    func `a username is made of letters, digits and a few signs`(_ typed: String, _ isOne: Bool) {
        #expect((SignInName(choosing: typed) != nil) == isOne)
    }

    @Test(arguments: [
        ("a@example.org", true), ("a@@example.org", false), ("@example.org", false), ("a@", false), ("a", false),
        ("a b@example.org", false), ("a@example.org\r\nBcc: b@example.org", false), ("a\u{0}@example.org", false),
    ])
    func `an address has one at sign, and nothing that ends a line`(_ typed: String, _ isOne: Bool) {
        #expect((SignInName(address: typed) != nil) == isOne)
    }
}

@Suite struct AddressPrefixTests {
    @Test(arguments: [
        ("192.0.2.77", "192.0.2.0/24"), ("192.0.2.1", "192.0.2.0/24"), ("::ffff:192.0.2.9", "192.0.2.0/24"),
        ("2001:db8:1:22ff:5:6:7:8", "2001:db8:1:2200::/56"), ("2001:db8:1:22aa::1", "2001:db8:1:2200::/56"),
        ("2001:db8:1:2300::1", "2001:db8:1:2300::/56"), ("fe80::1%eth0", "fe80:0:0:0::/56"), ("::1", "0:0:0:0::/56"),
        ("not an address", "unknown"), ("", "unknown"), ("192.0.2", "unknown"), ("192.0.2.256", "unknown"),
    ])
    func `an address counts with its network`(_ address: String, _ network: String) {
        #expect(AddressPrefix(address).description == network)
    }

    @Test func `no address is a network too`() {
        #expect(AddressPrefix(nil) == AddressPrefix("nonsense"))
        #expect(AddressPrefix("192.0.2.1").fingerprint == AddressPrefix("192.0.2.200").fingerprint)
        #expect(AddressPrefix("192.0.2.1").fingerprint != AddressPrefix("192.0.3.1").fingerprint)
        #expect(AddressPrefix("192.0.2.1").fingerprint.count == 16)
    }
}
