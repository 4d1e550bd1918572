package import FoundationEssentials
import Kernel
import Web

/// What names the access tokens of one generation.
enum AccessTokenName {}

/// What an access token says: who asks, through which family of tokens, and until when.
///
/// No roles: those are read with each request.
package struct AccessToken: Sendable, Hashable {
    static let algorithm = "ES256"
    static let type = "at+jwt"
    static let audience = "wcc-api"
    static let lifetime = 300
    /// By how much another clock may be ahead; by none where it ends.
    static let skew = 30

    let person: Identifier<Person>
    let organisation: Identifier<Organisation>
    let family: Identifier<TokenFamily>
    let id: Identifier<AccessTokenName>
    let issuedAt: Int
    let notBefore: Int
    let expiresAt: Int

    init(
        person: Identifier<Person>, organisation: Identifier<Organisation>, family: Identifier<TokenFamily>,
        id: Identifier<AccessTokenName>, at now: Date
    ) {
        self.person = person
        self.organisation = organisation
        self.family = family
        self.id = id
        self.issuedAt = Int(now.timeIntervalSince1970.rounded(.down))
        self.notBefore = self.issuedAt
        self.expiresAt = self.issuedAt + Self.lifetime
    }
}

/// An access token as it was shown: read, and proved by nothing yet.
///
/// Strict in everything, and in this order: length, three parts, the header with just these three members, and only
/// then a key. What a header says chooses nothing but which of our own keys is tried, and that key has one algorithm.
package struct ShownToken: Sendable, Equatable {
    package static let mostBytes = 4_096
    private static let signatureLength = 64

    package let key: String
    let signed: Data
    let payload: Data
    let signature: Data

    /// `nil` for anything that none of our tokens looks like.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.mostBytes else { return nil }
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Data(base64URL: parts[0]), let payload = Data(base64URL: parts[1]),
            let signature = Data(base64URL: parts[2]), signature.count == Self.signatureLength,
            let header = StrictObject(head, named: ["alg", "kid", "typ"]),
            header.text("alg") == AccessToken.algorithm, header.text("typ") == AccessToken.type,
            let key = header.text("kid"), Self.isKeyName(key)
        else { return nil }
        self.key = key
        self.signed = Data("\(parts[0]).\(parts[1])".utf8)
        self.payload = payload
        self.signature = signature
    }

    /// Whether a text is the one way to write it.
    func isOnlyForm(of text: String) -> Bool {
        "\(String(decoding: self.signed, as: UTF8.self)).\(self.signature.base64URL)" == text
    }

    /// Whether this could be the name of a key; anything else is not worth a question to the database.
    static func isKeyName(_ text: String) -> Bool { text.utf8.count == 43 && Data(base64URL: text) != nil }
}

extension AccessToken {
    /// What a token says whose signature was right; `nil` if it is not all there, or not for here and now.
    package init?(_ payload: Data, by issuer: String, at now: Date) {
        guard
            let claims = StrictObject(
                payload, named: ["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "tid"]),
            claims.text("iss") == issuer, claims.text("aud") == Self.audience,
            let person: Identifier<Person> = claims.identifier("sub"),
            let organisation: Identifier<Organisation> = claims.identifier("tid"),
            let family: Identifier<TokenFamily> = claims.identifier("sid"),
            let id: Identifier<AccessTokenName> = claims.identifier("jti"),
            let issued = claims.second("iat"), let begins = claims.second("nbf"), let ends = claims.second("exp")
        else { return nil }
        let moment = now.timeIntervalSince1970
        guard Double(issued - Self.skew) <= moment, Double(begins - Self.skew) <= moment, moment < Double(ends),
            issued < ends, ends - issued <= Self.lifetime
        else { return nil }
        self.person = person
        self.organisation = organisation
        self.family = family
        self.id = id
        self.issuedAt = issued
        self.notBefore = begins
        self.expiresAt = ends
    }
}

/// A JSON object with just the members that it must have, none of them twice.
private struct StrictObject {
    private let members: [String: JSONValue]

    init?(_ bytes: Data, named names: Set<String>) {
        guard case .object(let members)? = try? JSONParser.parse(Array(bytes)), members.count == names.count else {
            return nil
        }
        self.members = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
        guard Set(self.members.keys) == names else { return nil }
    }

    func text(_ name: String) -> String? {
        guard case .string(let text)? = self.members[name] else { return nil }
        return text
    }

    /// Written as we write it, and in no other way.
    func identifier<Subject>(_ name: String) -> Identifier<Subject>? {
        guard let text = self.text(name), let id = Identifier<Subject>(text), id.description == text else { return nil }
        return id
    }

    /// Seconds since 1970 as a whole number: no fraction, no exponent, no sign, no text.
    func second(_ name: String) -> Int? {
        guard case .number(let digits)? = self.members[name], (1...10).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(digits)
    }
}
