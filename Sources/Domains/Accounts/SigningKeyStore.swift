import Crypto
import FoundationEssentials
import Kernel
import Postgres
import Sealing

/// Every statement about signing keys, which are the installation's: each goes through a function.
struct SigningKeyStore: Sendable {
    /// Nobody else changes keys until the commit.
    func hold(in tx: borrowing Transaction) throws {
        try tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('accounts.signing_key', 0))")
    }

    var all: SQL { "SELECT * FROM accounts.signing_keys()" }

    /// - Throws: Nothing for a row whose name is not that of its key: it is left out, and opens nothing.
    func keys(_ rows: PostgresRows) throws -> [SigningKey] {
        try rows.compactMap { row -> SigningKey? in
            let id: String = try row.read("kid")
            guard let key = try? P256.Signing.PublicKey(rawRepresentation: row.read("public_key", as: Data.self)),
                SigningKey.id(of: key) == id, let state = SigningKey.State(rawValue: try row.read("state"))
            else { return nil }
            return SigningKey(
                id: id, publicKey: key, privateKey: try row.readIfPresent("private_key"), state: state,
                createdAt: try row.read("created_at"), signUntil: try row.readIfPresent("sign_until"),
                verifyUntil: try row.readIfPresent("verify_until"))
        }
    }

    func keep(_ key: SigningKey, in tx: borrowing Transaction) throws {
        try tx.execute(
            """
            SELECT accounts.keep_signing_key(\(key.id), \(Blob(key.publicKey.rawRepresentation)),
                \(key.privateKey.map { Blob($0) }), \(key.state.rawValue), \(key.createdAt), \(key.signUntil),
                \(key.verifyUntil))
            """)
    }

    static func place(of key: String) -> SealedPlace {
        SealedPlace(ofInstallationIn: "accounts.signing_key", column: "private_key", row: key)
    }
}
