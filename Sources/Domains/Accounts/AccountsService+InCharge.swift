import FoundationEssentials
package import Kernel
import Postgres

extension AccountsService {
    /// Those who answer for the homes that somebody works in: whom a concern goes to.
    ///
    /// Where a home has nobody, those who answer for the whole organisation.
    package func inCharge(for principal: Principal) async throws -> Set<Identifier<Person>> {
        let now = self.source.now()
        return try await self.database.read(as: principal) { tx in
            let nearest = try self.store.holders(
                of: [.registeredManager, .deputyManager, .safeguardingLead], near: principal.grants, at: now, in: tx)
            if !nearest.isEmpty { return nearest }
            return try self.store.holders(of: Role.management, near: [], at: now, in: tx)
        }
    }
}

extension AccountsStore {
    /// Who holds one of these roles now, in a home where one of these grants lies; without grants, in all of the
    /// organisation.
    fileprivate func holders(
        of roles: Set<Role>, near grants: Set<Grant>, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        var homes: [UUID] = [], units: [UUID] = []
        for grant in grants {
            switch grant.reach {
            case .organisation: break
            case .home(let home): homes.append(home.uuid)
            case .unit(let unit): units.append(unit.uuid)
            }
        }
        let place: SQL =
            grants.isEmpty
            ? "scope_kind = 'organisation'"
            : """
            (role_grant.home_id = ANY (\(homes)) OR role_grant.home_id IN (
                SELECT home_id FROM accounts.unit WHERE tenant_id = app.tid() AND id = ANY (\(units))))
            """
        return Set(
            try tx.execute(
                """
                SELECT DISTINCT account.person_id FROM accounts.role_grant
                JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = role_grant.account_id
                WHERE role_grant.tenant_id = app.tid() AND role = ANY (\(roles.map(\.rawValue).sorted()))
                    AND \(fragment: place) AND valid_from <= \(now) AND (valid_until IS NULL OR valid_until > \(now))
                    AND account.state = 'active'
                """
            ).map { Identifier(try $0.read("person_id")) })
    }
}
