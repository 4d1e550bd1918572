import Accounts
import FoundationEssentials
import Kernel
import People
import Postgres

extension AccountsDirectory {
    /// Whom a record that was opened in an emergency concerns at once: those in charge of the home, or of the whole
    /// organisation where the home has nobody, and those who answer for data.
    func whoHears(
        of access: EmergencyAccess, by principal: Principal, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        func holders(_ roles: Set<Role>, _ place: Place) throws -> [Identifier<Person>] {
            try self.next(
                RoleHolders(of: roles, at: place, on: now, but: principal.person), after: nil, limit: 90, in: tx)
        }
        let near = try holders(Role.management, Place(home: access.homeId))
        let managers = try near.isEmpty ? holders(Role.management, Place(home: nil)) : near
        return Set(managers + (try holders([.dpo], Place(home: nil))))
    }
}
