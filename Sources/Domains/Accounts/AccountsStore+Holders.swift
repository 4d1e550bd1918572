import FoundationEssentials
import Kernel
import Postgres

extension AccountsStore {
    /// Who holds one of these roles now, in a home where one of these grants lies.
    ///
    /// Without grants: in all of the organisation.
    func holders(
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
        return try self.holders(of: roles, where: place, at: now, in: tx)
    }

    /// Who holds one of these roles now, in the home, in one of its units, or in all of the organisation.
    func holders(
        of roles: Set<Role>, reaching home: Identifier<Home>, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        let place: SQL = "(role_grant.home_id = \(home.uuid) OR scope_kind = 'organisation')"
        return try self.holders(of: roles, where: place, at: now, in: tx)
    }

    private func holders(
        of roles: Set<Role>, where place: SQL, at now: Date, in tx: borrowing Transaction
    ) throws -> Set<Identifier<Person>> {
        Set(
            try tx.execute(
                """
                SELECT DISTINCT account.person_id FROM accounts.role_grant
                JOIN accounts.account ON account.tenant_id = app.tid() AND account.id = role_grant.account_id
                WHERE role_grant.tenant_id = app.tid() AND role = ANY (\(roles.map(\.rawValue).sorted()))
                    AND \(fragment: place) AND valid_from <= \(now) AND (valid_until IS NULL OR valid_until > \(now))
                    AND accounts.refusal(account.id, \(now)) IS NULL
                """
            ).map { Identifier(try $0.read("person_id")) })
    }
}
