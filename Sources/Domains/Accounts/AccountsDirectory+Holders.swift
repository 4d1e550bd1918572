package import FoundationEssentials
package import Kernel
package import Postgres

/// Everybody who held one of some roles at a place, at a time.
///
/// A role counts at the place that it is for and at what lies around that place or within it: whoever works in all of
/// a home works in its units too, and whoever works in a unit works in the home. Roles for the whole organisation
/// count only where the whole organisation is asked about, or a director would be part of every unit.
package struct RoleHolders: Sendable {
    package let roles: Set<Role>
    /// Without a home: the whole organisation.
    package let place: Place
    /// Roles begin and end by their times, so the same question later has the same answer, but for those who have left
    /// or whose account is closed by then.
    package let at: Date
    /// Somebody to leave out.
    package let but: Identifier<Person>?

    package init(of roles: Set<Role>, at place: Place, on date: Date, but person: Identifier<Person>? = nil) {
        self.roles = roles
        self.place = place
        self.at = date
        self.but = person
    }
}

/// What other modules may ask of organisations and accounts, inside their own transaction.
extension AccountsDirectory {
    /// Whether there is such a home, and such a unit in it.
    package func knows(_ place: Place, in tx: borrowing Transaction) throws -> Bool {
        try self.store.knows(place, in: tx)
    }

    /// The next of them, in the order of their identifiers.
    package func next(
        _ holders: RoleHolders, after person: Identifier<Person>?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        try self.store.next(holders, after: person, limit: limit, in: tx)
    }

    package func count(_ holders: RoleHolders, in tx: borrowing Transaction) throws -> Int {
        try self.store.count(holders, in: tx)
    }
}
