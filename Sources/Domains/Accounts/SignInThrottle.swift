import Crypto
import Foundation
import Kernel
import NIOConcurrencyHelpers

/// How often somebody may try to sign in, asked before anything dear is done.
///
/// A try takes its place before the password is looked at, so a burst of parallel tries gets no more than a slow
/// series; only a try that succeeds gives it back. A name that nobody has is counted like any other, so the answer
/// tells nothing. It is one process's memory: with several, the limits are per process until a shared one exists.
final class SignInThrottle: Sendable {
    struct Limits: Sendable {
        /// Ten at once, then one a minute: twenty in ten minutes.
        var name = RateTable.Limit(burst: 10, interval: 60)
        /// Thirty at once, then one in two seconds: the network of a whole home at the change of a shift.
        var network = RateTable.Limit(burst: 30, interval: 2)
    }

    /// A place that was taken.
    struct Reservation: Sendable {
        fileprivate let name: Int
        fileprivate let network: Int
    }

    private struct Tables {
        var names: RateTable
        var networks: RateTable
    }
    private let tables: NIOLockedValueBox<Tables>
    private let key = SymmetricKey(size: .bits256)
    private let now: @Sendable () -> Date

    init(limits: Limits = Limits(), now: @escaping @Sendable () -> Date) {
        self.tables = NIOLockedValueBox(
            Tables(names: RateTable(limit: limits.name), networks: RateTable(limit: limits.network)))
        self.now = now
    }

    func reserve(_ name: SignInName, from network: AddressPrefix) throws(AccountsError) -> Reservation {
        let place = Reservation(name: self.hash(name.text), network: self.hash(network.description))
        let now = self.now().timeIntervalSinceReferenceDate
        let wait = self.tables.withLockedValue { tables in
            let wait = max(
                tables.names.wait(place.name, at: now), tables.networks.wait(place.network, at: now))
            if wait <= 0 {
                tables.names.take(place.name, at: now)
                tables.networks.take(place.network, at: now)
            }
            return wait
        }
        if wait > 0 { throw .tooManyTries(seconds: Int(wait.rounded(.up))) }
        return place
    }

    func giveBack(_ place: Reservation) {
        self.tables.withLockedValue { tables in
            tables.names.giveBack(place.name)
            tables.networks.giveBack(place.network)
        }
    }

    /// Keyed with what nobody outside this process knows, so nobody can choose names that share a slot.
    private func hash(_ text: String) -> Int {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: self.key).prefix(7)
            .reduce(0) { $0 << 8 | Int($1) }
    }
}

/// The generic cell rate algorithm over a table of fixed size.
///
/// A slot holds the time at which its allowance is whole again. Keys that fall into the same slot share it: in the rare
/// case one is refused too early, and never let through too often. So memory is bounded without ever forgetting
/// somebody, which a cache that evicts would do just when it is flooded.
struct RateTable: Sendable {
    struct Limit: Sendable {
        let burst: Int
        /// Seconds until one more is allowed.
        let interval: Double
    }

    private let limit: Limit
    private var slots: [Double]

    init(limit: Limit, slots: Int = 32_768) {
        self.limit = limit
        self.slots = Array(repeating: -.infinity, count: max(1, slots))
    }

    /// How many seconds until `key` may go on; zero if it may now.
    mutating func wait(_ key: Int, at now: Double) -> Double {
        let due = self.due(key, at: now)
        self.slots[self.slot(key)] = due
        return max(0, due + self.limit.interval - now - self.limit.interval * Double(self.limit.burst))
    }

    mutating func take(_ key: Int, at now: Double) {
        self.slots[self.slot(key)] = self.due(key, at: now) + self.limit.interval
    }

    mutating func giveBack(_ key: Int) { self.slots[self.slot(key)] -= self.limit.interval }

    /// A clock that was set back must not lock anybody out for longer than the whole allowance takes to come back.
    private func due(_ key: Int, at now: Double) -> Double {
        min(max(self.slots[self.slot(key)], now), now + self.limit.interval * Double(self.limit.burst))
    }

    private func slot(_ key: Int) -> Int { Int(UInt(bitPattern: key) % UInt(self.slots.count)) }
}
