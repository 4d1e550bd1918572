import FoundationEssentials
import Kernel
import Postgres

/// Who holds roles at a place, however many they are.
extension AccountsStore {
    func knows(_ place: Place, in tx: borrowing Transaction) throws -> Bool {
        guard let home = place.home else { return place.unit == nil }
        let found: SQL =
            place.unit.map {
                "SELECT FROM accounts.unit WHERE tenant_id = app.tid() AND home_id = \(home.uuid) AND id = \($0.uuid)"
            } ?? "SELECT FROM accounts.home WHERE tenant_id = app.tid() AND id = \(home.uuid)"
        return try tx.execute("SELECT EXISTS (\(fragment: found)) AS found").first?.read("found") ?? false
    }

    func next(
        _ holders: RoleHolders, after person: Identifier<Person>?, limit: Int, in tx: borrowing Transaction
    ) throws -> [Identifier<Person>] {
        let following: SQL = person.map { "AND account.person_id > \($0.uuid)" } ?? ""
        // In order first: whether an account opens anything costs most, and is asked only of those who are needed.
        return try tx.execute(
            """
            SELECT person_id FROM (
                SELECT account.id, account.person_id FROM \(fragment: self.accounts(of: holders)) \(fragment: following)
                ORDER BY account.person_id OFFSET 0
            ) AS ordered
            WHERE accounts.refusal(id, \(holders.at)) IS NULL ORDER BY person_id LIMIT \(limit)
            """
        ).map { Identifier(try $0.read("person_id")) }
    }

    func count(_ holders: RoleHolders, in tx: borrowing Transaction) throws -> Int {
        try tx.execute(
            """
            SELECT count(*) AS n FROM \(fragment: self.accounts(of: holders))
                AND accounts.refusal(account.id, \(holders.at)) IS NULL
            """
        ).first?.read("n") ?? 0
    }

    /// Those with such a role, whether or not their account still opens anything.
    private func accounts(of holders: RoleHolders) -> SQL {
        let place: SQL =
            switch (holders.place.home, holders.place.unit) {
            case (let home?, let unit?):
                "role_grant.home_id = \(home.uuid) AND (unit_id IS NULL OR unit_id = \(unit.uuid))"
            case (let home?, nil): "role_grant.home_id = \(home.uuid)"
            case (nil, _): "true"
            }
        let but: SQL = holders.but.map { "AND account.person_id <> \($0.uuid)" } ?? ""
        return """
            accounts.account WHERE account.tenant_id = app.tid() \(fragment: but) AND EXISTS (
                SELECT FROM accounts.role_grant WHERE role_grant.tenant_id = app.tid()
                    AND role_grant.account_id = account.id
                    AND role = ANY (\(holders.roles.map(\.rawValue).sorted())) AND \(fragment: place)
                    AND valid_from <= \(holders.at) AND (valid_until IS NULL OR valid_until > \(holders.at)))
            """
    }
}
