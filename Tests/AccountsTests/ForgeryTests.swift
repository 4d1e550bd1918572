import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestKit
import Testing

@testable import Accounts

/// A token that must open nothing, and why.
struct Forgery: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (Forge) throws -> String

    init(_ name: String, _ make: @escaping @Sendable (Forge) throws -> String) {
        self.testDescription = name
        self.make = make
    }

    static func head(_ name: String, _ value: String?, _ why: String) -> Forgery {
        Forgery("header \(name): \(why)") { try $0.head(name, value) }
    }
    static func claim(_ name: String, _ value: String?, _ why: String) -> Forgery {
        Forgery("claim \(name): \(why)") { try $0.claim(name, value) }
    }
    static func moment(_ name: String, _ why: String, _ value: @escaping @Sendable (Int) -> String) -> Forgery {
        Forgery("claim \(name): \(why)") { try $0.claim(name, value($0.now)) }
    }
    /// As ours was, and out of date.
    static func over(_ why: String, by seconds: Int) -> Forgery {
        Forgery("all of it: \(why)") { forge in
            let claims = forge.claims.map { claim -> (name: String, value: String) in
                switch claim.name {
                case "exp": (claim.name, "\(forge.now - seconds)")
                case "iat", "nbf": (claim.name, "\(forge.now - seconds - 300)")
                default: claim
                }
            }
            return try forge.sign(forge.header, claims)
        }
    }

    static let all: [Forgery] = [
        Self.unsigned, Self.algorithms, Self.names, Self.headers, Self.twice, Self.oddHeaders, Self.eachClaim,
        Self.claims, Self.times, Self.forms, Self.padded, Self.idle, Self.alphabets, Self.signatures,
    ].flatMap { $0 }

    private static let unsigned: [Forgery] =
        ["none", "None", "NONE", "nOnE"].map { (name: String) -> Forgery in
            Forgery("alg \(name), without a signature") { forge in
                let head = #"{"alg":"\#(name)","kid":"\#(forge.name)","typ":"at+jwt"}"#
                return "\(Data(head.utf8).base64URL).\(forge.parts()[1])."
            }
        }

    private static let algorithms: [Forgery] = [
        .head("alg", #""none""#, "none, and signed all the same"),
        .head("alg", nil, "missing"), .head("alg", "null", "null"), .head("alg", #""""#, "empty"),
        .head("alg", "256", "a number"), .head("alg", #"["ES256"]"#, "a list"),
        .head("alg", #""es256""#, "in small letters"), .head("alg", #""ES256 ""#, "with a space"),
        .head("alg", #""ES384""#, "of another curve"), .head("alg", #""RS256""#, "of another kind"),
        .head("alg", #""EdDSA""#, "of another kind of curve"),
        Forgery("HS256 with the public key as the secret") {
            try $0.mac("HS256", $0.key.publicKey.rawRepresentation)
        },
        Forgery("HS256 with the public key as a file has it") {
            try $0.mac("HS256", Data($0.key.publicKey.pemRepresentation.utf8))
        },
        Forgery("HS256 with an empty secret") { try $0.mac("HS256", Data([0])) },
        Forgery("a MAC that calls itself ES256") { try $0.mac("ES256", $0.key.publicKey.x963Representation) },
    ]

    private static let names: [Forgery] = [
        .head("kid", nil, "missing"), .head("kid", "null", "null"), .head("kid", #""""#, "empty"),
        .head("kid", "0", "a number"), .head("kid", #""../../../dev/null""#, "a path"),
        .head("kid", #""' OR '1'='1""#, "SQL"), .head("kid", #""\u0000""#, "no character"),
        .head("kid", #""\#(String(repeating: "A", count: 43))""#, "of no key"),
        .head("kid", #""https://attacker.example/jwks.json""#, "an address"),
        Forgery("header kid: with a space behind it") { try $0.head("kid", #""\#($0.name) ""#) },
        Forgery("a key of their own, under its own name") { forge in
            let own = P256.Signing.PrivateKey()
            let head = #"{"alg":"ES256","kid":"\#(SigningKey.id(of: own.publicKey))","typ":"at+jwt"}"#
            return try forge.sign(head, Forge.json(forge.claims), by: own)
        },
        Forgery("a key of their own, under the name of ours") {
            try $0.sign(Forge.json($0.header), Forge.json($0.claims), by: P256.Signing.PrivateKey())
        },
        Forgery("a key that is retired") {
            try $0.sign(
                #"{"alg":"ES256","kid":"\#($0.retired.name)","typ":"at+jwt"}"#, Forge.json($0.claims),
                by: $0.retired.key)
        },
        Forgery("a key that is retired, under the name of the active one") {
            try $0.sign(Forge.json($0.header), Forge.json($0.claims), by: $0.retired.key)
        },
        Forgery("our key, under the name of one that is retired") {
            try $0.sign(
                #"{"alg":"ES256","kid":"\#($0.retired.name)","typ":"at+jwt"}"#, Forge.json($0.claims))
        },
    ]

    private static let headers: [Forgery] = [
        .head("typ", nil, "missing"), .head("typ", #""JWT""#, "any token"),
        .head("typ", #""AT+JWT""#, "in capitals"),
        .head("typ", #""application/at+jwt""#, "the long form"), .head("typ", #""logout+jwt""#, "another kind"),
        .head("typ", "null", "null"), .head("crit", #"["exp"]"#, "something critical"),
        .head("crit", "[]", "nothing critical"), .head("jku", #""https://attacker.example""#, "an address of keys"),
        .head("x5u", #""https://attacker.example""#, "an address of a certificate"),
        .head("x5c", "[]", "certificates"),
        .head("b64", "false", "another way to write"), .head("zip", #""DEF""#, "compressed"),
        .head("cty", #""JWT""#, "a token in a token"), .head("more", "1", "unknown"),
        Forgery("header jwk: a key of their own, which it brings along") { forge in
            let own = P256.Signing.PrivateKey(), raw = own.publicKey.rawRepresentation
            let jwk =
                #"{"kty":"EC","crv":"P-256","x":"\#(Data(raw.prefix(32)).base64URL)","y":"\#(Data(raw.suffix(32)).base64URL)"}"#
            return try forge.sign(
                Forge.json(forge.header + [("jwk", jwk)]), Forge.json(forge.claims), by: own)
        },
    ]

    private static let twice: [Forgery] =
        ["alg", "kid", "typ"].map { (name: String) -> Forgery in
            Forgery("header \(name) twice") { forge in
                try forge.sign(forge.header + forge.header.filter { $0.name == name }, forge.claims)
            }
        }

    private static let oddHeaders: [Forgery] = [
        Forgery("header: a name that is escaped, twice") { forge in
            try forge.sign(forge.header + [("\\u0061lg", #""none""#)], forge.claims)
        },
        Forgery("header: a list") { try $0.sign("[]", Forge.json($0.claims)) },
        Forgery("header: something behind it") { try $0.sign(Forge.json($0.header) + "{}", Forge.json($0.claims)) },
        Forgery("header: of another encoding") {
            try $0.sign("\u{FEFF}" + Forge.json($0.header), Forge.json($0.claims))
        },
    ]

    private static let eachClaim: [Forgery] =
        ["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "tid"].flatMap { (name: String) -> [Forgery] in
            [
                .claim(name, nil, "missing"), .claim(name, "null", "null"), .claim(name, "{}", "an object"),
                Forgery("claim \(name) twice") { forge in
                    try forge.sign(forge.header, forge.claims + forge.claims.filter { $0.name == name })
                },
            ]
        }

    private static let claims: [Forgery] = [
        .claim("iss", #""https://attacker.example""#, "somebody else"),
        .claim("iss", #""http://localhost/""#, "with a slash"), .claim("iss", #"["http://localhost"]"#, "a list"),
        .claim("aud", #""wcc""#, "something else"), .claim("aud", #"["wcc-api"]"#, "a list"),
        .claim("aud", #""wcc-api-2""#, "longer"), .claim("aud", #""WCC-API""#, "in capitals"),
        .claim("sub", #""admin""#, "a name"), .claim("sub", "1", "a number"),
        Forgery("claim sub: a colleague") { try $0.claim("sub", #""\#($0.colleague)""#) },
        Forgery("claim sub: somebody elsewhere") { try $0.claim("sub", #""\#($0.stranger)""#) },
        Forgery("claim sub: in capitals") { forge in
            let sub = forge.claims.first { $0.name == "sub" }?.value ?? ""
            return try forge.claim("sub", sub.uppercased())
        },
        Forgery("claim tid: another organisation") { try $0.claim("tid", #""\#($0.strangers)""#) },
        Forgery("claim sid: a colleague's") { try $0.claim("sid", #""\#($0.colleagueFamily)""#) },
        .claim("sid", #""00000000-0000-0000-0000-000000000000""#, "nobody's"),
        .claim("sid", #""%""#, "a pattern"), .claim("jti", #""1""#, "no identifier"),
        .claim("roles", #"["provider_director"]"#, "which nobody reads"),
        Forgery("claims: a list") { try $0.sign(Forge.json($0.header), "[\(Forge.json($0.claims))]") },
        Forgery("claims: none") { try $0.sign(Forge.json($0.header), "{}") },
        Forgery("claims: no JSON") { try $0.sign(Forge.json($0.header), "sub=1") },
        Forgery("claims: nothing at all") { try $0.sign(Forge.json($0.header), "") },
        Forgery("claims: very deep") {
            try $0.sign(Forge.json($0.header), String(repeating: "[", count: 1_000))
        },
    ]

    private static let times: [Forgery] = [
        .moment("exp", "a second ago") { "\($0 - 1)" }, .moment("exp", "now") { "\($0)" },
        .moment("exp", "text") { #""\#($0 + 300)""# }, .moment("exp", "a fraction") { "\($0 + 300).0" },
        .moment("exp", "later than any of ours") { "\($0 + 301)" },
        .moment("exp", "next year") { "\($0 + 31_536_000)" },
        .claim("exp", "1e400", "no number"), .claim("exp", "1e10", "with an exponent"), .claim("exp", "-1", "negative"),
        .claim("exp", "true", "true"), .claim("exp", "99999999999999999999", "more than a number holds"),
        .claim("exp", "9223372036854775808", "one more than a number holds"), .claim("exp", "0", "the beginning"),
        .moment("iat", "in the future") { "\($0 + 31)" }, .moment("iat", "text") { #""\#($0)""# },
        .moment("iat", "a fraction") { "\($0).5" }, .moment("iat", "long ago") { "\($0 - 3_600)" },
        .moment("nbf", "in the future") { "\($0 + 31)" }, .moment("nbf", "text") { #""\#($0)""# },
        .claim("nbf", "1e9", "with an exponent"),
        .over("over since a second", by: 1), .over("over since this moment", by: 0),
        .over("over since a day", by: 86_400),
        Forgery("a lifetime of nothing") { forge in
            try forge.claim("iat", "\(forge.now + 300)")
        },
    ]

    private static let forms: [Forgery] = [
        Forgery("nothing") { _ in "" }, Forgery("dots") { _ in ".." }, Forgery("a word") { _ in "null" },
        Forgery("one part") { $0.parts()[0] }, Forgery("two parts") { $0.parts().prefix(2).joined(separator: ".") },
        Forgery("no signature, with its dot") { $0.with(2, "") }, Forgery("four parts") { $0.genuine + "." },
        Forgery("five parts, as of an encrypted one") { $0.genuine + ".AAAA.AAAA" },
        Forgery("a dot before it") { "." + $0.genuine }, Forgery("a line after it") { $0.genuine + "\n" },
        Forgery("a space in it") { $0.with(1, " " + $0.parts()[1]) },
        Forgery("a refresh token") { $0.refresh }, Forgery("the secret of a cookie") { _ in Secret().text.value },
        Forgery("longer than any") { forge in
            try forge.claim("iss", #""\#(String(repeating: "a", count: 4_000))""#)
        },
        Forgery("very long") { _ in String(repeating: "A.", count: 3_000) },
    ]

    private static let padded: [Forgery] = (0..<3).map { (place: Int) -> Forgery in
        Forgery("part \(place) padded") { $0.with(place, $0.parts()[place] + "=") }
    }

    private static let idle: [Forgery] = (0..<3).map { (place: Int) -> Forgery in
        Forgery("part \(place) with bits that say nothing") { forge in
            // The last letter holds fewer bits than it could, and another one with the same ones is taken elsewhere.
            let text = forge.parts()[place]
            guard text.utf8.count % 4 != 0 else { return forge.with(place, text + "A") }
            let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            let last = text.last.flatMap { letters.firstIndex(of: $0) } ?? 0
            return forge.with(place, text.dropLast() + String(letters[last ^ 1]))
        }
    }

    private static let alphabets: [Forgery] = [
        Forgery("the other alphabet") { forge in
            forge.with(2, forge.parts()[2].replacing("-", with: "+").replacing("_", with: "/") + "==")
        }
    ]

    private static let zero = [UInt8](repeating: 0, count: 32)
    private static let one: [UInt8] = Array(repeating: 0, count: 31) + [1]
    /// The order of the group.
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD,
        0xA7,
        0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    private static let signatures: [Forgery] = [
        Forgery("r and s are zero") { $0.signature(Self.zero, Self.zero) },
        Forgery("r is zero") { $0.signature(Self.zero, Array($0.signatureBytes().suffix(32))) },
        Forgery("s is zero") { $0.signature(Array($0.signatureBytes().prefix(32)), Self.zero) },
        Forgery("r and s are one") { $0.signature(Self.one, Self.one) },
        Forgery("r and s are the order") { $0.signature(Self.order, Self.order) },
        Forgery("r is the order, s is zero") { $0.signature(Self.order, Self.zero) },
        Forgery("r and s changed places") {
            $0.signature(Array($0.signatureBytes().suffix(32)), Array($0.signatureBytes().prefix(32)))
        },
        Forgery("a bit of the signature") { forge in
            var bytes = forge.signatureBytes()
            bytes[40] ^= 1
            return forge.with(2, Data(bytes).base64URL)
        },
        Forgery("a signature that is too short") { $0.with(2, Data($0.signatureBytes().dropLast()).base64URL) },
        Forgery("a signature that is too long") { $0.with(2, Data($0.signatureBytes() + [0]).base64URL) },
        Forgery("a signature as certificates have it") { forge in
            let text = forge.parts().prefix(2).joined(separator: ".")
            return forge.with(2, try forge.key.signature(for: Data(text.utf8)).derRepresentation.base64URL)
        },
        Forgery("a signature of something else") { forge in
            forge.with(2, try forge.key.signature(for: Data("else".utf8)).rawRepresentation.base64URL)
        },
        Forgery("another payload under the same signature") { forge in
            let payload = Forge.json(forge.claims).replacing("\(forge.now + 300)", with: "\(forge.now + 299)")
            return forge.with(1, Data(payload.utf8).base64URL)
        },
        Forgery("another header under the same signature") { forge in
            forge.with(0, Data(Forge.json(forge.header.reversed()).utf8).base64URL)
        },
    ]
}

@Suite(.database, .timeLimit(.minutes(20))) struct ForgeryTests {
    let clock = ManualClock()
    let accounts: AccountsService

    init() { self.accounts = .testing(self.clock, TestDatabase.current.patient()) }

    @Test(arguments: Forgery.all) func `opens nothing`(_ forgery: Forgery) async throws {
        let kit = try await TokenKit(self.accounts, self.clock), forge = try await Forge(kit)
        let forged = try forgery.make(forge)
        #expect(forged != forge.genuine)
        #expect(try await kit.opens(forge.genuine), "the control: the token as it was given")
        #expect(try await kit.opens(try forge.sign()), "the control: what the forge makes of it")
        #expect(try await kit.opens(forged) == false)
        // No byte of a header may be what HTTP itself refuses.
        guard forged.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return }
        try await withAccounts(self.accounts) { client in
            let answer = try await Browser(client).json(
                .get, "/api/v1/accounts/me", headers: [.authorization: "Bearer \(forged)"])
            #expect(answer.status == .unauthorized && answer.headers[.wwwAuthenticate] == "Bearer")
            let genuine = try await Browser(client).json(
                .get, "/api/v1/accounts/me", headers: [.authorization: "Bearer \(forge.genuine)"])
            #expect(genuine.status == .ok, "the control, by HTTP")
        }
    }

    @Test func `there are enough of them, and no two the same`() {
        #expect(Forgery.all.count >= 120)
        #expect(Set(Forgery.all.map(\.testDescription)).count == Forgery.all.count)
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Bearer  %", "Basic %", "Bearer %,%", "Token %", "Bearer % x", "%", "Digest %",
    ])
    func `a header of another form is nobody's`(_ form: String) async throws {
        let kit = try await TokenKit(self.accounts, self.clock), tokens = try await kit.issue()
        let header = form.replacing("%", with: tokens.accessToken)
        try await withAccounts(self.accounts) { client in
            let browser = Browser(client)
            let answer = try await browser.json(.get, "/api/v1/accounts/me", headers: [.authorization: header])
            #expect(answer.status == .unauthorized)
            var twice: HTTPFields = [.authorization: "Bearer \(tokens.accessToken)"]
            twice.append(HTTPField(name: .authorization, value: "Bearer \(tokens.accessToken)"))
            #expect(try await browser.json(.get, "/api/v1/accounts/me", headers: twice).status == .unauthorized)
            let inAddress = try await browser.json(.get, "/api/v1/accounts/me?access_token=\(tokens.accessToken)")
            #expect(inAddress.status == .unauthorized)
            // No page opens to a token.
            let page = try await browser.get(
                "/sign-ins", headers: [.authorization: "Bearer \(tokens.accessToken)"])
            #expect(page.status == .seeOther && page.headers[.location]?.hasPrefix("/sign-in") == true)
        }
    }

    @Test func `a clock may be half a minute ahead, and not at all behind the end`() async throws {
        let kit = try await TokenKit(self.accounts, self.clock), forge = try await Forge(kit)
        let early = forge.claims.map { claim -> (name: String, value: String) in
            ["iat", "nbf"].contains(claim.name) ? (claim.name, "\(forge.now + 30)") : claim
        }
        #expect(try await kit.opens(try forge.sign(forge.header, early)))
        self.clock.advance(299)
        #expect(try await kit.opens(forge.genuine))
        self.clock.advance(1)
        #expect(try await kit.opens(forge.genuine) == false)
    }
}
