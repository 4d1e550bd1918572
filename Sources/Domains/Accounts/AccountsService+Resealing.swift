import FoundationEssentials
import Kernel
import Logging
import Postgres
import Sealing

/// What tokens need is sealed too, and learns of a new key.
extension AccountsService {
    /// The keys that sign; there are two at most.
    func resealSigningKeys() async throws -> (done: Int, unreadable: Int) {
        try await self.database.transaction(as: .system("reseal")) { tx in
            var done = 0, unreadable = 0
            try self.keyStore.hold(in: tx)
            for var key in try self.keyStore.keys(try tx.execute(self.keyStore.all)) {
                guard let sealed = key.privateKey else { continue }
                do {
                    guard let new = try self.keyring.reseal(sealed, at: SigningKeyStore.place(of: key.id)) else {
                        continue
                    }
                    key.privateKey = new
                } catch {
                    unreadable += 1
                    self.security.error("sealed value does not open", error: error)
                    continue
                }
                try self.keyStore.keep(key, in: tx)
                done += 1
            }
            return (done, unreadable)
        }
    }

    func resealRefreshKeys(batch: Int) async throws -> (done: Int, unreadable: Int) {
        var done = 0, unreadable = 0, last: UUID?
        while true {
            let rows = try await self.database.read(
                as: .system("reseal"),
                self.tokenStore.sealedOtherwise(than: self.keyring.activeID, after: last, atMost: batch))
            if rows.count == 0 { return (done, unreadable) }
            for row in rows {
                let organisation = Identifier<Organisation>(try row.read("tenant_id"))
                let id: UUID = try row.read("id"), old: Data = try row.read("refresh_key")
                let family = Identifier<TokenFamily>(id)
                last = id
                let new: Data?
                do {
                    new = try self.keyring.reseal(old, at: TokenStore.place(of: family, in: organisation))
                } catch {
                    unreadable += 1
                    self.security.error("sealed value does not open", error: error)
                    continue
                }
                guard let new else { continue }
                let isDone = try await self.database.transaction(as: .tenant(organisation)) { tx in
                    try self.tokenStore.reseal(family, from: old, to: new, in: tx)
                }
                if isDone { done += 1 }
            }
        }
    }
}
