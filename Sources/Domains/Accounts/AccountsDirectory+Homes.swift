package import FoundationEssentials
package import Kernel
package import Postgres

/// A home and how somebody stands to it.
package struct HomeFacts: Sendable {
    package let home: HomeRecord
    package let standing: Standing<Home>
}

/// What other modules may know of homes and of who works there, in their own transaction.
extension AccountsDirectory {
    /// How somebody stands to a home; whoever of the staff works in one of its units belongs to it.
    package func facts(
        of home: Identifier<Home>, for principal: Principal, in tx: borrowing Transaction
    ) throws -> HomeFacts? {
        try self.store.home(home, in: tx).map { record in
            let isInUnit = principal.grants.contains { grant in
                Role.staff.contains(grant.role) && record.units.contains { grant.reach == .unit($0.id) }
            }
            return HomeFacts(
                home: record,
                standing: Standing(home, isInUnit ? [.member] : [], at: Place(home: home), state: "open"))
        }
    }

    package func home(_ home: Identifier<Home>, in tx: borrowing Transaction) throws -> HomeRecord? {
        try self.store.home(home, in: tx)
    }

    /// Those of the staff whose role reaches the home now, and who may sign in; only those of some roles, if they are named.
    package func staff(
        of home: Identifier<Home>, as roles: Set<Role> = Role.staff, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        try self.store.holders(of: roles, reaching: home, at: now, in: tx)
    }

    /// Those who answer for a home, other than one of them.
    ///
    /// Where the home has nobody else, those who answer for the whole organisation.
    package func inCharge(
        of home: Identifier<Home>, without person: Identifier<Person>, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        let nearest = try self.store.holders(
            of: AccountsService.inChargeOfHomes, near: [Grant(.registeredManager, .home(home))], at: now, in: tx)
        let others = nearest.subtracting([person])
        if !others.isEmpty { return others }
        return try self.store.holders(of: Role.management, near: [], at: now, in: tx).subtracting([person])
    }
}
