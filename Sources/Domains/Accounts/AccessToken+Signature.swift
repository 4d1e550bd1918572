import Crypto
import FoundationEssentials
import Kernel

/// What needs a key; apart from the reader, which is given any bytes at all by the fuzzer.
extension AccessToken {
    private struct Header: Encodable {
        let alg = AccessToken.algorithm
        let kid: String
        let typ = AccessToken.type
    }

    private struct Claims: Encodable {
        let iss, aud, sub, tid, sid, jti: String
        let iat, nbf, exp: Int
    }

    func signed(by issuer: String, with key: P256.Signing.PrivateKey, named name: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let claims = Claims(
            iss: issuer, aud: Self.audience, sub: self.person.description, tid: self.organisation.description,
            sid: self.family.description, jti: self.id.description, iat: self.issuedAt, nbf: self.notBefore,
            exp: self.expiresAt)
        let text = "\(try encoder.encode(Header(kid: name)).base64URL).\(try encoder.encode(claims).base64URL)"
        return "\(text).\(try key.signature(for: Data(text.utf8)).rawRepresentation.base64URL)"
    }
}

extension ShownToken {
    func isSigned(by key: P256.Signing.PublicKey) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: self.signature) else { return false }
        return key.isValidSignature(signature, for: self.signed)
    }
}
