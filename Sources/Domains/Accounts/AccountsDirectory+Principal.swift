package import FoundationEssentials
package import Kernel
package import Postgres

extension AccountsDirectory {
    /// Who somebody is at a time, for what the product does in their name later; `nil` for whoever cannot sign in then.
    package func principal(
        _ person: Identifier<Person>, in organisation: Identifier<Organisation>, at date: Date,
        in tx: borrowing Transaction
    ) throws -> Principal? {
        let grants = try self.store.grants(of: person, at: date, in: tx)
        return grants.isEmpty ? nil : Principal(person: person, organisation: organisation, grants: grants)
    }
}
