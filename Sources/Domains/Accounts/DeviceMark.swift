import FoundationEssentials
package import Hummingbird
import Kernel
import Web

/// What a browser is given when somebody has signed in with it, and shows when they come back.
///
/// It opens nothing: it says whose tries to count apart from a stranger's. Whoever steals one may try as often as on any
/// device of its owner, and no more.
package struct DeviceMark: Sendable, Hashable {
    /// For how long a device that is not used is known.
    package static let lasts: Duration = .seconds(90 * 24 * 60 * 60)

    let account: Identifier<Account>
    let nonce: String
    let expiresAt: Int

    /// One for a browser; the same as it has, if it has one.
    init(_ account: Identifier<Account>, renewing known: DeviceMark?, at now: Date) {
        self.account = account
        self.nonce = known?.nonce ?? String(Secret().text.value.prefix(22))
        self.expiresAt = Int(now.advanced(by: Self.lasts).timeIntervalSince1970)
    }

    /// - Returns: `nil` for anything but a mark of ours that holds.
    init?(shown text: String, sealed seal: Seal, at now: Date) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 4, let account = Identifier<Account>(String(parts[0])),
            let expiresAt = Int(parts[2]), Double(expiresAt) > now.timeIntervalSince1970,
            seal.isMark(String(parts[3]), of: Self.content(parts[0], parts[1], parts[2]))
        else { return nil }
        self.account = account
        self.nonce = String(parts[1])
        self.expiresAt = expiresAt
    }

    func text(sealed seal: Seal) -> String {
        let account = self.account.description, expiry = "\(self.expiresAt)"
        let mark = seal.mark(Self.content(account[...], self.nonce[...], expiry[...]))
        return [account, self.nonce, expiry, mark].joined(separator: ".")
    }

    private static func content(_ account: Substring, _ nonce: Substring, _ expiry: Substring) -> String {
        "device \(account) \(nonce) \(expiry)"
    }
}

extension NewSignIn {
    /// What a browser that has signed in is given.
    package var cookies: [Cookie] {
        [.signIn(self.secret)] + (self.device.map { [.device($0, lasting: DeviceMark.lasts)] } ?? [])
    }
}
